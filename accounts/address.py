"""Where a request comes from, as the web server in front of us saw it. What a client writes there itself is nobody's address."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The caller's address; None where none can be read.

    Of the addresses that proxies have noted only the one that our own proxy wrote is believed; the rest is the client's say.
    """
    noted = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    proxies = settings.AXES_IPWARE_PROXY_COUNT
    said = noted[-proxies] if proxies and len(noted) >= proxies else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        return None
