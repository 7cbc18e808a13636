"""Who did it: the argv that a process had at a moment, and which process made a connection.

Takes the calls of a trace; a process that has not started a program of its own has its parent's.
"""

from __future__ import annotations

import shlex
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from auditor.trial.addresses import address_of
from auditor.trial.marks import MARKER_PATH
from auditor.trial.trace import Call, strings_of

_CHARACTERS = 300
_MOST_ANCESTORS = 64


@dataclass(frozen=True, slots=True)
class Programs:
    """What processes were, by process id and moment."""

    starts: dict[int, list[tuple[float, str]]]
    parents: dict[int, int]
    connections: dict[tuple[str, int], list[tuple[float, int]]]

    @staticmethod
    def of(calls: Iterable[Call]) -> Programs:
        """Learn from the calls of a trace, in order."""
        programs = Programs({}, {}, {})
        for call in calls:
            if call.child is not None:
                programs.parents.setdefault(call.child, call.pid)
            elif call.name in {"execve", "execveat"} and call.succeeded:
                argv = strings_of(call.arguments[1 if call.name == "execve" else 2])
                programs.starts.setdefault(call.pid, []).append((call.moment, _shown(argv)))
            elif call.name == "connect" and (address := address_of(call.arguments)) is not None:
                programs.connections.setdefault(address, []).append((call.moment, call.pid))
        return programs

    def at(self, pid: int | None, moment: float) -> str:
        """Give the argv that a process had at a moment; nothing where that is not known."""
        for _ in range(_MOST_ANCESTORS):
            if pid is None:
                return ""
            begun = [text for start, text in self.starts.get(pid, ()) if start <= moment]
            if begun:
                return begun[-1]
            pid = self.parents.get(pid)
        return ""

    def connected(self, hosts: Collection[str], port: int, moment: float) -> int | None:
        """Give the process that last connected to a place before a moment."""
        found: tuple[float, int] | None = None
        for host in hosts:
            made = self.connections.get((host, port), [])
            index = bisect_right(made, moment, key=lambda one: one[0])
            if index and (found is None or made[index - 1] > found):
                found = made[index - 1]
        return found[1] if found else None


def _shown(argv: tuple[bytes, ...]) -> str:
    words = [word.decode("utf-8", "replace") for word in argv]
    if words[1:2] == [MARKER_PATH]:
        words = [words[0], *words[3:]]
    return shlex.join(words)[:_CHARACTERS]
