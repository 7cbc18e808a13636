"""A trace of one's own: JSON Lines, one record per tool call, with the fields that an investigation needs.

`traj_id` and `t_start` are required. `t_end`, `run_id`, `episode_id`, `env_id`, `step`, `call_id`,
`tool`, `args` (an object, or text of one), `sandbox_id`, `container_id`, `sandbox_ip`, `host` and
`children_alive_at_end` are used where they are there.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache

from auditor.correlate.alerts.moments import moment_of
from auditor.correlate.records import Code, Step
from auditor.correlate.traces.rough import asked_of, codes_of
from auditor.intake.trajectories.calls import Call, arguments_of

_TEXT = 300
_SHARED = 2_000
"""Texts of up to so many characters are remembered."""


def is_native(line: Mapping[str, object]) -> bool:
    """Whether a line is a record of such a trace."""
    return "t_start" in line and "traj_id" in line


def native_step(line: Mapping[str, object]) -> Step | None:
    """Give the step of a record; None where it has no time."""
    start, end = moment_of(line.get("t_start")), moment_of(line.get("t_end"))
    if start is None:
        return None
    trajectory, tool, call_id = _text(line, "traj_id"), _text(line, "tool"), _text(line, "call_id")
    number = line.get("step")
    index = number if isinstance(number, int) and not isinstance(number, bool) else 0
    alive = line.get("children_alive_at_end")
    codes = _codes(tool, line.get("args"))
    return Step(
        trajectory=trajectory,
        step=index,
        call_id=call_id,
        tool=tool,
        start=start[0],
        end=end[0] if end else start[0],
        has_end=end is not None,
        codes=codes,
        address=_text(line, "sandbox_ip"),
        host=_text(line, "host"),
        sandbox=_text(line, "container_id") or _text(line, "sandbox_id"),
        run=_text(line, "run_id"),
        outlives=bool(alive),
        is_zone_assumed=start[1],
        asked="" if codes else asked_of(line.get("args")),
    )


def _codes(tool: str, given: object) -> tuple[Code, ...]:
    """Give the code of a call; calls of one text, which are many, share it."""
    if isinstance(given, str) and len(given) <= _SHARED:
        return _shared_codes(tool, "", given)
    if isinstance(given, dict) and len(given) == 1:
        ((name, value),) = given.items()
        if isinstance(name, str) and isinstance(value, str) and len(value) <= _SHARED:
            return _shared_codes(tool, name, value)
    return codes_of(call_of("", 0, "", tool, given))


@lru_cache(maxsize=16_384)
def _shared_codes(tool: str, name: str, value: str) -> tuple[Code, ...]:
    return codes_of(call_of("", 0, "", tool, {name: value} if name else value))


def call_of(trajectory: str, index: int, call_id: str, tool: str, given: object) -> Call:
    """Make a call of arguments; text that is no object is the command itself."""
    arguments = arguments_of(given)
    if isinstance(given, str) and set(arguments) == {"input"}:
        language = "python" if "python" in tool.lower() else "bash"
        return Call(trajectory, index, call_id, tool, text=given, language=language)
    return Call(trajectory, index, call_id, tool, arguments)


def _text(line: Mapping[str, object], name: str) -> str:
    value = line.get(name)
    if isinstance(value, str):
        return sys.intern(value[:_TEXT])
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
