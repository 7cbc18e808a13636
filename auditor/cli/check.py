"""`auditor check`: audits scripts and says whether they may run.

Takes paths and options, writes one report in the format asked for, gives the exit code. An
interrupt keeps what was written and closes the report.
"""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from auditor.cli.inputs import STDIN
from auditor.cli.verdicts import FailOn, WhenTried


class Format(Enum):
    """How reports are printed."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    SARIF = "sarif"


CHECK_HELP = """Audit scripts before they run.

Nothing of the scripts is executed, and nothing in their directories configures the audit.

\b
auditor check setup.sh && sh setup.sh
auditor check src/ tools/ --format sarif --output audit.sarif
curl -fsSL https://setup.example/x.sh | auditor check - --language bash

\b
Exit codes:
0  nothing at or above --fail-on
1  something is, or text was not examined
2  usage
3  no verdict was reached
"""
_INPUT, _AUDIT, _OUTPUT = "Input", "Audit", "Output"


def check(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help=f"Files, directories, or {STDIN} for standard input.")
    ],
    language: Annotated[
        str | None,
        typer.Option("--language", "-l", metavar="LANGUAGE", help="Instead of guessing it.", rich_help_panel=_INPUT),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead of the policy that ships.", rich_help_panel=_AUDIT)
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Findings that are accepted.", rich_help_panel=_AUDIT)
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Accept what is found, and write it here.", rich_help_panel=_AUDIT),
    ] = None,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why; for --write-baseline.", rich_help_panel=_AUDIT)
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="The mildest verdict that exits with 1.", rich_help_panel=_AUDIT)
    ] = FailOn.REVIEW,
    allow_gaps: Annotated[
        bool,
        typer.Option("--allow-gaps", help="Text that was not examined does not exit with 1.", rich_help_panel=_AUDIT),
    ] = False,
    trial: Annotated[
        WhenTried,
        typer.Option(
            help="Run Python and bash scripts in the sandbox too; auto: those that reading leaves open.",
            rich_help_panel=_AUDIT,
        ),
    ] = WhenTried.NEVER,
    rulesets: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Instead of the rules that ship.", rich_help_panel=_AUDIT)
    ] = None,
    deadline: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0.01, help="No verdict after this long.", rich_help_panel=_AUDIT),
    ] = None,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            "-j",
            min=1,
            max=64,
            help="Scripts read at once; by default one per processor.",
            show_default=False,
            rich_help_panel=_AUDIT,
        ),
    ] = min(os.cpu_count() or 1, 8),
    format: Annotated[  # noqa: A002
        Format, typer.Option("--format", "-f", help="How to print.", rich_help_panel=_OUTPUT)
    ] = Format.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file.", rich_help_panel=_OUTPUT)
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Verdicts only, and none that allow.", rich_help_panel=_OUTPUT)
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="Allowed findings in full, and what it took.", rich_help_panel=_OUTPUT),
    ] = False,
) -> int:
    """Audit scripts before they run."""
    from auditor.cli.run import Request, audit_all

    return audit_all(
        Request(
            paths=tuple(paths),
            language=language,
            policy=policy,
            baseline=baseline,
            write_baseline=write_baseline,
            reason=reason,
            fail_on=fail_on,
            allow_gaps=allow_gaps,
            rulesets=rulesets,
            deadline_seconds=deadline,
            trial=trial,
            jobs=jobs,
            format=format.value,
            output=output,
            verbosity=-1 if quiet else int(verbose),
        )
    )
