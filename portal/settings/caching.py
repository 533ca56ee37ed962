"""Names in the cache. Sign-in limits are counted there by network address, which nobody is to read in a table (P03)."""

from django.utils.crypto import salted_hmac


def keyed_name(key: str, prefix: str, version: int) -> str:
    """A name under the office's key, as 64 hexadecimal digits: without that key nobody can try all addresses."""
    return salted_hmac("portal.cache", f"{prefix}:{version}:{key}", algorithm="sha256").hexdigest()
