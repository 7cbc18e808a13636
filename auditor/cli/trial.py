"""`auditor trial` and `auditor replay`: what a script does when it runs in the sandbox, judged.

Takes one script, or a recording of one; writes one report in the format asked for and gives the
exit codes of `auditor check`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.check import Format
from auditor.cli.inputs import STDIN, refuse_rulesets, take_one
from auditor.cli.output import opened
from auditor.cli.verdicts import FailOn, Tally
from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.model.report import Report
    from auditor.pipeline import Auditor

TRIAL_HELP = """Run a script in a sandbox, and say of each finding whether it happened.

The script runs isolated, on a network that answers everything and leads nowhere, under strace.
Without user namespaces, what it tries is refused and seen all the same (level `attempts`);
where neither is possible, it is not run.

\b
auditor trial setup.sh
auditor trial train.py --workdir . -- --epochs 1
auditor trial setup.sh --as-root --tty
auditor trial setup.sh --record seen/ && auditor replay seen/
"""
_RUN, _AUDIT, _OUTPUT = "Run", "Audit", "Output"
_WORKDIR_HELP = "Copied into the sandbox; the script runs in it."
_PYTHON_HELP = "The Python of a virtual environment; by default the system's."


class TrialLevel(Enum):
    """The levels of isolation that can be asked for."""

    FULL = "full"
    ATTEMPTS = "attempts"


def trial(
    script: Annotated[str, typer.Argument(metavar="SCRIPT", help=f"A file, or {STDIN} for standard input.")],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[-- ARGS]", help="What the script is started with.")
    ] = None,
    workdir: Annotated[Path | None, typer.Option(metavar="DIR", help=_WORKDIR_HELP, rich_help_panel=_RUN)] = None,
    wall: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, max=600, help="The longest that it runs.", rich_help_panel=_RUN)
    ] = 10.0,
    python: Annotated[Path | None, typer.Option(metavar="PATH", help=_PYTHON_HELP, rich_help_panel=_RUN)] = None,
    as_root: Annotated[
        bool, typer.Option("--as-root", help="Once more as a user that looks like root.", rich_help_panel=_RUN)
    ] = False,
    tty: Annotated[
        bool, typer.Option("--tty", help="Once more with a terminal, where somebody says yes.", rich_help_panel=_RUN)
    ] = False,
    level: Annotated[
        TrialLevel | None,
        typer.Option(help="The isolation to use; by default the fullest there is.", rich_help_panel=_RUN),
    ] = None,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep a recording for `auditor replay`.", rich_help_panel=_RUN)
    ] = None,
    language: Annotated[
        str | None,
        typer.Option("--language", "-l", metavar="LANGUAGE", help="Instead of guessing it.", rich_help_panel=_AUDIT),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead of the policy that ships.", rich_help_panel=_AUDIT)
    ] = None,
    rulesets: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Instead of the rules that ship.", rich_help_panel=_AUDIT)
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Findings that are accepted.", rich_help_panel=_AUDIT)
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="The mildest verdict that exits with 1.", rich_help_panel=_AUDIT)
    ] = FailOn.REVIEW,
    allow_gaps: Annotated[
        bool,
        typer.Option("--allow-gaps", help="Text that was not examined does not exit with 1.", rich_help_panel=_AUDIT),
    ] = False,
    format: Annotated[  # noqa: A002
        Format, typer.Option("--format", "-f", help="How to print.", rich_help_panel=_OUTPUT)
    ] = Format.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file.", rich_help_panel=_OUTPUT)
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="The verdict only, and none that allows.", rich_help_panel=_OUTPUT)
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Everything that was seen.", rich_help_panel=_OUTPUT)
    ] = False,
) -> int:
    """Run a script in a sandbox, and say of each finding whether it happened."""
    from auditor.trial.isolation import Level
    from auditor.trial.keeping import refuse_used
    from auditor.trial.plan import prefixes_of
    from auditor.trial.request import TrialLimits
    from auditor.trying import TrialOptions

    taken = take_one(script, language)
    if workdir is not None and not workdir.is_dir():
        raise UsageError(f"{workdir}: not a directory", hint="--workdir needs one")
    if record is not None:
        refuse_used(record)
    if python is not None:
        prefixes_of(python)
    if as_root and level is TrialLevel.ATTEMPTS:
        raise UsageError("--as-root needs user namespaces", hint="leave out --level attempts")
    options = TrialOptions(
        arguments=tuple(arguments or ()),
        workdir=workdir,
        limits=TrialLimits(wall_seconds=wall),
        python=python,
        record=record,
        level=None if level is None else Level(level.value),
        as_root=as_root,
        with_terminal=tty,
    )
    return _one(
        lambda auditor: auditor.trial_taken(taken, options),
        Judging(policy, rulesets, fail_on, allow_gaps, format, output, baseline, -1 if quiet else int(verbose)),
    )


def replay(
    recording: Annotated[Path, typer.Argument(metavar="DIR", help="What `auditor trial --record DIR` wrote.")],
    policy: Annotated[Path | None, typer.Option(metavar="FILE", help="Instead of the policy that ships.")] = None,
    rulesets: Annotated[Path | None, typer.Option(metavar="DIR", help="Instead of the rules that ship.")] = None,
    baseline: Annotated[Path | None, typer.Option(metavar="FILE", help="Findings that are accepted.")] = None,
    fail_on: Annotated[FailOn, typer.Option(help="The mildest verdict that exits with 1.")] = FailOn.REVIEW,
    allow_gaps: Annotated[
        bool, typer.Option("--allow-gaps", help="Text that was not examined does not exit with 1.")
    ] = False,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print.")] = Format.TEXT,  # noqa: A002
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to a file.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="The verdict only, and none that allows.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Everything that was seen.")] = False,
) -> int:
    """Judge a recording of a trial again; nothing is run.

    The rules and the policy are those of today, so a new rule can be tried on what was seen before.
    """
    return _one(
        lambda auditor: auditor.replay(recording),
        Judging(policy, rulesets, fail_on, allow_gaps, format, output, baseline, -1 if quiet else int(verbose)),
    )


class Judging:
    """By what a report is judged, and how it is written."""

    def __init__(
        self,
        policy: Path | None,
        rulesets: Path | None,
        fail_on: FailOn,
        allow_gaps: bool,
        format: Format,  # noqa: A002
        output: Path | None,
        baseline: Path | None,
        verbosity: int,
    ) -> None:
        refuse_rulesets(rulesets)
        self.policy = policy
        self.rulesets = rulesets
        self.format = format
        self.output = output
        self.baseline = baseline
        self.verbosity = verbosity
        self.tally = Tally(fail_on, allow_gaps=allow_gaps)


def _one(give: Callable[[Auditor], Report], judging: Judging) -> int:
    """Get one report, write it, and give the exit code."""
    from auditor.cli.run import renderer_for
    from auditor.judge import Baseline, load_baseline, load_policy
    from auditor.pipeline import Auditor

    policy = load_policy(judging.policy)
    baseline = load_baseline(judging.baseline) if judging.baseline is not None else Baseline()
    begin = time.monotonic()
    with opened(judging.output) as out, Auditor(policy=policy, baseline=baseline, rulesets=judging.rulesets) as auditor:
        renderer = renderer_for(judging.format.value, out.look, verbosity=judging.verbosity, is_many=False)
        report = give(auditor)
        judging.tally.add(report)
        summary = judging.tally.summary(time.monotonic() - begin)
        out.write(renderer.start() + renderer.report(report) + renderer.finish(summary))
    return int(judging.tally.is_failed)
