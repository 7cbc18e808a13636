"""Alerts and steps, in one form whatever wrote them. Times are seconds since 1970 in UTC.

They are frozen structs of msgspec: there are millions of them, and these take half the time and less room.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache

import msgspec

from auditor.model.surroundings import NOTHING, Surroundings
from auditor.model.unit import Language


class Alert(msgspec.Struct, frozen=True, gc=False):
    """One alert or flow. `source` is the log's kind; `digest` is that of its line's bytes.

    `start` and `end` are the interval that the log gives (equal for a moment). `category` is one of
    mining, tunnel, shell, scan, other. `host` is a host, container or instance name where one is given.
    """

    id: str
    source: str
    start: float
    end: float
    src: str
    src_port: int
    dst: str
    dst_port: int
    protocol: str
    host: str
    rule: str
    action: str
    category: str
    name: str  # the destination's name where the log has one (SNI, DNS, HTTP host)
    digest: bytes
    is_zone_assumed: bool = False
    direction: str = ""
    """`in` or `out` where the log says so."""
    is_alert: bool = True
    """Whether somebody's rule raised it; False for a mere record of a connection."""
    onset: float = 0.0
    """How long after `start` the connection may have begun: a second's rounding, or a whole interval of counting."""

    @property
    def destination(self) -> str:
        """The other end, with its port where there is one."""
        name = self.name or self.dst
        shown = f"[{name}]" if ":" in name else name
        return f"{shown}:{self.dst_port}" if self.dst_port else name


class Code(msgspec.Struct, frozen=True, cache_hash=True):
    """One text of a call, and what surrounds it."""

    data: bytes
    path: str = ""
    language: Language | None = None
    surroundings: Surroundings = NOTHING


class Step(msgspec.Struct, frozen=True, gc=False):
    """One tool call of a trajectory. `has_end` says whether its end was recorded.

    `address`, `host` and `sandbox` are where it ran, as the trace says; empty where it does not.
    `outlives` says whether processes of it were alive at its end.
    """

    trajectory: str
    step: int
    call_id: str
    tool: str
    start: float
    end: float
    has_end: bool
    codes: tuple[Code, ...]
    address: str = ""
    host: str = ""
    sandbox: str = ""
    run: str = ""
    outlives: bool = False
    is_zone_assumed: bool = False
    asked: str = ""
    """The arguments of a call without code, as JSON: what a browser was to fetch, for instance."""

    @property
    def text(self) -> str:
        """Its code, or what it asked for, for people."""
        return "\n".join(code.data.decode("utf-8", "replace") for code in self.codes) or self.asked


_CATEGORIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("mining", ("mining", "miner", "coin", "stratum", "xmrig", "monero", "cryptojack", "nicehash")),
    (
        "shell",
        ("reverse shell", "reverse_shell", "bind shell", "web shell", "webshell", "backdoor", "interactive shell"),
    ),
    (
        "tunnel",
        ("tunnel", "ngrok", "reverse ssh", "port forward", "abnormal connection", "command and control", "socks"),
    ),
    ("scan", ("scan", "recon", "sweep", "probe", "discovery", "brute")),
)


@lru_cache(maxsize=65_536)
def plain_address(text: str) -> str:
    """Give an address in its shortest form: logs write `2001:0db8:0000:…`, `::ffff:192.0.2.1` and `fe80::1%eth0`."""
    if ":" not in text:
        return text
    try:
        address = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return text
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


@lru_cache(maxsize=4_096)
def category_of(text: str) -> str:
    """Tell an alert's category from its rule's name; `other` where nothing fits."""
    lower = text.lower()
    for category, words in _CATEGORIES:
        if any(word in lower for word in words):
            return category
    return "other"
