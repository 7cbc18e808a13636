"""`auditor effects`: what a script does, as its units and predicted effects, without rules or a judgement."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from auditor.cli.inputs import STDIN, take_one
from auditor.cli.output import opened


class EffectsFormat(Enum):
    """How effects are printed."""

    TEXT = "text"
    JSON = "json"


def effects(
    script: Annotated[str, typer.Argument(metavar="SCRIPT", help=f"A file, or {STDIN} for standard input.")],
    language: Annotated[
        str | None, typer.Option("--language", "-l", metavar="LANGUAGE", help="Instead of guessing it.")
    ] = None,
    format: Annotated[EffectsFormat, typer.Option("--format", "-f", help="How to print.")] = EffectsFormat.TEXT,  # noqa: A002
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file.")] = None,
) -> int:
    """Print what a script does, without judging it.

    The code found inside it stands as a tree, each predicted effect in normal form. Nothing is run.
    The exit code is 1 where something was not examined.
    """
    from auditor.model.reading import Reading
    from auditor.read.remote import RemoteReader
    from auditor.render.effects import effects_json, effects_text

    with opened(output) as out:
        taken = take_one(script, language)
        with RemoteReader() as reader:
            reading = reader.read(taken.script)
        reading = Reading(reading.units, reading.effects, (*taken.gaps, *reading.gaps))
        match format:
            case EffectsFormat.TEXT:
                out.write(effects_text(taken.script, reading, out.look))
            case EffectsFormat.JSON:
                out.write(effects_json(taken.script, reading))
    return 1 if reading.gaps else 0
