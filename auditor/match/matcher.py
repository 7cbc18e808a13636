"""The matcher: every rule over one reading, with engines that stay warm, or over many in one batch.

Takes readings; gives matches, each with its rule and place, and gaps for what was not matched. Both
ways give the same matches. An engine is not asked about text in which no rule has an anchor. Raises
RulesetError for rules that Semgrep refuses and EngineError when an engine cannot be started; what a
text does to an engine is a Gap.
"""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Self

from auditor.errors import RulesetError
from auditor.match.bandit import BanditHit
from auditor.match.bandit_pool import BanditPool
from auditor.match.batch import BatchEngine, validated
from auditor.match.engine import Problem
from auditor.match.packing import LineMemory, match_packed
from auditor.match.plan import Plan, Planner
from auditor.match.rules import Ruleset, load_ruleset
from auditor.match.semgrep import configuration, engine_version, untested
from auditor.match.texts import TimeLeft, match_texts
from auditor.match.warm import WarmEngine
from auditor.model.finding import Match
from auditor.model.gap import Gap, Why
from auditor.model.reading import Reading
from auditor.settings import DEFAULT_LIMITS, Limits

_Check = tuple[tuple[int, ...], "Future[tuple[BanditHit, ...] | Problem]"]


@dataclass(frozen=True, slots=True)
class MatchResult:
    """What matching one reading gave, sorted by place."""

    matches: tuple[Match, ...]
    gaps: tuple[Gap, ...]


class Matcher:
    """Matches readings against a ruleset, by default the one that ships. Thread-safe; a context manager.

    Engines start when first needed, or when `start` is called. Without `checks_cleared`, Bandit is not
    asked about readings that are cleared.
    """

    def __init__(
        self,
        rulesets: Path | Ruleset | None = None,
        *,
        limits: Limits = DEFAULT_LIMITS,
        workers: int = 1,
        is_skipping: bool = True,
        checks_cleared: bool = True,
    ) -> None:
        self._ruleset = rulesets if isinstance(rulesets, Ruleset) else load_ruleset(rulesets)
        self._limits = limits
        self._planner = Planner(self._ruleset, limits, is_skipping=is_skipping, checks_cleared=checks_cleared)
        if said := untested(found := engine_version()):
            warnings.warn(f"Semgrep {found} is {said}: what it finds may be less", stacklevel=2)
        self._configuration = configuration(self._ruleset.rules)
        self._warm = WarmEngine(self._configuration, self._planner.suffixes)
        self._batch = BatchEngine(self._configuration)
        self._lines = LineMemory()
        self._bandit = BanditPool(self._ruleset.checks, limits, workers)
        self._checks = {check.check: check.card for check in self._ruleset.checks}
        self._threads = ThreadPoolExecutor(2 + workers, thread_name_prefix="auditor-match")
        self._validation: Future[None] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def ruleset(self) -> Ruleset:
        """The rules that run."""
        return self._ruleset

    @property
    def digest(self) -> str:
        """A digest of every byte of the ruleset."""
        return self._ruleset.digest

    @property
    def engines(self) -> tuple[tuple[str, str], ...]:
        """The engines' names and versions."""
        return (("bandit", _version("bandit")), ("semgrep", engine_version()))

    @property
    def semgrep_pid(self) -> int | None:
        """The warm Semgrep child's process id, None before its first use."""
        return self._warm.pid

    def start(self) -> None:
        """Start the warm engines without waiting for them."""
        self._warm.start()
        self._bandit.start()
        self._validate()

    def may_match_effects(self, text: str) -> bool:
        """Say whether a rule on effects could match commands that are this text, word by word."""
        return self._planner.may_match_effects(text)

    def match(self, reading: Reading, seconds: float | None = None) -> MatchResult:
        """Match one reading with the warm engines, within a time."""
        bound = self._limits.match_seconds if seconds is None else min(seconds, self._limits.match_seconds)
        end = time.monotonic() + bound
        plan = self._planner.plan(reading)
        checks = self._start_bandit(plan, end)
        if plan.texts:
            # a session drops a rule that it cannot load without a word
            self._validate().result()
            plan.take(match_texts(self._warm, plan.texts, self._planner.canaries, TimeLeft(bound, end)))
        return self._result(plan, checks)

    def match_many(self, readings: Sequence[Reading]) -> list[MatchResult]:
        """Match many readings with one batch; give their results in order."""
        plans = [self._planner.plan(reading) for reading in readings]
        end = time.monotonic() + self._limits.match_seconds * max(1, len(plans))
        checks = [self._start_bandit(plan, end) for plan in plans]
        texts = [text for plan in plans for text in plan.texts]
        limit = TimeLeft(self._limits.match_seconds / 2, end)
        if self._planner.is_by_line:
            found = match_packed(self._batch, texts, self._planner.canaries, limit, self._lines)
        else:
            found = match_texts(self._batch, texts, self._planner.canaries, limit)
        outcomes = iter(found)
        for plan in plans:
            plan.take([next(outcomes) for _ in plan.texts])
        return [self._result(plan, check) for plan, check in zip(plans, checks, strict=True)]

    def close(self) -> None:
        """End the engines; what is under way ends with gaps or an error."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._warm.close()
        self._bandit.close()
        self._threads.shutdown(wait=True)
        self._batch.close()

    def _validate(self) -> Future[None]:
        """Let Semgrep refuse rules, once, while the warm child starts; a start that failed is tried again."""
        with self._lock:
            failed = self._validation is not None and self._validation.done() and self._validation.exception()
            if self._validation is None or (failed and not isinstance(failed, RulesetError)):
                self._validation = self._threads.submit(validated, self._configuration)
            return self._validation

    def _start_bandit(self, plan: Plan, end: float) -> list[_Check]:
        return [(units, self._threads.submit(self._check, text, end)) for text, units in plan.python]

    def _check(self, text: str, end: float) -> tuple[BanditHit, ...] | Problem:
        left = min(self._limits.match_seconds, end - time.monotonic())
        if left <= 0:
            return Problem(Why.TIMED_OUT, "there was no time left for Bandit")
        return self._bandit.check(text, left)

    def _result(self, plan: Plan, checks: Sequence[_Check]) -> MatchResult:
        for units, future in checks:
            try:
                found = future.result()
            except CancelledError:
                found = Problem(Why.ENGINE_FAILED, "the matcher was closed")
            plan.take_bandit(units, found, self._checks)
        return MatchResult(plan.sorted_matches(), tuple(dict.fromkeys(plan.gaps)))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
