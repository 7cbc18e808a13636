"""One run of `auditor check`: the auditor is started once, and each report is written as it comes."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.inputs import STDIN, is_many, named_language, refuse_paths, refuse_rulesets, take_one
from auditor.cli.output import Output, Progress, complain, opened
from auditor.cli.verdicts import FailOn, Tally, WhenTried
from auditor.errors import Cancelled, DeadlineExceeded, SandboxError, SandboxUnavailable, UsageError
from auditor.intake import Skipped, Taken
from auditor.judge import Baseline, Policy, dump_baseline, load_baseline, load_policy
from auditor.model.finding import Finding
from auditor.model.gap import Gap, Stage, Why
from auditor.model.report import Report
from auditor.model.verdict import Verdict
from auditor.render.look import Look
from auditor.render.renderer import Renderer

if TYPE_CHECKING:
    from auditor.pipeline import Auditor

INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Request:
    """What `auditor check` was asked to do."""

    paths: tuple[str, ...]
    language: str | None
    policy: Path | None
    baseline: Path | None
    write_baseline: Path | None
    reason: str | None
    fail_on: FailOn
    allow_gaps: bool
    rulesets: Path | None
    deadline_seconds: float | None
    trial: WhenTried
    jobs: int
    format: str
    output: Path | None
    verbosity: int


def audit_all(request: Request) -> int:
    """Audit everything asked for, write the report, and give the exit code."""
    refuse_paths(request.paths)
    refuse_rulesets(request.rulesets)
    named_language(request.language)
    policy, baseline = _terms(request)

    from auditor.pipeline import Auditor

    with opened(request.output) as out:
        many = is_many(request.paths)
        renderer = renderer_for(request.format, out.look, verbosity=request.verbosity, is_many=many)
        jobs = request.jobs if is_many(request.paths) else 1
        with Auditor(policy=policy, baseline=baseline, rulesets=request.rulesets, workers=jobs) as auditor:
            return _Run(request, out, renderer, auditor).finish(baseline)


class _Run:
    """The reports of one run on their way out."""

    def __init__(self, request: Request, out: Output, renderer: Renderer, auditor: Auditor) -> None:
        self._request = request
        self._out = out
        self._renderer = renderer
        self._auditor = auditor
        self._tally = Tally(request.fail_on, allow_gaps=request.allow_gaps)
        self._accepted: list[tuple[str, Finding]] = []
        self._progress = Progress(is_wanted=is_many(request.paths) and request.verbosity >= 0)

    def finish(self, baseline: Baseline) -> int:
        """Write all reports and what comes after them."""
        begin = time.monotonic()
        is_interrupted = False
        self._out.write(self._renderer.start())
        try:
            for item in self._items():
                self._add(item)
        except KeyboardInterrupt:
            is_interrupted = True
        self._progress.clear()
        self._out.write(
            self._renderer.finish(self._tally.summary(time.monotonic() - begin, interrupted=is_interrupted))
        )
        if is_interrupted:
            return INTERRUPTED
        self._write_baseline(baseline)
        return int(self._tally.is_failed)

    def _items(self) -> Iterator[Report | Skipped]:
        """Give the reports in the order of the arguments, within the deadline."""
        request = self._request
        language = named_language(request.language)
        if not is_many(request.paths) and request.paths[0] == STDIN:
            yield self._stdin()
            return
        if not is_many(request.paths) and request.deadline_seconds is not None:
            # One script alone is held to its deadline to the instant, by the engines that stay warm.
            yield self._audit(take_one(request.paths[0], request.language))
            return
        with _cancelling(request.deadline_seconds) as cancel:
            try:
                for group in _groups(request.paths):
                    if group == (STDIN,):
                        yield self._stdin()
                    else:
                        yield from self._auditor.audit_paths(group, language=language, cancel=cancel)
            except Cancelled as error:
                message = "the deadline passed before every script was audited"
                raise DeadlineExceeded(message, hint="give it more time") from error

    def _stdin(self) -> Report:
        return self._audit(take_one(STDIN, self._request.language))

    def _audit(self, taken: Taken) -> Report:
        from auditor.pipeline import Clock

        return self._auditor.audit_taken(taken, Clock.of(self._request.deadline_seconds))

    def _add(self, item: Report | Skipped) -> None:
        if isinstance(item, Skipped):
            self._tally.skip(item.why)
            return
        item = self._tried(item)
        self._tally.add(item)
        if self._request.write_baseline is not None:
            outcomes = dict(item.decision.outcomes)
            minded = [one for one in item.findings if outcomes.get(one.fingerprint) is not Verdict.ALLOW]
            self._accepted += [(item.script.path, finding) for finding in minded]
        self._progress.clear()
        self._out.write(self._renderer.report(item))
        self._progress.show(f"{self._tally.done} audited, last {item.script.path}")

    def _tried(self, report: Report) -> Report:
        """Try a script where that was asked for; a run that was lost is a gap of its report."""
        if not self._request.trial.wants(report):
            return report
        self._progress.show(f"trying {report.script.path}")
        try:
            return self._auditor.try_report(report)
        except SandboxUnavailable:
            raise
        except SandboxError as error:
            return self._auditor.with_gap(report, Gap(Stage.TRIAL, Why.ENGINE_FAILED, str(error)))

    def _write_baseline(self, baseline: Baseline) -> None:
        file = self._request.write_baseline
        if file is None:
            return
        text = dump_baseline(self._accepted, self._request.reason or "", date.today(), baseline)
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"{file}: {error.strerror}", hint="--write-baseline needs a file that can be written"
            ) from error
        if self._request.verbosity >= 0:
            complain("note", f"{len(self._accepted)} findings accepted in {file}")


@contextmanager
def _cancelling(seconds: float | None) -> Iterator[threading.Event]:
    """Give an event that is set at the deadline and at an interrupt, so that no worker begins another script."""
    cancel = threading.Event()

    def interrupt(*_: object) -> None:
        cancel.set()
        raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, interrupt) if is_main else None
    timer = threading.Timer(seconds if seconds is not None else 0, cancel.set)
    timer.daemon = True
    if seconds is not None:
        timer.start()
    try:
        yield cancel
    finally:
        timer.cancel()
        if is_main:
            signal.signal(signal.SIGINT, before)


def _terms(request: Request) -> tuple[Policy, Baseline]:
    """Read the operator's files before any work is done."""
    if request.write_baseline is not None and not (request.reason or "").strip():
        raise UsageError("--write-baseline needs --reason", hint="a finding is accepted for a reason, never just so")
    if request.reason is not None and request.write_baseline is None:
        raise UsageError("--reason goes with --write-baseline")
    policy = load_policy(request.policy)
    for grant in policy.expired_grants(date.today()):
        if request.verbosity >= 0:
            complain("warning", f"{policy.name}: the grant for {grant.rule} expired on {grant.expires.isoformat()}")
    file = request.baseline
    if file is None and request.write_baseline is not None and request.write_baseline.exists():
        file = request.write_baseline
    return policy, load_baseline(file) if file is not None else Baseline()


def renderer_for(name: str, look: Look, *, verbosity: int, is_many: bool) -> Renderer:
    """Give the renderer of a format; `is_many` says whether several scripts were asked for."""
    from auditor.render.json import JsonLinesRenderer, JsonRenderer
    from auditor.render.sarif import SarifRenderer

    match name:
        case "json":
            return JsonRenderer(is_many=is_many)
        case "jsonl":
            return JsonLinesRenderer()
        case "sarif":
            return SarifRenderer(root=os.path.realpath(os.curdir))
        case _:
            from auditor.render.text import TextOptions, TextRenderer

            return TextRenderer(TextOptions(look, verbosity, is_many=is_many))


def _groups(paths: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Give the paths in order, those together that stand between two mentions of standard input."""
    group: list[str] = []
    for path in paths:
        if path == STDIN:
            if group:
                yield tuple(group)
            yield (STDIN,)
            group = []
        else:
            group.append(path)
    if group:
        yield tuple(group)
