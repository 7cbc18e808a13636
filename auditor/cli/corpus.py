"""`auditor corpus`: audits data sets, archives and trajectories, and answers questions about the results."""

from __future__ import annotations

import json
import os
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from auditor.cli.output import Progress, complain, opened

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
    data: Annotated[list[Path], typer.Argument(metavar="DATA.jsonl", help="Labelled rows.")],
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
    from auditor.corpora.pool import Pool
    from auditor.corpora.rows import read_rows
    from auditor.corpora.score_text import score_object, score_text
    from auditor.corpora.scoring import score_rows
    from auditor.corpora.terms import settings_of

    bounds = load_floors(floors) if floors is not None else ()
    settings = settings_of(policy, rulesets, texts="none")
    rows = [row for path in data for row in read_rows(path)]
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
