"""Bearing: how much likelier an alert is after a call with some content than after any call.

Takes what the audit says of a call, and what is usual in the traces: how many calls reach what, and how
many causes among the tools show their destination. Calls that hide it are told by what remains: a call
that reaches nothing, or only what it names, is hardly ever the cause of something else.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from auditor.correlate.content import AGREES, Reach, Said
from auditor.correlate.records import Alert

_RATE, _FAMILY, _PORT, _MOST_FACTOR = 0.002, 15.0, 6.0, 600.0
_LEAST_OTHER, _MOST_OTHER = 0.02, 4.0
_LEAST_SHOWN, _MOST_SHOWN = 0.1, 0.9
_APT: Mapping[Reach, float] = {Reach.UNKNOWN: 1.0, Reach.ELSEWHERE: 0.15, Reach.QUIET: 0.02}
"""How apt a call is to be behind an alert whose destination it does not name: reading errs, so none is nought."""
USUAL_PORTS = frozenset({0, 22, 53, 80, 123, 443, 8080})


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual: how many of the calls that are behind alerts name the destination, and what calls reach."""

    shown: float = 0.5
    shares: Mapping[Reach, float] = field(default_factory=lambda: dict.fromkeys(Reach, 1 / len(Reach)))


def usual_of(reaches: Iterable[Reach], named: float, unnamed: float) -> Usual:
    """Give what is usual from what each call reaches, and the causes among tools that are named, and that are not.

    One made-up cause of each kind, and one made-up call: what was seldom seen is not taken for a law.
    """
    counts = Counter(reaches)
    total = counts.total() + len(Reach)
    shown = (named + 1) / (named + unnamed + 2)
    return Usual(min(max(shown, _LEAST_SHOWN), _MOST_SHOWN), {reach: (counts[reach] + 1) / total for reach in Reach})


def bearing_of(said: Said, alert: Alert, rate: float, usual: Usual = Usual()) -> float:
    """Give the factor; `rate` is the share of calls that name the destination: what many name says little of each."""
    factor = 1.0
    if said.names(alert):
        factor *= max(usual.shown / (rate + _RATE), 1.0)
    if alert.dst_port in said.ports and alert.dst_port not in USUAL_PORTS:
        factor *= _PORT
    if said.families & AGREES.get(alert.category, frozenset()):
        factor *= _FAMILY
    if factor > 1:
        return min(factor, _MOST_FACTOR)
    if not said.is_whole:
        return 1.0
    reach = said.reach
    is_port = not said.ports or alert.dst_port in said.ports
    if reach is Reach.ELSEWHERE and not alert.name and is_port and not all(_is_address(host) for host in said.hosts):
        reach = Reach.UNKNOWN  # the log has an address, the code a name
    # One of the calls is behind it, drawn by how apt each is: so the factors' mean over all calls is that of unshown.
    other = (1 - usual.shown) * _APT[reach] / sum(usual.shares[each] * _APT[each] for each in Reach)
    return min(max(other, _LEAST_OTHER), _MOST_OTHER)


@lru_cache(maxsize=16_384)
def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
