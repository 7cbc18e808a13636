"""Trajectories: in every format, code comes out with its episode, step, call and time, and earlier writes are kept."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.intake.datasets.input import Input
from auditor.intake.datasets.sources import Sources
from auditor.intake.trajectories.calls import Call, time_ns
from auditor.intake.trajectories.episode import Episode
from auditor.model.unit import Language
from tests.intake import trajectories
from tests.intake.trajectories import FORMATS, NANOSECONDS, RUN, SCRIPT


def inputs_of(path: Path) -> list[Input]:
    """Take everything; nothing may be skipped."""
    found = list(Sources([str(path)]).inputs())
    assert all(isinstance(each, Input) for each in found)
    return [each for each in found if isinstance(each, Input)]


@pytest.mark.parametrize(
    ("name", "file", "write", "is_timed", "is_assumed"), FORMATS, ids=[each[0] for each in FORMATS]
)
def test_every_format(
    tmp_path: Path, name: str, file: str, write: Callable[[], str], is_timed: bool, is_assumed: bool
) -> None:
    """A file is written, then run: two inputs, in order, and the second is surrounded by the first."""
    path = tmp_path / file
    path.write_text(write(), encoding="utf-8")
    found = inputs_of(path)
    if name == "atif":
        nested = found.pop()
        assert nested.moment is not None
        assert (nested.data, nested.moment.trajectory) == (b"ls sub", "s-1/sub")
    assert len(found) == 2
    wrote, ran = found
    assert wrote.data.decode().rstrip().endswith(SCRIPT.rstrip() if name != "mini-swe-agent" else "EOF")
    assert ran.data.decode().strip() == RUN
    assert ran.language is Language.BASH
    assert wrote.id != ran.id
    if name != "mini-swe-agent":
        assert wrote.path.endswith("job.py")
    assert SCRIPT in {content for _, content in ran.surroundings.files}
    assert wrote.moment is not None
    assert ran.moment is not None
    assert wrote.moment.step < ran.moment.step
    assert wrote.moment.trajectory == ran.moment.trajectory != ""
    assert ran.moment.tool
    assert (ran.moment.time_ns == NANOSECONDS) is is_timed
    assert ran.moment.is_zone_assumed is is_assumed
    if name not in ("swe-agent", "sharegpt", "openai", "mini-swe-agent"):
        assert ran.moment.call


def test_a_folder_of_openhands_events_is_one_episode(tmp_path: Path) -> None:
    """Each event in a file of its own, in the order of their names."""
    events = tmp_path / "conversation" / "events"
    events.mkdir(parents=True)
    for number, line in enumerate(trajectories.openhands().splitlines()):
        (events / f"event-{number:05}-ab-cd.json").write_text(line, encoding="utf-8")
    (tmp_path / "conversation" / "base_state.json").write_text("{}", encoding="utf-8")
    found = [each for each in inputs_of(tmp_path) if each.moment is not None]
    assert [each.data.decode() for each in found] == [SCRIPT, RUN]
    assert found[1].surroundings.files


def test_an_inspect_archive_is_read_without_inspect(tmp_path: Path) -> None:
    """Its samples in order; one that is no JSON is an input with a gap."""
    sample = json.loads(trajectories.inspect_log())["samples"][0]
    path = tmp_path / "log.eval"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", json.dumps({"eval": {"run_id": "r-1"}}))
        archive.writestr("samples/a_epoch_1.json", json.dumps(sample))
        archive.writestr("samples/b_epoch_1.json", "{")
        archive.writestr("summaries.json", "[]")
    found = inputs_of(path)
    assert [each.data.decode() for each in found] == [SCRIPT, RUN, ""]
    assert found[1].moment is not None
    assert found[1].moment.trajectory == "r-1/a/1"
    assert "cannot be read" in found[2].gaps[0].what


def test_fences_count_where_nothing_is_called(tmp_path: Path) -> None:
    """An agent that acts by fenced blocks; output and talk of the user are none."""
    said = "Run:\n```bash\nssh -N -R 1:h:2 x\n```\nthen\n```python\nprint(1)\n```\n```text\nssh out\n```\n"
    row = {"messages": [{"role": "user", "content": "```bash\nssh user\n```"}, {"role": "assistant", "content": said}]}
    path = tmp_path / "chat.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    found = inputs_of(path)
    assert [(each.data.decode(), each.language) for each in found] == [
        ("ssh -N -R 1:h:2 x\n", Language.BASH),
        ("print(1)\n", Language.PYTHON),
    ]


def episode(*calls: tuple[str, dict[str, object]]) -> list[Input]:
    """Give the inputs of some calls."""
    made = Episode("x")
    return [
        each
        for step, (tool, given) in enumerate(calls, start=1)
        for each in made.inputs(Call("t", step, f"c{step}", tool, given))
    ]


def test_an_edit_is_the_file_as_it_leaves_it() -> None:
    """Where the file is known; else what it puts in."""
    found = episode(
        ("Write", {"file_path": "/w/a.py", "content": "x = 1\ny = 2\n"}),
        ("Edit", {"file_path": "/w/a.py", "old_string": "y = 2", "new_string": "y = 3"}),
        ("MultiEdit", {"file_path": "/w/a.py", "edits": [{"old_string": "x = 1", "new_string": "x = 5"}]}),
        ("insert", {"path": "/w/a.py", "insert_line": 1, "new_str": "z = 0"}),
        ("Edit", {"file_path": "/w/unknown.py", "old_string": "a", "new_string": "b = 1"}),
    )
    assert [each.data.decode() for each in found] == [
        "x = 1\ny = 2\n",
        "x = 1\ny = 3\n",
        "x = 5\ny = 3\n",
        "x = 5\nz = 0\ny = 3\n",
        "b = 1",
    ]


def test_a_patch_updates_a_file() -> None:
    """Hunks are applied to what is remembered."""
    patch = (
        "*** Begin Patch\n*** Update File: a.py\n@@ def f\n x = 1\n-y = 2\n+y = 3\n*** Delete File: b.py\n*** End Patch"
    )
    found = episode(("write_file", {"path": "a.py", "content": "x = 1\ny = 2\nz\n"}), ("apply_patch", {"input": patch}))
    assert [each.data.decode() for each in found] == ["x = 1\ny = 2\nz\n", "x = 1\ny = 3\nz\n"]


def test_equal_commands_stay_equal() -> None:
    """Files that a command cannot mean do not surround it; what these name in turn does."""
    found = episode(
        ("write_file", {"path": "/w/run.sh", "content": "python tools/inner.py\n"}),
        ("write_file", {"path": "/w/tools/inner.py", "content": "print(1)\n"}),
        ("write_file", {"path": "/w/other.py", "content": "print(2)\n"}),
        ("bash", {"command": "ls -la"}),
        ("bash", {"command": "bash /w/run.sh"}),
        ("bash", {"command": "for f in /w/*.py; do python $f; done"}),
        ("bash", {"command": "python -m other"}),
    )
    around = [sorted(path for path, _ in each.surroundings.files if "/" in path) for each in found[3:]]
    assert around == [[], ["/w/run.sh", "/w/tools/inner.py"], ["/w/other.py", "/w/tools/inner.py"], ["/w/other.py"]]


@pytest.mark.parametrize(
    ("tool", "given", "expected"),
    [
        ("shell", {"command": ["bash", "-lc", "ls | wc"]}, [("ls | wc", Language.BASH)]),
        ("shell", {"command": ["git", "commit", "-m", "a b"]}, [("git commit -m 'a b'", Language.BASH)]),
        ("execute_ipython_cell", {"code": "print(1)"}, [("print(1)", Language.PYTHON)]),
        ("PowerShell", {"command": "Get-Item"}, [("Get-Item", Language.POWERSHELL)]),
        ("mcp__x__run", {"code": "puts 1", "language": "ruby"}, [("puts 1", Language.RUBY)]),
        ("exec", {"input": "ls"}, [("ls", Language.BASH)]),
        ("str_replace_editor", {"command": "view", "path": "/w/a.py"}, []),
        ("search", {"query": "ssh -R"}, []),
        ("Read", {"file_path": "/w/a.py"}, []),
        ("bash", {"command": 5}, []),
        ("bash", {}, []),
    ],
)
def test_the_shape_of_the_arguments_decides(
    tool: str, given: dict[str, object], expected: list[tuple[str, Language]]
) -> None:
    """Whatever the tool is called; talk and reading are no code."""
    assert [(each.data.decode(), each.language) for each in episode((tool, given))] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-01T10:00:02.125Z", (NANOSECONDS, False)),
        ("2026-03-01T11:00:02.125000000+01:00", (NANOSECONDS, False)),
        ("2026-03-01 10:00:02.125", (NANOSECONDS, True)),
        (NANOSECONDS / 1e9, (NANOSECONDS, False)),
        (NANOSECONDS // 1_000_000, (NANOSECONDS, False)),
        (NANOSECONDS, (NANOSECONDS, False)),
        ("1969-12-31T23:59:59.5Z", (-500_000_000, False)),
        ("yesterday", (None, False)),
        (True, (None, False)),
        (float("nan"), (None, False)),
        (-1, (None, False)),
        (None, (None, False)),
    ],
)
def test_times_become_utc(value: object, expected: tuple[int | None, bool]) -> None:
    """Nanoseconds since 1970, and whether the zone was assumed."""
    assert time_ns(value) == expected


def test_nothing_of_a_hostile_trajectory_raises(tmp_path: Path) -> None:
    """Fields of the wrong type everywhere."""
    wrong: list[object] = [1, "x", None, [], [1], {}, {"a": []}]
    for name, file, write, _, _ in FORMATS:
        text = write()
        objects = [json.loads(line) for line in text.splitlines()] if file.endswith(".jsonl") else [json.loads(text)]
        for index, bad in enumerate(wrong):
            broken = [_spoiled(each, bad) for each in objects]
            path = tmp_path / f"{name}-{index}-{file}"
            path.write_text("\n".join(json.dumps(each) for each in [*objects[:1], *broken]), encoding="utf-8")
            assert list(Sources([str(tmp_path / f"{name}-{index}-*")]).inputs()) is not None


def _spoiled(value: object, bad: object, depth: int = 0) -> object:
    """Replace what lies two levels down."""
    if isinstance(value, dict) and depth < 2:
        return {key: _spoiled(each, bad, depth + 1) for key, each in value.items()}
    if isinstance(value, list) and depth < 2:
        return [_spoiled(each, bad, depth + 1) for each in value]
    return bad if depth == 2 else value


def test_a_stream_of_one_line_without_an_end(tmp_path: Path) -> None:
    """The last line counts without a newline."""
    path = tmp_path / "x.jsonl"
    path.write_bytes(io.BytesIO(b'{"text": "ls", "language": "bash"}').getvalue())
    assert [each.data for each in inputs_of(path)] == [b"ls"]
