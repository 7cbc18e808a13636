"""`auditor corpus`: audits data sets, archives and trajectories, and answers questions about the results."""

from __future__ import annotations

import json
import os
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from auditor.cli.output import Progress, complain, opened
from auditor.cli.sections import Sections
from auditor.intake.datasets.format import Format

corpus = typer.Typer(
    help="Audit data sets, archives and trajectories.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_JOBS = os.cpu_count() or 1

Policy = Annotated[Path | None, typer.Option("--policy", metavar="FILE", help="Instead of the policy that ships.")]
Rulesets = Annotated[Path | None, typer.Option("--rulesets", metavar="DIR", help="Instead of the rules that ship.")]
Jobs = Annotated[
    int,
    typer.Option("--jobs", "-j", min=1, max=512, help="Processes; by default one per processor.", show_default=False),
]


class ScoreFormat(Enum):
    """How a score is printed."""

    TEXT = "text"
    JSON = "json"


@corpus.command()
def score(
    data: Annotated[
        list[Path], typer.Argument(metavar="DATA", help="Labelled rows (JSON Lines), or a manifest of scripts (YAML).")
    ],
    format: Annotated[ScoreFormat, typer.Option("--format", "-f", help="How to print.")] = ScoreFormat.TEXT,  # noqa: A002
    floors: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Bounds (YAML); one that is broken exits with 1.")
    ] = None,
    listed: Annotated[int, typer.Option("--list", min=0, help="False alarms and misses listed, each.")] = 50,
    jobs: Jobs = _JOBS,
    policy: Policy = None,
    rulesets: Rulesets = None,
) -> int:
    """Hold verdicts against labels: recall, precision, false alarms.

    A row is `{id, language, expected, text}`; `expected` of `review` is met by `review` and `deny`.
    """
    from auditor.corpora.floors import broken, load_floors
    from auditor.corpora.manifest import labelled_rows
    from auditor.corpora.pool import Pool
    from auditor.corpora.score_text import score_object, score_text
    from auditor.corpora.scoring import score_rows
    from auditor.corpora.terms import settings_of

    bounds = load_floors(floors) if floors is not None else ()
    settings = settings_of(policy, rulesets, texts="none")
    rows = [row for path in data for row in labelled_rows(path)]
    progress = Progress(is_wanted=True)
    with Pool(jobs, settings) as pool:
        scored = score_rows(rows, pool, lambda done: progress.show(f"{done:,} of {len(rows):,} audited"))
    progress.clear()
    lines = broken(bounds, scored.score)
    with opened(None) as out:
        is_text = format is ScoreFormat.TEXT
        out.write(score_text(scored, listed=listed) if is_text else json.dumps(score_object(scored), indent=2) + "\n")
    for line in lines:
        complain("floor broken", line)
    return int(bool(lines))


_SOURCE, _RUN, _RESULT = "Sources", "Run", "Results"


class Texts(Enum):
    """Whose text the results keep."""

    NONE = "none"
    FLAGGED = "flagged"
    ALL = "all"


class EngineName(Enum):
    """Where the stage runs."""

    LOCAL = "local"
    RAY = "ray"


SCAN_HELP = """Audit data sets, archives and trajectories.

A SOURCE is a directory, a glob, a file, or an address that fsspec opens. Rows come from JSON Lines
and Parquet; code and commands from the trajectories of agents, in the formats of their own tools.

\b
auditor corpus scan rollouts/ --out audit
auditor corpus scan 'data/*.parquet' --column code --out audit
auditor corpus scan data.jsonl --out audit --resume

\b
Exit codes:
0    everything was audited, whatever the verdicts
2    usage
3    the run broke off; what was completed is kept, --resume goes on
130  interrupted; the same
"""


