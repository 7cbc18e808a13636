"""ROLL's own trace files: JSON Lines of spans, as its `roll/utils/tracing` writes them under `traces/raw`.

Each line is a span with `name`, `phase`, `traj_id`, `attrs`, `start_time_ns` and `end_time_ns`
(github.com/alibaba/ROLL, roll/utils/tracing/core.py). `trajectory.tool_call` is a tool at work; where an
environment's step has none, `env.step` is the step. `response_preview` is the model's answer, cut at
240 characters: a whole tool call in it is read as code, of a cut one only the destinations are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from auditor.correlate.alerts.moments import moment_of
from auditor.correlate.records import Code, Step
from auditor.correlate.traces.rough import codes_of
from auditor.intake.trajectories.calls import mapping_of, text_of
from auditor.intake.trajectories.messages import calls_of_messages

_TOOL, _STEP = "trajectory.tool_call", "env.step"
_OPEN, _CLOSE = "<tool_call>", "</tool_call>"


def is_roll(line: Mapping[str, object]) -> bool:
    """Whether a line is a span of such a file."""
    return "span_id" in line and "start_time_ns" in line and "phase" in line


def roll_steps(lines: Sequence[Mapping[str, object]]) -> Iterator[Step | None]:
    """Give the steps among the spans of one file; None for one without a time."""
    covered = {_place(line) for line in lines if line.get("name") == _TOOL}
    for line in lines:
        name = line.get("name")
        if name == _TOOL or (name == _STEP and _place(line) not in covered):
            yield _step(line)


def _step(line: Mapping[str, object]) -> Step | None:
    start, end = moment_of(line.get("start_time_ns")), moment_of(line.get("end_time_ns"))
    if start is None:
        return None
    attributes = mapping_of(line.get("attrs"))
    trajectory, number = _place(line)
    codes, asked = _said(text_of(attributes.get("response_preview")), trajectory)
    return Step(
        trajectory=trajectory,
        step=number,
        call_id=text_of(attributes.get("request_id")) or text_of(line.get("span_id")),
        tool=text_of(attributes.get("tool_name"))[:200] or text_of(line.get("name")),
        start=start[0],
        end=end[0] if end else start[0],
        has_end=end is not None,
        codes=codes,
        asked=asked,
    )


def _said(preview: str, trajectory: str) -> tuple[tuple[Code, ...], str]:
    """Give the code of a tool call that is there as a whole, and the text of one that is not."""
    _, is_call, rest = preview.partition(_OPEN)
    if not is_call:
        return (), ""
    if _CLOSE not in rest:
        return (), rest
    turn = {"role": "assistant", "content": preview}
    codes = tuple(code for call in calls_of_messages([turn], trajectory) for code in codes_of(call))
    return codes, "" if codes else rest


def _place(line: Mapping[str, object]) -> tuple[str, int]:
    attributes = mapping_of(line.get("attrs"))
    trajectory = text_of(line.get("traj_id")) or text_of(attributes.get("traj_id")) or text_of(line.get("trace_id"))
    number = attributes.get("env_step")
    return trajectory[:300], number if isinstance(number, int) and not isinstance(number, bool) else 0
