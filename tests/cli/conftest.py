"""An auditor that answers by file name, so that the command line is tested without engines."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

import pytest

from auditor.errors import Cancelled, EngineError, SandboxError, SandboxUnavailable
from auditor.intake import Skipped, Taken
from auditor.judge import Baseline, Case, Policy, Terms, decide, findings_of
from auditor.model.finding import Match
from auditor.model.gap import Gap, Stage, Why
from auditor.model.reading import Reading
from auditor.model.report import Report
from auditor.model.rule import Severity
from auditor.model.trial import Trial
from auditor.model.unit import Language, Script, Unit
from auditor.pipeline import Clock
from tests.judge.made import at, match, rule
from tests.render.made import TODAY, TOOL

DENIED = match("ssh -N -R 2222:localhost:22 ops@203.0.113.5", at(1))
REVIEWED = match("ssh -N -D 1080 ops@203.0.113.5", at(1), rule(id="ssh-dynamic", family="dynamic-forward"))
LISTED = match("ssh -N -L 1:h:2 x", at(1), rule(id="ssh-local", family="local-forward", severity=Severity.LOW))


class FakeAuditor:
    """Gives one report per path: what is found is in the file's name."""

    def __init__(self, *, policy: Policy, baseline: Baseline, rulesets: Path | None, workers: int) -> None:
        if not policy.is_shipped:
            policy.refuse_unknown([match.rule for match in (DENIED, REVIEWED, LISTED)])
        self.terms = Terms(policy, baseline, TODAY)
        self.workers = workers
        self.rulesets = rulesets

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def audit_paths(
        self, paths: Sequence[str], *, language: Language | None = None, cancel: threading.Event | None = None
    ) -> Iterator[Report | Skipped]:
        """Audit files and the files of directories."""
        for path in paths:
            files = sorted(str(file) for file in Path(path).iterdir()) if Path(path).is_dir() else [path]
            for file in files:
                if cancel is not None and cancel.is_set():
                    raise Cancelled("cancelled")
                name = Path(file).name
                if "binary" in name:
                    yield Skipped(file, "binary")
                elif "interrupt" in name:
                    raise KeyboardInterrupt
                elif "engine" in name:
                    raise EngineError("Semgrep is not installed", hint="install it")
                elif "fault" in name:
                    raise RuntimeError("a fault\x1b[31m of ours")
                elif "slow" in name:
                    assert cancel is not None
                    assert cancel.wait(10)
                    yield self.report(file, "")
                else:
                    yield self.report(file, Path(file).read_text(encoding="utf-8"), language)

    def audit_taken(self, taken: Taken, clock: Clock | None = None) -> Report:
        """Audit what came on standard input; its text says what is found."""
        assert clock is not None
        return self.report(taken.script.path, taken.script.text, taken.script.language, name=taken.script.text)

    def try_report(self, report: Report) -> Report:
        """Say that a script was tried."""
        if "lost" in report.script.text:
            raise SandboxError("the trial was lost")
        if "nowhere" in report.script.text:
            raise SandboxUnavailable("a trial cannot be isolated here", hint="`auditor doctor` says more")
        return replace(report, trial=Trial("full", 1, 1.5, "exit 0", (), None, is_complete=True))

    def with_gap(self, report: Report, gap: Gap) -> Report:
        """Add a gap, and decide anew."""
        case = Case(report.script, report.reading, report.findings, (*report.gaps, gap))
        return replace(report, gaps=case.gaps, decision=decide(case, self.terms))

    def report(self, path: str, text: str, language: Language | None = None, name: str = "") -> Report:
        """Make a report; the name says what is in it."""
        name = name or Path(path).name
        matches: list[Match] = [
            found for word, found in (("deny", DENIED), ("review", REVIEWED), ("listed", LISTED)) if word in name
        ]
        gaps = (Gap(Stage.READ, Why.TOO_DEEP, "nested", at(1)),) if "gap" in name else ()
        script = Script.of(text or "x", language or Language.BASH, path)
        reading = Reading((Unit(0, script.language, script.text),), (), gaps)
        findings = findings_of(reading, matches)
        decision = decide(Case(script, reading, findings, gaps), self.terms)
        return Report(script, reading, findings, gaps, decision, TOOL, (("read", 1.0),))


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder to work in, with a fake auditor in place of the real one."""
    monkeypatch.setattr("auditor.pipeline.Auditor", FakeAuditor)
    monkeypatch.chdir(tmp_path)
    for name in ("clean", "deny", "review", "listed", "gap", "deny-gap", "review-gap"):
        (tmp_path / f"{name}.sh").write_text("echo hello\n", encoding="utf-8")
    return tmp_path
