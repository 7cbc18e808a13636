"""The whole audit on one page: read, match, judge, report.

`Auditor` keeps the engines warm and is what everything else calls; `audit` is the short form for
one text. Text that resists becomes Gaps in the report; only an operator's mistake or a failure of
the auditor itself raises.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from auditor import __version__
from auditor.clock import Clock
from auditor.errors import AuditorError, Cancelled
from auditor.intake import Skipped, Taken, language_named, take_bytes, take_paths
from auditor.judge import Baseline, Policy, Terms, load_policy
from auditor.match import Matcher, load_ruleset
from auditor.model.gap import Gap
from auditor.model.reading import Reading
from auditor.model.report import Report, Tool
from auditor.model.surroundings import NOTHING, Reach, Surroundings
from auditor.model.unit import Language
from auditor.model.verdict import Verdict
from auditor.read.remote import RemoteReader
from auditor.reporting import Reporter
from auditor.settings import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from auditor.trial.remote import Trials
    from auditor.trying import TrialOptions

__all__ = ["Auditor", "Clock", "audit", "audit_async"]

_BATCH = 200


class Auditor:
    """Audits scripts with engines that stay warm. Thread-safe; a context manager.

    `policy` and `rulesets` are paths; by default the ones that ship. `workers` is how many scripts
    may be read at once. With `follow`, a script that is a file is read with the files of its own folder
    that it runs. With `is_triaging`, one that provably reaches nothing is cleared: what the policy allows of it
    is not listed. Raises PolicyError and RulesetError at once, not at the first audit.
    """

    def __init__(
        self,
        *,
        policy: Policy | Path | str | None = None,
        baseline: Baseline | None = None,
        rulesets: Path | str | None = None,
        workers: int = 1,
        follow: bool = True,
        limits: Limits = DEFAULT_LIMITS,
        is_triaging: bool = False,
    ) -> None:
        self._limits = limits
        self._is_triaging = is_triaging
        self._follows = follow
        self._policy = policy if isinstance(policy, Policy) else load_policy(Path(policy) if policy else None)
        self._jobs = workers
        self._lock = threading.Lock()
        self._trials: Trials | None = None
        self._reader = RemoteReader(workers, limits)
        self._reader.start()
        try:
            ruleset = load_ruleset(Path(rulesets) if rulesets else None)
            # What Bandit finds may be left out only where the policy allows all of it.
            if not self._policy.is_shipped:
                self._policy.refuse_unknown(ruleset.cards)
            is_minded = any(self._policy.outcome_of_rule(check.card) is not Verdict.ALLOW for check in ruleset.checks)
            self._matcher = Matcher(ruleset, limits=limits, workers=workers, checks_cleared=is_minded)
        except BaseException:
            self._reader.close()
            raise
        tool = Tool(
            version=__version__,
            ruleset=self._matcher.digest,
            policy=self._policy.digest,
            engines=self._matcher.engines,
        )
        terms = Terms(policy=self._policy, baseline=baseline or Baseline())
        self._reporter = Reporter(tool, terms, self._matcher.ruleset.incidents)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def policy(self) -> Policy:
        """The policy that verdicts follow."""
        return self._policy

    @property
    def semgrep_pid(self) -> int | None:
        """The warm Semgrep's process id, None before its first use."""
        return self._matcher.semgrep_pid

    def start(self) -> None:
        """Start the engines without waiting for them, so that the first audit is fast."""
        self._reader.start()
        self._matcher.start()

    def close(self) -> None:
        """End the engines; audits under way end with an error."""
        with self._lock:
            if self._trials is not None:
                self._trials.close()
        self._reader.close()
        self._matcher.close()

    def audit(
        self,
        text: str | bytes,
        *,
        language: Language | str | None = None,
        path: str = "<text>",
        deadline_seconds: float | None = None,
    ) -> Report:
        """Audit one text. Raises DeadlineExceeded when the deadline passes before there is a verdict."""
        return self.audit_taken(self._take(text, language, path), Clock.of(deadline_seconds))

    async def audit_async(
        self,
        text: str | bytes,
        *,
        language: Language | str | None = None,
        path: str = "<text>",
        deadline_seconds: float | None = None,
    ) -> Report:
        """Audit one text without blocking the event loop; cancelling the task gives up waiting at once."""
        return await asyncio.to_thread(
            self.audit, text, language=language, path=path, deadline_seconds=deadline_seconds
        )

    def audit_taken(self, taken: Taken, clock: Clock | None = None, surroundings: Surroundings | None = None) -> Report:
        """Audit one script that intake has taken, with the warm engines, in what surrounds it."""
        clock = clock or Clock()
        begin = time.monotonic()
        reading = self._read(taken, clock, surroundings)
        read = time.monotonic()
        matched = self._matcher.match(reading, clock.left())
        return self._reporter.report(
            taken, reading, matched, (("read", read - begin), ("match", time.monotonic() - read))
        )

    def audit_paths(
        self, paths: Sequence[str], *, language: Language | None = None, cancel: threading.Event | None = None
    ) -> Iterator[Report | Skipped]:
        """Audit files and directories in order, many at a time; what is skipped comes back as such.

        Raises UsageError for a path that cannot be read, and Cancelled once `cancel` is set.
        """
        batch: list[Taken | Skipped] = []
        for item in take_paths(paths, language=language, limits=self._limits):
            batch.append(item)
            if len(batch) >= _BATCH:
                yield from self.audit_many(batch, cancel)
                batch = []
        yield from self.audit_many(batch, cancel)

    def audit_many(
        self,
        items: Iterable[Taken | Skipped],
        cancel: threading.Event | None = None,
        surroundings: Sequence[Surroundings | None] | None = None,
    ) -> Iterator[Report | Skipped]:
        """Audit scripts with one batch run of the engines; answers come in the order of the scripts.

        `surroundings` are those of each item; by default, what stands beside a script that is a file.
        """
        kept = list(items)
        begin = time.monotonic()
        given = list(surroundings) if surroundings is not None else [None] * len(kept)
        pairs = [(item, around) for item, around in zip(kept, given, strict=True) if isinstance(item, Taken)]
        taken = [item for item, _ in pairs]
        with ThreadPoolExecutor(self._jobs) as threads:
            readings = list(threads.map(lambda pair: self._read_unless(pair[0], cancel, pair[1]), pairs))
        read = time.monotonic()
        results = self._matcher.match_many(readings)
        each = len(taken) or 1
        timings = (("read", (read - begin) / each), ("match", (time.monotonic() - read) / each))
        if len(results) != len(readings):
            raise AuditorError("the batch engine lost a script")
        reports = iter(
            self._reporter.report(item, reading, matched, timings)
            for item, reading, matched in zip(taken, readings, results, strict=True)
        )
        for entry in kept:
            yield next(reports) if isinstance(entry, Taken) else entry

    def trial(
        self,
        text: str | bytes,
        *,
        language: Language | str | None = None,
        path: str = "<text>",
        options: TrialOptions | None = None,
    ) -> Report:
        """Audit one text and try it. Raises SandboxUnavailable where it could not be isolated."""
        return self.trial_taken(self._take(text, language, path), options)

    def trial_taken(self, taken: Taken, options: TrialOptions | None = None) -> Report:
        """Audit one script that intake has taken, and try it."""
        return self.try_report(self.audit_taken(taken), options)

    def try_report(self, report: Report, options: TrialOptions | None = None) -> Report:
        """Try the script of a report, and give the report with what was seen."""
        from auditor.trial.remote import Trials
        from auditor.trying import Engines, TrialOptions, try_script

        with self._lock:
            if self._trials is None:
                self._trials = Trials(self._jobs)
        begin = time.monotonic()
        engines = Engines(self._reader, self._matcher, self._trials)
        # Nothing that a run could still show makes a verdict stricter than this one.
        chosen = replace(options or TrialOptions(), may_end_early=report.decision.would_be is Verdict.DENY)
        tried = try_script(report.script, report.reading, report.findings, chosen, engines)
        return self._reporter.tried(report, tried.trial, tried.judged, tried.gaps, begin)

    def with_gap(self, report: Report, gap: Gap) -> Report:
        """Give a report with one more gap, decided anew."""
        return self._reporter.with_gap(report, gap)

    def replay(self, directory: Path | str) -> Report:
        """Judge a recording again, with the rules and the policy of today; nothing is run."""
        from auditor.trial.keeping import load
        from auditor.trying import judge_again

        kept = load(Path(directory))
        report = self.audit_taken(Taken(kept.script))
        begin = time.monotonic()
        tried = judge_again(kept, report.reading, self._reader, self._matcher)
        return self._reporter.tried(report, tried.trial, tried.judged, tried.gaps, begin)

    def _read_unless(self, taken: Taken, cancel: threading.Event | None, surroundings: Surroundings | None) -> Reading:
        if cancel is not None and cancel.is_set():
            raise Cancelled("the audit was cancelled")
        return self._read(taken, Clock(), surroundings)

    def _read(self, taken: Taken, clock: Clock, surroundings: Surroundings | None = None) -> Reading:
        if surroundings is None:
            surroundings = self._beside(taken)
        reading = self._reader.read(taken.script, clock.left(), surroundings, is_triaged=self._is_triaging)
        # A rule of this ruleset may match a command that is harmless elsewhere.
        is_shell = reading.is_cleared and taken.script.language is Language.BASH
        if is_shell and self._matcher.may_match_effects(taken.script.text):
            return self._reader.read(taken.script, clock.left(), surroundings)
        return reading

    def _take(self, text: str | bytes, language: Language | str | None, path: str) -> Taken:
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        chosen = language_named(language) if isinstance(language, str) else language
        return take_bytes(data, path, origin="text", language=chosen, limits=self._limits)

    def _beside(self, taken: Taken) -> Surroundings:
        """Give what is in reach of a script that came as a file: the files in its own folder."""
        if not self._follows or taken.script.origin != "file":
            return NOTHING
        return Surroundings(reach=Reach.FOLDER, folder=str(Path(taken.script.path).absolute().parent))


def audit(
    text: str | bytes,
    *,
    language: Language | str | None = None,
    path: str = "<text>",
    policy: Path | str | None = None,
    deadline_seconds: float | None = None,
) -> Report:
    """Audit one text with engines started for it; for more than one, keep an Auditor."""
    with Auditor(policy=policy) as auditor:
        return auditor.audit(text, language=language, path=path, deadline_seconds=deadline_seconds)


async def audit_async(
    text: str | bytes,
    *,
    language: Language | str | None = None,
    path: str = "<text>",
    policy: Path | str | None = None,
    deadline_seconds: float | None = None,
) -> Report:
    """Audit one text with engines started for it, without blocking the event loop."""
    return await asyncio.to_thread(
        audit, text, language=language, path=path, policy=policy, deadline_seconds=deadline_seconds
    )
