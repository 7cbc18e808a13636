"""How far posteriors can be trusted: a reliability table over many seeds of easy and hard worlds.

Run with `python -m tests.benchmarks.calibration [SEEDS[@FIRST]] [NAME…]`; names are those of
`tests.correlate.harder.SETTINGS`. Means count each burst once: its alerts have one cause.
What was developed looked at seeds 500 to 505; figures that are told are of others.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from auditor.correlate.allowed import allowed_of
from auditor.correlate.content import Contents
from auditor.correlate.correlation import Correlation, Options, correlate
from auditor.correlate.series import BURST_SECONDS
from auditor.pipeline import Auditor
from tests.correlate.harder import SETTINGS
from tests.correlate.scenes import World

_EDGES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0001)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """For each alert: its best step's posterior, whether that step was right, whether it was claimed, and whether
    some step of the traces was behind the alert at all.
    """

    posterior: NDArray[np.float64]
    right: NDArray[np.bool_]
    claimed: NDArray[np.bool_]
    guilty: NDArray[np.bool_]
    weight: NDArray[np.float64]
    """One over the alerts of a burst, which have one cause and are no independent evidence."""

    @property
    def brier(self) -> float:
        """The mean squared difference of posterior and truth."""
        return float(np.average((self.posterior - self.right) ** 2, weights=self.weight))

    @property
    def error(self) -> float:
        """The expected calibration error over ten equal bins."""
        bins = np.minimum((self.posterior * 10).astype(int), 9)
        off = self.weight * (self.posterior - self.right)
        return float(sum(abs(off[bins == at].sum()) for at in set(bins.tolist())) / self.weight.sum())

    @property
    def precision(self) -> float:
        """Of the attributions claimed, how many are right."""
        return float(self.right[self.claimed].mean()) if self.claimed.any() else 1.0

    @property
    def recall(self) -> float:
        """Of the alerts that a step was behind, how many were claimed for that step."""
        return float((self.right & self.claimed).sum() / max(self.guilty.sum(), 1))


def measured(world: World, contents: Contents | None, reach: float = 60.0) -> Measured:
    """Correlate a world, and hold the answers against the truth."""
    options = Options(allowed=allowed_of(world.allow), shifts=2_000, reach=reach)
    found = correlate(world.alerts, world.steps, world.map, options, contents)
    posterior, right, claimed, guilty = [], [], [], []
    for at, answer in enumerate(found.attribution.answers):
        truth = world.guilty.get(found.found.alerts[at].id)
        step = found.scene.steps[answer.step] if answer.step >= 0 else None
        posterior.append(answer.posterior)
        right.append(step is not None and truth == (step.trajectory, step.step))
        claimed.append(answer.is_attributed)
        guilty.append(truth is not None)
    return Measured(np.array(posterior), np.array(right), np.array(claimed), np.array(guilty), _weights(found))


def _weights(found: Correlation) -> NDArray[np.float64]:
    columns = found.found
    order = np.lexsort((columns.start, columns.far, columns.group))
    is_new = np.diff(columns.start[order], prepend=-np.inf) > BURST_SECONDS
    for column in (columns.far, columns.group):
        is_new |= np.diff(column[order], prepend=-2) != 0
    number = np.cumsum(is_new) - 1
    weights = np.empty(len(order))
    weights[order] = 1.0 / np.bincount(number)[number]
    return weights


def joined(parts: Iterable[Measured]) -> Measured:
    """Put measurements together."""
    all_parts = list(parts)
    return Measured(
        *(
            np.concatenate([getattr(part, name) for part in all_parts])
            for name in ("posterior", "right", "claimed", "guilty", "weight")
        )
    )


def row(name: str, found: Measured) -> str:
    """Write one line of the summary."""
    return (
        f"{name:<24} {len(found.posterior):>7,} {np.average(found.posterior, weights=found.weight):>6.3f}"
        f" {np.average(found.right, weights=found.weight):>6.3f} {found.brier:>6.3f} {found.error:>6.3f}"
        f" {found.precision:>9.3f} {found.recall:>6.3f} {int(found.claimed.sum()):>7,}"
    )


def table(found: Measured) -> str:
    """Write the reliability table."""
    lines = [f"{'posterior':>12} {'alerts':>8} {'mean':>6} {'right':>6}"]
    for low, high in pairwise(_EDGES):
        mask = (found.posterior >= low) & (found.posterior < high)
        if mask.any():
            lines.append(
                f"{low:>5.2f}–{min(high, 1):<6.2f} {int(mask.sum()):>8,} "
                f"{np.average(found.posterior[mask], weights=found.weight[mask]):>6.3f}"
                f" {np.average(found.right[mask], weights=found.weight[mask]):>6.3f}"
            )
    return "\n".join(lines)


def main(seeds: int, first: int, names: Sequence[str]) -> None:
    """Measure and print."""
    with Auditor() as auditor:
        contents = Contents(auditor, 1_000_000)
        for title, given in (("with the calls' code", contents), ("by time and identity alone", None)):
            print(
                f"\n{title}\n{'':<24} {'alerts':>7} {'mean':>6} {'right':>6} {'Brier':>6} {'ECE':>6}"
                f" {'precision':>9} {'recall':>6} {'claims':>7}"
            )
            whole = []
            for name in names or list(SETTINGS):
                parts = joined(measured(SETTINGS[name](seed), given) for seed in range(first, first + seeds))
                whole.append(parts)
                print(row(name, parts), flush=True)
            print(f"{row('all', joined(whole))}\n{table(joined(whole))}")


if __name__ == "__main__":
    count, _, begin = (sys.argv[1] if len(sys.argv) > 1 else "10").partition("@")
    main(int(count), int(begin or 500), sys.argv[2:])
