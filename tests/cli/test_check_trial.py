"""`auditor check --trial`: which scripts are run in the sandbox, and what becomes of a run that is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.cli import main


@pytest.mark.parametrize(
    ("when", "name", "is_tried"),
    [
        ("never", "review", False),
        ("auto", "review", True),
        ("auto", "deny", False),
        ("auto", "clean", False),
        ("always", "clean", True),
        ("always", "deny", True),
    ],
)
def test_what_is_tried(scripts: Path, capsys: pytest.CaptureFixture[str], when: str, name: str, is_tried: bool) -> None:
    """Auto tries what reading leaves open, always tries everything, and the report says which it was."""
    main(["check", f"{name}.sh", "--trial", when, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert (report["trial"] is not None) == is_tried


def test_a_language_that_is_not_run_is_left_alone(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A Dockerfile has no trial, and that is no failure."""
    main(["check", "clean.sh", "--language", "dockerfile", "--trial", "always", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["trial"] is None


def test_a_lost_run_is_a_gap(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A script that was to be tried and could not is not clean."""
    (scripts / "clean.sh").write_text("lost\n", encoding="utf-8")
    assert main(["check", "clean.sh", "--trial", "always", "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [gap["stage"] for gap in report["gaps"]] == ["trial"]
    assert report["verdict"] == "review"


def test_without_isolation_nothing_is_said(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a trial cannot be isolated there is no verdict, and the hint leads on."""
    (scripts / "clean.sh").write_text("nowhere\n", encoding="utf-8")
    assert main(["check", "clean.sh", "--trial", "always"]) == 3
    assert "auditor doctor" in capsys.readouterr().err