@corpus.command(help=SCAN_HELP, cls=Sections)
def scan(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE…", help="What to audit.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="For the results.", rich_help_panel=_RESULT)],
    column: Annotated[
        str,
        typer.Option("--column", "--field", metavar="NAME", help="The column of the text.", rich_help_panel=_SOURCE),
    ] = "",
    id_column: Annotated[str, typer.Option(metavar="NAME", help="The column of the id.", rich_help_panel=_SOURCE)] = "",
    language_column: Annotated[
        str, typer.Option(metavar="NAME", help="The column of the language.", rich_help_panel=_SOURCE)
    ] = "",
    path_column: Annotated[
        str, typer.Option(metavar="NAME", help="The column of the file name.", rich_help_panel=_SOURCE)
    ] = "",
    format: Annotated[  # noqa: A002
        Format, typer.Option("--format", "-f", help="What the files hold.", rich_help_panel=_SOURCE)
    ] = Format.AUTO,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in DIR, if there is one.", rich_help_panel=_RUN)
    ] = False,
    cache: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep answers for later runs (SQLite).", rich_help_panel=_RUN),
    ] = None,
    engine: Annotated[EngineName, typer.Option(help="Where to audit.", rich_help_panel=_RUN)] = EngineName.LOCAL,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            "-j",
            min=1,
            max=4_096,
            help="Processes; by default one per processor.",
            show_default=False,
            rich_help_panel=_RUN,
        ),
    ] = _JOBS,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead of the policy that ships.", rich_help_panel=_RUN)
    ] = None,
    rulesets: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Instead of the rules that ship.", rich_help_panel=_RUN)
    ] = None,
    texts: Annotated[
        Texts, typer.Option(help="Whose text is kept, redacted.", rich_help_panel=_RESULT)
    ] = Texts.FLAGGED,
    triage: Annotated[
        bool,
        typer.Option(
            "--triage/--no-triage", help="Clear what provably reaches nothing before it is read.", rich_help_panel=_RUN
        ),
    ] = True,
    shard_rows: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Rows of one result file.", rich_help_panel=_RESULT)
    ] = 1_000,
    sarif: Annotated[bool, typer.Option("--sarif", help="Also DIR/results.sarif.", rich_help_panel=_RESULT)] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Also DIR/results.jsonl.", rich_help_panel=_RESULT)] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.", rich_help_panel=_RESULT)] = False,
) -> int:
    """Audit data sets, archives and trajectories."""
    from auditor.cli.corpus_scan import ScanOptions, scan_all
    from auditor.intake.datasets.columns import Columns

    return scan_all(
        ScanOptions(
            sources=tuple(sources),
            columns=Columns(column, id_column, language_column, path_column),
            format=format,
            out=out,
            is_resumed=resume,
            cache=cache,
            is_ray=engine is EngineName.RAY,
            jobs=jobs,
            policy=policy,
            rulesets=rulesets,
            texts=texts.value,
            is_triaging=triage,
            shard_rows=shard_rows,
            is_sarif=sarif,
            is_jsonl=jsonl,
            is_quiet=quiet,
        )
    )


Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The --out of `auditor corpus scan`.")]


class QueryFormat(Enum):
    """How an answer is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@corpus.command()
def report(folder: Folder) -> int:
    """Write DIR/report.html: one page, self-contained, that shows what was found."""
    from auditor.corpora.report import write_report

    path = write_report(folder)
    with opened(None) as out:
        out.write(f"{path}\n")
    return 0


@corpus.command()
def query(
    folder: Folder,
    sql: Annotated[str, typer.Argument(metavar="SQL", help="A question to the views scripts, findings, gaps.")],
    format: Annotated[  # noqa: A002
        QueryFormat, typer.Option("--format", "-f", help="How to print.")
    ] = QueryFormat.TABLE,
) -> int:
    """Ask the results in SQL (DuckDB).

    Nothing else can be read, and nothing written.
    """
    from auditor.corpora.query import opened_results, written

    with opened_results({"": folder}) as results, opened(None) as out:
        names, rows = results.ask(sql)
        out.write(written(names, rows, format.value))
    return 0


@corpus.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Results of the run before.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Results of the run after.")],
    format: Annotated[ScoreFormat, typer.Option("--format", "-f", help="How to print.")] = ScoreFormat.TEXT,  # noqa: A002
    listed: Annotated[int, typer.Option("--list", min=0, help="Changed rows listed.")] = 50,
) -> int:
    """Say what a new ruleset, policy or data set changed."""
    import msgspec

    from auditor.corpora.diff import difference, difference_text

    found = difference(old, new, listed=listed)
    with opened(None) as out:
        is_text = format is ScoreFormat.TEXT
        out.write(difference_text(found) if is_text else json.dumps(msgspec.to_builtins(found), indent=2) + "\n")
    return 0


@corpus.command()
def export(
    folder: Folder,
    labelled: Annotated[
        bool, typer.Option("--labelled", help="As a labelled data set: the verdict as `expected`.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file.")] = None,
) -> int:
    """Write the results as JSON Lines.

    With --labelled, a data set that `auditor corpus score` takes, of the rows whose text was kept
    (`scan --texts all` keeps every one).
    """
    from auditor.corpora.export import labelled_lines, result_lines
    from auditor.corpora.summary import read_summary

    read_summary(folder)
    without = 0
    with opened(output) as out:
        for line in labelled_lines(folder) if labelled else result_lines(folder):
            if line is None:
                without += 1
            else:
                out.write(line)
    if without:
        complain("note", f"{without:,} rows have no text", "scan with --texts all")
    return 0
