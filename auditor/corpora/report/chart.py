"""Families along an axis as stacked bars, in SVG that takes its colours from the page."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.corpora.report.facts import Series

WIDTH, HEIGHT = 960, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 10, 26
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a bar: where it stands, which family it is, and what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    family: int
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn series: bars, lines with their numbers, and three labels along the axis."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    labels: tuple[tuple[float, str, str], ...]
    """Place, text and which side of the place the text stands on."""
    base: float = HEIGHT - _BOTTOM
    left: int = _LEFT
    right: int = WIDTH - _RIGHT


def chart_of(series: Series) -> Chart:
    """Draw a series."""
    top = _round_up(max((sum(counts) for counts in series.counts), default=1))
    room, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    slot = room / len(series.counts)
    width = min(max(slot - 2, 1.0), 48.0)
    bars: list[Bar] = []
    for number, counts in enumerate(series.counts):
        y = float(HEIGHT - _BOTTOM)
        for family, count in enumerate(counts):
            if count:
                height = high * count / top
                y -= height
                title = f"{series.labels[number]}: {count:,} {series.families[family]}"
                x = _LEFT + number * slot + (slot - width) / 2
                bars.append(Bar(round(x, 2), round(y, 2), round(width, 2), round(height, 2), family, title))
    steps = sorted({round(top * part / _TICKS) for part in range(_TICKS + 1)})
    ticks = tuple((round(HEIGHT - _BOTTOM - high * value / top, 2), f"{value:,}") for value in steps)
    last = len(series.labels) - 1
    labels = [(float(_LEFT), series.labels[0], "start")]
    if last > 1:
        labels.append((_LEFT + room / 2, series.labels[(last + 1) // 2], "middle"))
    if last > 0:
        labels.append((float(WIDTH - _RIGHT), series.labels[last], "end"))
    return Chart(tuple(bars), ticks, tuple(labels))


def _round_up(value: int) -> int:
    """Give the next number that ends an axis well: its quarters are whole, but for the smallest."""
    if value <= _TICKS:
        return max(value, 1)
    scale = 1
    while True:
        for step in (4, 8, 12, 16, 20, 24, 28, 32, 36, 40):
            if step * scale >= value:
                return step * scale
        scale *= 10
