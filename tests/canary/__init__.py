"""The canary crawl: private values are unique tokens, and each role crawls all it can reach (A02, A07, A12, W04)."""
