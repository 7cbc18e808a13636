"""Memory of a trial: each process has its own limit, and all of them together have this one.

Where no control group can be made (an ordinary user), the sum is watched: the process namespace
shows the trial's processes and no others. Memory that lies in no process (memfd, shared segments)
shows in what the whole machine holds of it, against what it held at the start.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_SHARED = re.compile(r"^Shmem: +(\d+) kB$", re.MULTILINE)


def _shared_bytes() -> int:
    found = _SHARED.search(Path("/proc/meminfo").read_text("ascii"))
    return int(found[1]) * 1024 if found else 0


@dataclass(slots=True)
class Watch:
    """What a trial holds; made before the script starts."""

    _shared_before: int = field(default_factory=_shared_bytes)

    def held_bytes(self) -> int:
        """Give what the processes of this namespace hold, and by how much the machine's shared memory has grown."""
        others = (int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit() and each.name != "1")
        return max(0, _shared_bytes() - self._shared_before) + resident_bytes(others)


def resident_bytes(pids: Iterable[int]) -> int:
    """Give what processes hold of their own."""
    total = 0
    for pid in pids:
        try:
            _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text("ascii").split()
        except (OSError, ValueError):
            continue  # it has ended meanwhile
        total += (int(resident) - int(shared)) * _PAGE
    return total


def children_of(pid: int) -> tuple[int, ...]:
    """Give the processes that a process started or got."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return ()
    return tuple(int(word) for word in text.split())


def descendants_of(pid: int) -> tuple[int, ...]:
    """Give all processes below one, parents first; who ends meanwhile may be among them."""
    found: dict[int, None] = {}
    pending = [pid]
    while pending:
        for task in _tasks_of(pending.pop()):
            for child in task:
                if child not in found:
                    found[child] = None
                    pending.append(child)
    return tuple(found)


def _tasks_of(pid: int) -> Iterator[tuple[int, ...]]:
    """Give the children of each thread of a process."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return
    for task in tasks:
        try:
            yield tuple(int(word) for word in (task / "children").read_text().split())
        except OSError:
            continue


def be_first_to_go() -> None:
    """Let the kernel end this trial before anything else when memory runs out; its processes inherit it."""
    try:
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    except OSError:
        return  # /proc is masked in some containers; the limits hold all the same
