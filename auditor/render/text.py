"""Text for people: the verdict, each finding with its line, its effect, its trail, and what to do instead.

Takes reports only. Shows worst things first and in full, allowed things in one line each, and says
what was not examined. Everything of the audited text goes through `escape` and `redact`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from auditor.model.report import Report
from auditor.model.verdict import Verdict
from auditor.render.body import Body, shown_path
from auditor.render.look import Look
from auditor.render.paper import LABEL, STYLES, Paper
from auditor.render.summary import Summary


@dataclass(frozen=True, slots=True)
class TextOptions:
    """`verbosity`: -1 verdicts only, 0 what matters, 1 everything; `is_many` leaves clean scripts to the summary."""

    look: Look = field(default_factory=Look)
    verbosity: int = 0
    is_many: bool = False


class TextRenderer:
    """Reports for a terminal, a log or a pager."""

    def __init__(self, options: TextOptions) -> None:
        self._options = options
        self._explained: set[str] = set()

    def start(self) -> str:
        """Nothing comes first."""
        return ""

    def report(self, report: Report) -> str:
        """Give one report; nothing for a clean script among many."""
        options = self._options
        is_clean = report.verdict is Verdict.ALLOW and not report.reasons and not report.findings
        if options.verbosity < 0 and report.decision.would_be is Verdict.ALLOW:
            return ""
        paper = Paper(options.look)
        if options.is_many and options.verbosity < 1 and _is_unremarkable(report):
            if not is_clean:
                _write_listed_only(paper, report)
            return paper.text()
        _write_verdict(paper, report, is_clean=is_clean)
        if options.verbosity >= 0:
            is_verbose = options.verbosity > 0
            Body(paper, report, is_verbose, set() if is_verbose else self._explained).write()
            if options.is_many:
                paper.blank()
        return paper.text()

    def finish(self, summary: Summary) -> str:
        """Give the counts; nothing for one script alone."""
        if self._options.verbosity < 0 or not (self._options.is_many or summary.interrupted):
            return ""
        paper = Paper(self._options.look)
        dot = f" {self._options.look.dot} "
        counts = [(f"{count} {verdict.value}", STYLES[verdict]) for verdict, count in summary.verdicts if count]
        pieces: list[tuple[str, str] | str] = [f"{_number(summary.scripts, 'script')} audited"]
        for index, count in enumerate(counts):
            pieces += [": " if index == 0 else ", ", count]
        if summary.gaps:
            pieces += [dot, f"{_number(summary.gaps, 'gap')}"]
        skipped = sum(count for _, count in summary.skipped)
        if skipped:
            kinds = ", ".join(f"{count} {kind}" for kind, count in summary.skipped)
            pieces += [dot, f"{skipped} skipped ({kinds})"]
        pieces += [dot, f"{summary.seconds:.2f} s"]
        paper.line(*pieces)
        if summary.interrupted:
            paper.line(("Interrupted: what comes after this was not audited.", "bold"))
        return paper.text()


def _write_verdict(paper: Paper, report: Report, *, is_clean: bool) -> None:
    verdict = report.verdict
    pieces: list[tuple[str, str] | str] = [
        (verdict.value.upper().ljust(6), STYLES[verdict]),
        " ",
        (shown_path(report), "bold"),
    ]
    if report.decision.would_be is not verdict:
        pieces.append((f"  (observing; enforced, this would be {report.decision.would_be.value})", LABEL))
    if is_clean:
        pieces.append(("  nothing found, nothing left out", LABEL))
    paper.line(*pieces)


def _is_unremarkable(report: Report) -> bool:
    """Whether a report has nothing but findings that the policy lists and allows."""
    return report.decision.would_be is Verdict.ALLOW and not report.reasons


def _write_listed_only(paper: Paper, report: Report) -> None:
    """Write one line for a script among many: which rules fired, and how often."""
    counts = Counter(finding.rule.id for finding in report.findings)
    rules = ", ".join(rule if count == 1 else f"{rule} ({count})" for rule, count in sorted(counts.items()))
    paper.line(
        (Verdict.ALLOW.value.upper().ljust(6), STYLES[Verdict.ALLOW]), f" {shown_path(report)}  ", (rules, LABEL)
    )


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
