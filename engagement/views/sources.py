"""Where a request comes from."""

from ipaddress import IPv6Address, ip_network

from django.conf import settings

NETWORK = 64  # one household or office has a whole IPv6 network of this size, and every address in it


def source_of(request):
    """Where a request comes from, to limit attempts and for nothing else. Behind a proxy, what the proxy says."""
    source = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        source = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return network_of(source)


def network_of(source):
    """An IPv6 address as its network, since whoever has one has them all; anything else as it is."""
    try:
        address = IPv6Address(source)
    except ValueError:
        return source
    return str(address.ipv4_mapped or ip_network((address, NETWORK), strict=False))
