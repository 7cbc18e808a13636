"""A bound on how much of something is read: what stands behind it is not read, and a gap says so.

Takes a sequence, gives its beginning. Silence past a bound is where a hostile author hides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from auditor.model.gap import Why
from auditor.model.place import Place
from auditor.read.evaluation import Evaluation

T = TypeVar("T")


def within(
    evaluation: Evaluation, items: Sequence[T], most: int, what: str, place: Place | None = None, held: int = 0
) -> Sequence[T]:
    """Give at most so many items, beside those that are `held` already; where there are more, a gap tells of what."""
    if held + len(items) <= most:
        return items
    evaluation.gap(Why.TOO_MANY, f"more than {most} {what}", place)
    return items[: max(0, most - held)]
