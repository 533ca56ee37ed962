"""`production` is the base and raises on a missing variable; `development` and `test` only loosen it."""
