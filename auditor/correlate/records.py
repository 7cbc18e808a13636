"""Alerts and steps, in one form whatever wrote them. Times are seconds since 1970 in UTC."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert or flow. `source` is the log's kind; `line` its line there; `digest` of that line's bytes.

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
    digest: str
    is_zone_assumed: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One tool call of a trajectory. `has_end` says whether its end was recorded.

    `address` and `host` are where it ran, as the trace or the map says; empty where nothing does.
    `text` is its code; `outlives` whether processes of it were alive at its end.
    """

    trajectory: str
    step: int
    call_id: str
    tool: str
    start: float
    end: float
    has_end: bool
    text: str
    language: str = ""
    address: str = ""
    host: str = ""
    run: str = ""
    outlives: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """When a step could be behind an alert: from `start` to `end`, clock error and descendants included."""

    step: int  # index of the step
    start: float
    end: float


_CATEGORIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("mining", ("mining", "miner", "coin", "stratum", "xmrig", "monero", "cryptojack", "crypto-mining", "nicehash")),
    (
        "tunnel",
        ("tunnel", "ngrok", "reverse ssh", "port forward", "abnormal connection", "proxy", "command and control"),
    ),
    ("shell", ("reverse shell", "shell", "backdoor", "interactive")),
    ("scan", ("scan", "recon", "sweep", "probe", "discovery", "brute")),
)


def category_of(text: str) -> str:
    """Tell an alert's category from its rule's name; `other` where nothing fits."""
    lower = text.lower()
    for category, words in _CATEGORIES:
        if category == "shell" and "reverse" not in lower and "backdoor" not in lower and "interactive" not in lower:
            continue
        if any(word in lower for word in words):
            return category
    return "other"
