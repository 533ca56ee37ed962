"""`python -m tests.home_page URL`: the home page as a stranger's browser asks for it, with style sheet and script."""

import re
import sys
from urllib.parse import urljoin
from urllib.request import urlopen


def fetch(url):
    with urlopen(url, timeout=30) as reply:  # noqa: S310  the address is given by the caller on this machine
        return reply.read().decode()


def main(url):
    page = fetch(url)
    files = re.findall(r'<(?:link[^>]*rel="stylesheet"[^>]*href|script[^>]*src)="([^"]+)"', page)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    if not heading or not files:
        sys.exit("The home page has no heading or no style sheet.")
    sizes = {path: len(fetch(urljoin(url, path))) for path in files}
    words = " ".join(re.sub(r"<[^>]+>", "", heading.group(1)).split())
    print(f"The home page answers “{words}”, {len(page)} characters, with {sizes}.")


if __name__ == "__main__":
    main(sys.argv[1])
