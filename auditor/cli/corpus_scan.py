"""One run of `auditor corpus scan`: what it says while it works, and when it is done."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from auditor.cli.output import Progress as Line
from auditor.cli.output import complain, opened
from auditor.corpora.pool import Engine, Pool
from auditor.corpora.scan import Request, Scan
from auditor.corpora.schema import needed
from auditor.corpora.summary import Progress, Summary, duration
from auditor.corpora.terms import terms_of
from auditor.intake.datasets.columns import Columns
from auditor.intake.datasets.format import Format
from auditor.intake.datasets.sources import Sources

_EVERY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """What `auditor corpus scan` was asked to do."""

    sources: tuple[str, ...]
    columns: Columns
    format: Format
    out: Path
    is_resumed: bool
    cache: Path | None
    is_ray: bool
    jobs: int
    policy: Path | None
    rulesets: Path | None
    texts: str
    is_triaging: bool
    shard_rows: int
    is_sarif: bool
    is_jsonl: bool
    is_quiet: bool


def scan_all(options: ScanOptions) -> int:
    """Scan, say how it goes, and give the exit code."""
    needed()
    terms = terms_of(options.policy, options.rulesets, texts=options.texts, is_triaging=options.is_triaging)
    request = Request(
        sources=Sources(options.sources, options.columns, options.format),
        out=options.out,
        terms=terms,
        cache=options.cache,
        is_resumed=options.is_resumed,
        shard_rows=options.shard_rows,
    )
    says = _Says(is_quiet=options.is_quiet)
    engine = _engine(options, request)
    try:
        summary = Scan(request, engine, says.progress).run()
    except KeyboardInterrupt:
        says.clear()
        complain("interrupted", f"what was completed is in {options.out}", "--resume goes on")
        raise
    finally:
        says.clear()
        engine.close()
    _write_others(options)
    with opened(None) as out:
        out.write(summary_text(summary, options.out))
    return 0


def summary_text(summary: Summary, folder: Path) -> str:
    """Write a summary for people."""
    verdicts = ", ".join(f"{summary.verdicts[name]:,} {name}" for name in ("deny", "review", "allow"))
    rate = summary.audited / summary.seconds if summary.seconds else 0.0
    lines = [
        f"{summary.rows:,} inputs, {summary.rows:,} rows: {verdicts}",
        f"  {summary.duplicates:,} duplicates, {summary.cleared:,} cleared,"
        f" {summary.gaps:,} gaps in {summary.rows_with_gaps:,} rows, {summary.findings:,} findings",
        f"  {summary.audited:,} audited in {duration(summary.seconds)} ({rate:,.1f} a second),"
        f" {summary.known:,} known before",
    ]
    if summary.families:
        lines.append("  " + ", ".join(f"{name} {count:,}" for name, count in list(summary.families.items())[:8]))
    if summary.skipped:
        lines.append("  skipped: " + ", ".join(f"{count:,} {why}" for why, count in summary.skipped.items()))
    return "\n".join([*lines, f"  {folder}/summary.json; auditor corpus report {folder}"]) + "\n"


def _engine(options: ScanOptions, request: Request) -> Engine:
    if options.is_ray:
        from auditor.corpora.ray_engine import RayEngine

        return RayEngine(options.jobs, request.terms.settings)
    return Pool(options.jobs, request.terms.settings)


def _write_others(options: ScanOptions) -> None:
    if options.is_sarif:
        from auditor.corpora.sarif import write_sarif

        left = write_sarif(options.out)
        if left:
            complain("note", f"results.sarif holds the worst findings; {left:,} more are in {options.out}/findings")
    if options.is_jsonl:
        from auditor.corpora.export import write_lines

        write_lines(options.out)


class _Says:
    """Progress: one line that changes on a terminal, a line every so often elsewhere."""

    def __init__(self, *, is_quiet: bool) -> None:
        self._is_quiet = is_quiet
        self._is_terminal = sys.stderr.isatty()
        self._line = Line(is_wanted=not is_quiet)
        self._next = time.monotonic() + _EVERY_SECONDS

    def progress(self, progress: Progress) -> None:
        """Say how far it is."""
        if self._is_quiet:
            return
        if self._is_terminal:
            self._line.show(progress.text())
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY_SECONDS
            complain("progress", progress.text())

    def clear(self) -> None:
        """Take the line away."""
        self._line.clear()
