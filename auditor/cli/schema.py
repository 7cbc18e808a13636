"""`auditor schema`: prints the JSON Schema of what `check --format json` prints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from auditor.cli.output import opened


def schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file.")] = None,
) -> None:
    """Print the JSON Schema of reports (draft 2020-12)."""
    from auditor.render.json import report_schema

    with opened(output) as out:
        out.write(report_schema())
