"""Answers: what became of each alert, as columns, each made into a value when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from auditor.correlate.candidates import Pairs
from auditor.correlate.groups import Floats, Integers

LEAST_POSTERIOR = 0.8
"""From which posterior on a step is named; tests/benchmarks/calibration.py says how many of those are right."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one alert. `step` is the index of the best step, or -1; `others` the next best."""

    step: int
    posterior: float
    margin: float
    outside: float
    others: tuple[tuple[int, float], ...] = ()

    @property
    def is_attributed(self) -> bool:
        """Whether the step is named as the cause."""
        return self.posterior >= LEAST_POSTERIOR


@dataclass(frozen=True, slots=True, eq=False)
class Answers(Sequence[Answer]):
    """The answers in the order of the alerts.

    The candidates of alert `i` are those from `first[i]` to `first[i + 1]`, best first.
    """

    first: Integers
    step: Integers
    posterior: Floats
    outside: Floats

    def __len__(self) -> int:
        return len(self.outside)

    @overload
    def __getitem__(self, index: int) -> Answer: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Answer]: ...
    def __getitem__(self, index: int | slice) -> Answer | Sequence[Answer]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        low, high = int(self.first[index]), int(self.first[index + 1])
        rest = float(self.outside[index])
        if low == high:
            return Answer(-1, 0.0, 0.0, 1.0)
        posterior = self.posterior[low : min(high, low + _SHOWN)].tolist()
        steps = self.step[low : min(high, low + _SHOWN)].tolist()
        second = max(posterior[1] if len(posterior) > 1 else 0.0, rest)
        others = tuple(zip(steps[1:], posterior[1:], strict=True))
        return Answer(steps[0], posterior[0], posterior[0] - second, rest, others)

    def __iter__(self) -> Iterator[Answer]:
        return (self[index] for index in range(len(self)))

    def attributed(self) -> Integers:
        """Give the numbers of the alerts whose step is named."""
        best = np.zeros(len(self.outside))
        has_any = self.has_candidate()
        best[has_any] = self.posterior[self.first[:-1][has_any]]
        return np.flatnonzero(best >= LEAST_POSTERIOR)

    def has_candidate(self) -> np.typing.NDArray[np.bool_]:
        """Tell for each alert whether any step is a candidate."""
        told: np.typing.NDArray[np.bool_] = self.first[1:] > self.first[:-1]
        return told

    def best(self) -> Integers:
        """Give the best step of every alert; -1 where it has no candidate."""
        steps = np.full(len(self), -1, dtype=np.int64)
        has_any = self.has_candidate()
        steps[has_any] = self.step[self.first[:-1][has_any]]
        return steps

    def best_steps(self, alerts: Integers) -> Integers:
        """Give the best step of each of some alerts that have a candidate."""
        return self.step[self.first[alerts]]


def answers_of(pairs: Pairs, outside: Floats) -> Answers:
    """Give the answers from the weights of pairs, and for each alert that of everything else."""
    order = np.lexsort((-pairs.weight, pairs.alert))
    alert, step, weight = pairs.alert[order], pairs.step[order], pairs.weight[order]
    total = np.bincount(alert, weight, minlength=len(outside)) + outside
    first = np.searchsorted(alert, np.arange(len(outside) + 1), side="left")
    return Answers(first, step, weight / total[alert], outside / total)
