"""Steps as traces give them, some without an end, and the ends that they get.

A call without an end lasts until the next step of its trajectory, and no longer than a bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from auditor.correlate.records import Code, Step
from auditor.intake.trajectories.calls import Call
from auditor.intake.trajectories.code import Command, Edit, pieces_of
from auditor.model.unit import Language

LONGEST_SECONDS = 30.0
_ASKED = 4_000
_LANGUAGES = {language.value: language for language in Language} | {"sh": Language.BASH, "shell": Language.BASH}


@dataclass(slots=True)
class Untimed:
    """What was left out because it has no time, or no code where only code makes a step."""

    steps: int = 0
    unread: int = 0


def codes_of(call: Call) -> tuple[Code, ...]:
    """Give the code of a call, read as the trajectories of every format are."""
    found = []
    for piece in pieces_of(call):
        if isinstance(piece, Command):
            language = _LANGUAGES.get(piece.language.lower()) if piece.language else None
            found.append(Code(piece.text.encode("utf-8", "surrogatepass"), "", language))
        else:
            text = piece.new if isinstance(piece, Edit) else piece.text
            found.append(Code(text.encode("utf-8", "surrogatepass"), piece.path))
    return tuple(found)


def asked_of(given: object) -> str:
    """Give the arguments of a call that holds no code, as text."""
    if not given:
        return ""
    try:
        return (given if isinstance(given, str) else msgspec.json.encode(given).decode())[:_ASKED]
    except (TypeError, ValueError, OverflowError, RecursionError):
        return ""


def ended(steps: Iterable[Step], longest: float = LONGEST_SECONDS) -> tuple[Step, ...]:
    """Give the steps by trajectory and time, each with an end."""
    ordered = once(sorted(steps, key=lambda step: (step.trajectory, step.start, step.step, step.call_id)))
    done: list[Step] = []
    for index, step in enumerate(ordered):
        if step.has_end:
            done.append(step if step.end >= step.start else replace(step, end=step.start))
            continue
        following = _next_start(ordered, index)
        end = step.start + longest if following is None else min(following, step.start + longest)
        done.append(replace(step, end=max(end, step.start)))
    return tuple(done)


def once(ordered: Iterable[Step]) -> list[Step]:
    """Give the steps without those that stand there twice, as copies of a trace give them."""
    kept: list[Step] = []
    for step in ordered:
        last = kept[-1] if kept else None
        if last is None or (last.start, last.step, last.call_id, last.trajectory, last.codes) != (
            step.start, step.step, step.call_id, step.trajectory, step.codes,
        ):  # fmt: skip
            kept.append(step)
    return kept


def _next_start(ordered: Sequence[Step], index: int) -> float | None:
    """Give when the next step begins; calls of one moment run side by side and do not end one another."""
    step = ordered[index]
    for other in ordered[index + 1 : index + 65]:
        if other.trajectory != step.trajectory:
            return None
        if other.start > step.start:
            return other.start
    return None
