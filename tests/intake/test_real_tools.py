"""Files that the tools themselves wrote: calls, steps, times and code come out of each (fixtures/README.md says how).

Every session is the same: a harmless command, a script that opens a reverse tunnel is written, and it is run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor.intake.datasets.input import Input
from auditor.intake.datasets.sources import Sources
from auditor.model.unit import Language
from tests.intake.recording.turns import CONTENT, HARMLESS, JOB, RUN, WORK, WRITE

FIXTURES = Path(__file__).parent / "fixtures"
START = 1_772_359_200_000  # 2026-03-01T10:00:00Z, in milliseconds
FIRST, SECOND = (f"00000000-0000-4000-8000-{number:012}" for number in (1, 2))


@dataclass(frozen=True)
class Expected:
    """What a file gives. `writes` is the tool that writes; without one, a command writes the script."""

    file: str
    trajectory: str
    runs: str
    writes: str = ""
    steps: tuple[int, ...] = (1, 2, 3)
    calls: tuple[str, ...] = ("call_1", "call_2", "call_3")
    milliseconds: tuple[int, ...] = ()
    """Since START; empty where the format keeps no time."""
    is_zone_assumed: bool = False
    directory: str = ""


EVERY = (
    Expected("claude-code-2.1.330.jsonl", FIRST, "Bash", "Write", milliseconds=(358, 548, 654), directory=WORK),
    Expected(
        "codex-0.169.0.jsonl", FIRST, "exec_command", "exec_command", milliseconds=(649, 744, 762), directory=WORK
    ),
    Expected(
        "gemini-cli-0.61.0.jsonl", FIRST, "run_shell_command", "write_file", milliseconds=(991, 1210, 1738),
        calls=(
            "run_shell_command__run_shell_command_1772359200424_0", "write_file__write_file_1772359201043_0",
            "run_shell_command__run_shell_command_1772359201283_0",
        ),
    ),
    Expected(
        "qwen-code-0.15.10.jsonl", SECOND, "run_shell_command", "write_file", milliseconds=(450, 12645, 13329),
        directory=WORK,
    ),
    Expected("copilot-cli-1.0.102.jsonl", FIRST, "bash", "create", milliseconds=(694, 975, 1036), directory=WORK),
    Expected(
        "openhands-sdk-1.58.0", "openhands-sdk-1.58.0", "terminal", "file_editor", (3, 5, 7),
        milliseconds=(746, 1624, 1680), is_zone_assumed=True,
    ),
    Expected("swe-agent-0.0.1.traj", "swe-agent-0.0.1.traj", "bash", calls=("1", "2", "3")),
    Expected(
        "mini-swe-agent-2.4.6.traj.json", "mini-swe-agent-2.4.6.traj.json", "bash", steps=(3, 5, 7),
        milliseconds=(134, 134, 134),
    ),
    Expected(
        "harbor-0.24.0-atif.json", FIRST, "bash_command", steps=(2, 3, 4), calls=("call_0_1", "call_1_1", "call_2_1"),
        milliseconds=(1858, 2922, 3941),
    ),
    Expected(
        "inspect-0.3.285.eval", "YfkyQmik6m49oQzNvBarJ7/s-1/1", "bash", "write_file",
        calls=(
            "for_tool_call_6d6b8fda-a9db-4fcd-931a-c14f001c9c0a", "for_tool_call_4447546c-40af-4af8-8233-4772604f8e46",
            "for_tool_call_86d4f68b-5a86-4445-ae68-5f035ae577c3",
        ),
        milliseconds=(23_109_317_297, 23_109_317_371, 23_109_317_384),
    ),
    Expected("openai-2.54.0.jsonl", "row-1", "bash", "write_file", (2, 4, 6)),
    Expected("openai-2.54.0.parquet", "row-1", "bash", "write_file", (2, 4, 6)),
)  # fmt: skip


def inputs_of(name: str) -> list[Input]:
    """Take everything of a fixture; nothing may be skipped, and no line of it may be a gap."""
    if name.endswith((".eval", ".parquet")):
        pytest.importorskip("pyarrow", reason="the corpus extra is not installed")
    found = list(Sources([str(FIXTURES / name)]).inputs())
    inputs = [each for each in found if isinstance(each, Input)]
    assert len(inputs) == len(found)
    assert not any(each.gaps for each in inputs)
    return inputs


@pytest.mark.parametrize("expected", EVERY, ids=lambda each: each.file)
def test_every_tool(expected: Expected) -> None:
    """Three inputs in order; the last is surrounded by what the one before wrote."""
    found = inputs_of(expected.file)[:3]
    harmless, wrote, ran = found
    assert harmless.data.decode().strip() == HARMLESS
    assert ran.data.decode().strip() == RUN
    assert (harmless.language, ran.language) == (Language.BASH, Language.BASH)
    if expected.writes:
        assert wrote.path in (JOB, "job.py")
        assert wrote.data.decode().startswith(CONTENT)
    else:
        assert wrote.data.decode().strip() == WRITE
    files = dict(ran.surroundings.files)
    assert files[JOB].startswith(CONTENT)
    assert not harmless.surroundings.files
    assert ran.surroundings.directory == expected.directory
    moments = [each.moment for each in found if each.moment is not None]
    assert [each.step for each in moments] == list(expected.steps)
    assert [each.call for each in moments] == list(expected.calls)
    assert [each.tool for each in moments] == [expected.runs, expected.writes or expected.runs, expected.runs]
    assert {each.trajectory.removeprefix(f"{FIXTURES}/") for each in moments} == {expected.trajectory}
    times = [each.time_ns // 1_000_000 - START for each in moments if each.time_ns is not None]
    assert tuple(times) == expected.milliseconds
    assert {each.is_zone_assumed for each in moments} == {expected.is_zone_assumed}


def test_nothing_else_is_code() -> None:
    """Prompts, results, diffs and duplicates of events in the same files give no input; mini-swe-agent hands in."""
    for expected in EVERY:
        more = [each.data for each in inputs_of(expected.file)[3:]]
        is_mini = expected.file.startswith("mini-swe-agent")
        assert more == ([b"echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT"] if is_mini else []), expected.file


def test_fschat() -> None:
    """ShareGPT: an agent that acts by fences, in two conversations; the second runs what it wrote."""
    harmless, wrote, ran = inputs_of("fschat-0.2.36.json")
    assert [each.data.decode().strip() for each in (harmless, wrote, ran)] == [HARMLESS, WRITE, RUN]
    assert [each.id for each in (harmless, wrote, ran)] == ["alpaca_0#2:2.0", "alpaca_1#2:2.0", "alpaca_1#2:2.1"]
    assert JOB in dict(ran.surroundings.files)
    assert not wrote.surroundings.files


def test_the_fixtures_name_no_machine() -> None:
    """Scrubbed: no home, no user, no day of recording, and no long text of the tools' own."""
    for path in sorted(FIXTURES.rglob("*")):
        if path.suffix in (".json", ".jsonl", ".traj"):
            text = path.read_text(encoding="utf-8")
            for word in ("/root", "root@", "/tmp/tmp", "2026-11", "site-packages", "You are"):
                assert word not in text, (path.name, word)
