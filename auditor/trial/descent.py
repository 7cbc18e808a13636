"""Who is whose child: the numbers that forks gave inside, brought together with the tracer's numbers.

The script lives in a process namespace of its own, so a fork returns another number than the log
has for the child. strace can look that up (`--decode-pids=pidns`), at the price of reading all of
/proc at every fork. Both numberings grow in the same order (pid_namespaces(7): a process gets a
number in every namespace when it is made), so they are brought together afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from auditor.trial.trace import Call


def numbered(calls: Sequence[Call], started: Iterable[int]) -> tuple[Call, ...]:
    """Give the calls with children in the tracer's numbering; `started` are the processes that began meanwhile.

    A child that left no line in the log (CLONE_UNTRACED) has none there.
    """
    inside = sorted({call.child for call in calls if call.child is not None})
    outside = sorted(set(started))
    if len(inside) == len(outside):
        numbers = dict(zip(inside, outside, strict=True))
    else:
        numbers = _aligned(inside, outside)
    return tuple(
        call if call.child is None else replace(call, child=numbers.get(call.child)) for call in calls
    )  # fmt: skip


def _aligned(inside: Sequence[int], outside: Sequence[int]) -> dict[int, int]:
    """Bring together lists of which one lacks some: the difference stays the same, or grows where others started."""
    numbers: dict[int, int] = {}
    there = frozenset(outside)
    position = 0
    difference = outside[0] - inside[0] if inside and outside else 0
    for index, number in enumerate(inside):
        if position == len(outside):
            break
        wanted = number + difference
        if wanted not in there or wanted < outside[position]:
            following = inside[index + 1] + difference if index + 1 < len(inside) else None
            if following == outside[position] or outside[position] < wanted:
                continue  # this one was never seen
            wanted = outside[position]
            difference = wanted - number
        numbers[number] = wanted
        while position < len(outside) and outside[position] <= wanted:
            position += 1
    return numbers
