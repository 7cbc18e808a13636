"""Internet addresses in strace's words: the host and port of a sockaddr."""

from __future__ import annotations

import re

_IPV4 = re.compile(r'sa_family=AF_INET, sin_port=htons\((\d+)\), sin_addr=inet_addr\("([\d.]+)"\)')
_IPV6 = re.compile(r'sa_family=AF_INET6, sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([0-9a-fA-F:.]+)"')


def address_of(arguments: tuple[str, ...], at: int = 1) -> tuple[str, int] | None:
    """Give host and port of one of a call's arguments; None where it is no internet address."""
    text = arguments[at] if len(arguments) > at else ""
    match = _IPV4.search(text) or _IPV6.search(text)
    return (match[2].removeprefix("::ffff:"), int(match[1])) if match else None
