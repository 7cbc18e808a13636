"""Limits that a script met while it ran on: what it tried was refused, and what it would have done else was not seen.

Takes the calls and ends of a run; gives a few words for each limit. Those that end a run are its `ended` instead.
"""

from __future__ import annotations

from collections.abc import Iterable

from auditor.trial.trace import FORKS, Call, Ended

LEFT_RUNNING = "what the script left running was ended after the grace"
DISK_FULL = "the disk was full"
_OF_ERRORS = {
    "ENOSPC": DISK_FULL,
    "EMFILE": "a process had no descriptor left",
    "ENFILE": "a process had no descriptor left",
    "ENOMEM": "a process had no memory left",
}
_OF_SIGNALS = {"SIGXCPU": "a process used up its processor time", "SIGXFSZ": "a file became too large"}


def bounds_met(calls: Iterable[Call], ends: Iterable[Ended]) -> tuple[str, ...]:
    """Name the limits that calls and processes of a run ran into."""
    found: dict[str, None] = {}
    for call in calls:
        if not call.error or call.injected:
            continue
        if call.name in FORKS and call.error == "EAGAIN":
            found["no further process could be started"] = None
        elif call.error in _OF_ERRORS:
            found[_OF_ERRORS[call.error]] = None
    for end in ends:
        found.update({said: None for signal, said in _OF_SIGNALS.items() if signal in end.how})
    return tuple(found)
