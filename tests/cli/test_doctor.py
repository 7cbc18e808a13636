"""`auditor doctor`: says what is missing, and fails only where `check` cannot work."""

from __future__ import annotations

import importlib.metadata
import shutil
import warnings
from pathlib import Path

import pytest

from auditor.cli import main
from auditor.cli.doctor import examine


def test_this_machine_can_check(capsys: pytest.CaptureFixture[str]) -> None:
    """The development environment has what is needed."""
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "`auditor check` works here." in out
    for name in (
        "python",
        "semgrep",
        "bandit",
        "libcst",
        "tree-sitter",
        "strace",
        "bwrap",
        "user namespaces",
        "ssh",
    ):
        assert name in out


def test_what_is_only_useful_may_be_absent(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Each absence says what it costs."""
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    assert main(["doctor"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "absent strace no trial runs" in out
    assert "absent bwrap a trial shows attempts only" in out


@pytest.mark.parametrize(
    ("version", "says"),
    [("1.120.0", "outside the tested range"), ("1.200.1", "outside the tested range"), (None, "rules cannot run")],
)
def test_semgrep_is_needed_in_the_tested_range(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], version: str | None, says: str
) -> None:
    """Its behaviour outside is not known, so no verdict would be worth anything."""
    real = importlib.metadata.version

    def answer(name: str) -> str:
        if name != "semgrep":
            return real(name)
        if version is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return version

    monkeypatch.setattr(importlib.metadata, "version", answer)
    assert main(["doctor"]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert says in out
    assert "`auditor check` cannot work: semgrep." in out


def test_every_check_says_what_its_absence_costs() -> None:
    """None without a word."""
    checks = list(examine())
    assert len(checks) > 10
    assert all(check.cost for check in checks)


def test_an_untested_semgrep_is_told_where_it_is_used(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """One line, and the verdict all the same."""
    script = tmp_path / "a.sh"
    script.write_text("true\n")
    monkeypatch.setattr("auditor.match.matcher.engine_version", lambda: "1.200.1")
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert main(["check", str(script)]) == 0
    said = "auditor: warning: Semgrep 1.200.1 is outside the tested range, 1.180 to before 1.190"
    assert capsys.readouterr().err.startswith(said)
