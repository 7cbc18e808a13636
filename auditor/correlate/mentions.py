"""Mentions: the steps whose text has an alert's destination in it, letter by letter, before anything is audited.

A mention is no use, and explains nothing; it says which calls to audit first, and, where many alerts come
at one distance from calls that mention their destination, how far a clock is off.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from auditor.correlate.records import Alert, Code, Step

_SCANNED = 200_000
_HOSTS = re.compile(rb"(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{1,63}|[0-9a-f:]{4,39}")
Mentions = Mapping[str, Sequence[int]]


def far_names(alerts: Iterable[Alert]) -> set[str]:
    """Give the addresses and names of the other ends of alerts."""
    return {name for alert in alerts for name in (alert.dst.lower(), alert.name)} - {""}


def mentions_of(steps: Sequence[Step], wanted: set[str]) -> Mentions:
    """Give, for each host that is wanted, the steps whose code mentions it."""
    sought = {text.encode() for text in wanted}
    known: dict[tuple[Code, ...], tuple[str, ...]] = {}
    found: dict[str, list[int]] = defaultdict(list)
    for index, step in enumerate(steps):
        said = known.get(step.codes)
        if said is None:
            hosts = {host for code in step.codes for host in _HOSTS.findall(code.data[:_SCANNED].lower())}
            said = known[step.codes] = tuple(host.decode() for host in hosts & sought)
        for host in said:
            found[host].append(index)
    return found
