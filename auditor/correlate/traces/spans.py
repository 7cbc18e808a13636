"""OpenTelemetry spans: OTLP's JSON and the flat form of the SDK's console exporter.

Takes spans of one file, gives steps. ROLL nests a `step` span in a `trajectory` span and puts
`traj_id`, `traj_group_id`, `env_id`, `group_id`, `episode_id` on it; agents that follow the
GenAI conventions emit `execute_tool` spans with `gen_ai.tool.*` attributes. Where tool spans stand
in a step, they are the steps; else the step span is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from auditor.correlate.alerts.moments import moment_of
from auditor.correlate.records import Step
from auditor.correlate.traces.native import call_of
from auditor.correlate.traces.rough import asked_of, codes_of
from auditor.intake.trajectories.calls import mapping_of, mappings, text_of

_MOST_PARENTS = 64
_TRAJECTORY = ("traj_id", "trajectory.id", "trajectory_id", "session.id", "gen_ai.conversation.id")
_RUN = ("run_id", "run.id", "experiment", "wandb.run_id")
_ARGUMENTS = ("gen_ai.tool.call.arguments", "tool.arguments", "input.value", "arguments", "args", "action")
_TOOL = ("gen_ai.tool.name", "tool.name", "tool")
_CALL = ("gen_ai.tool.call.id", "tool_call.id", "call_id")
_ADDRESS = ("sandbox_ip", "sandbox.ip", "host.ip")
_SANDBOX = ("container.id", "sandbox_id", "sandbox.id")
_STEP = ("step", "step_id", "step.number")


@dataclass(frozen=True, slots=True)
class Span:
    """One span, whichever form it came in."""

    id: str
    parent: str
    trace: str
    name: str
    start: object
    end: object
    attributes: Mapping[str, object] = field(default_factory=dict)


def is_span(line: Mapping[str, object]) -> bool:
    """Whether a document or a line holds spans."""
    return "resourceSpans" in line or "startTimeUnixNano" in line or ("start_time" in line and "context" in line)


def spans_of(document: Mapping[str, object]) -> Iterator[Span]:
    """Give the spans of a document or a line."""
    if "resourceSpans" not in document:
        yield _span(document, {})
        return
    for resource in mappings(document.get("resourceSpans")):
        shared = _attributes(mapping_of(resource.get("resource")).get("attributes"))
        for scope in mappings(resource.get("scopeSpans")):
            for span in mappings(scope.get("spans")):
                yield _span(span, shared)


def steps_of(spans: Iterable[Span]) -> Iterator[Step | None]:
    """Give the steps among spans; None for one without a time."""
    known = {span.id: span for span in spans}
    tools = [span for span in known.values() if _is_tool(span)]
    covered = {parent.id for span in tools for parent in _parents(span, known)}
    chosen = tools + [span for span in known.values() if span.name == "step" and span.id not in covered]
    numbers: dict[str, int] = {}
    for span in sorted(chosen, key=lambda span: (moment_of(span.start) or (0.0, False))[0]):
        line = [span, *_parents(span, known)]
        trajectory = _first(line, _TRAJECTORY) or next((each.id for each in line if each.name == "trajectory"), "")
        trajectory = trajectory or span.trace
        numbers[trajectory] = numbers.get(trajectory, 0) + 1
        yield _step(span, line, trajectory, numbers[trajectory])


def _step(span: Span, line: list[Span], trajectory: str, count: int) -> Step | None:
    start, end = moment_of(span.start), moment_of(span.end)
    if start is None:
        return None
    number = _first(line, _STEP)
    index = int(number) if number.isdecimal() and len(number) < 10 else count
    tool, call_id = _first([span], _TOOL) or span.name.removeprefix("execute_tool").strip(), _first([span], _CALL)
    given = next((span.attributes[name] for name in _ARGUMENTS if name in span.attributes), None)
    codes = codes_of(call_of(trajectory, index, call_id, tool, given)) if given is not None else ()
    return Step(
        trajectory=trajectory,
        step=index,
        call_id=call_id or span.id,
        tool=tool[:200],
        start=start[0],
        end=end[0] if end else start[0],
        has_end=end is not None,
        codes=codes,
        asked="" if codes else asked_of(given),
        address=_first(line, _ADDRESS),
        host=_first(line, ("host.name", "host", "k8s.node.name")),
        sandbox=_first(line, _SANDBOX),
        run=_first(line, _RUN),
    )


def _is_tool(span: Span) -> bool:
    operation = span.attributes.get("gen_ai.operation.name")
    kind = span.attributes.get("openinference.span.kind")
    return operation == "execute_tool" or kind == "TOOL" or span.name.startswith("execute_tool")


def _parents(span: Span, known: Mapping[str, Span]) -> list[Span]:
    found: list[Span] = []
    parent = known.get(span.parent)
    while parent is not None and len(found) < _MOST_PARENTS:
        found.append(parent)
        parent = known.get(parent.parent)
    return found


def _first(line: Iterable[Span], names: tuple[str, ...]) -> str:
    for span in line:
        for name in names:
            value = span.attributes.get(name)
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
                return str(value)[:300]
    return ""


def _span(span: Mapping[str, object], shared: Mapping[str, object]) -> Span:
    context = mapping_of(span.get("context"))
    own = span.get("attributes")
    attributes = _attributes(own) if isinstance(own, list) else mapping_of(own)
    resource = mapping_of(mapping_of(span.get("resource")).get("attributes"))
    return Span(
        id=text_of(span.get("spanId")) or text_of(context.get("span_id")),
        parent=text_of(span.get("parentSpanId")) or text_of(span.get("parent_id")),
        trace=text_of(span.get("traceId")) or text_of(context.get("trace_id")),
        name=text_of(span.get("name"))[:300],
        start=span.get("startTimeUnixNano") or span.get("start_time"),
        end=span.get("endTimeUnixNano") or span.get("end_time"),
        attributes={**shared, **resource, **attributes},
    )


def _attributes(value: object) -> dict[str, object]:
    """Read OTLP's list of `{key, value: {stringValue: …}}`."""
    found: dict[str, object] = {}
    for each in mappings(value):
        given = mapping_of(each.get("value"))
        one = next(
            (given[kind] for kind in ("stringValue", "intValue", "doubleValue", "boolValue") if kind in given), None
        )
        if one is None and "arrayValue" in given:
            one = [
                mapping_of(part).get("stringValue") for part in mappings(mapping_of(given["arrayValue"]).get("values"))
            ]
            one = one[0] if len(one) == 1 else one
        found[text_of(each.get("key"))] = one
    return found
