"""`auditor rules`: which rules there are, what one says, and whether rule files and their examples hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.inputs import refuse_rulesets
from auditor.cli.output import opened
from auditor.errors import UsageError
from auditor.model.rule import Rule
from auditor.render.escape import visible

if TYPE_CHECKING:
    from auditor.match import Ruleset
    from auditor.render.paper import Paper
    from auditor.rulebook import Problem

rules = typer.Typer(
    help="List, show, check, test and update rules.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Rulesets = Annotated[Path | None, typer.Option("--rulesets", metavar="DIR", help="Instead of the rules that ship.")]


class RulesFormat(Enum):
    """How rules are printed."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[RulesFormat, typer.Option("--format", "-f", help="How to print.")]


@rules.command(name="list")
def list_rules(
    family: Annotated[str | None, typer.Option(metavar="NAME", help="Only one family.")] = None,
    rulesets: Rulesets = None,
    format: FormatOption = RulesFormat.TEXT,  # noqa: A002
) -> int:
    """List the rules by family, each with what the default policy makes of it."""
    from auditor.judge import load_policy
    from auditor.match import load_ruleset
    from auditor.render.paper import LABEL, STYLES, Paper

    refuse_rulesets(rulesets)
    cards = sorted(load_ruleset(rulesets).cards, key=lambda card: (card.family, card.id))
    families = sorted({card.family for card in cards})
    if family is not None:
        cards = [card for card in cards if card.family == family]
        if not cards:
            raise UsageError(f"no family {family!r}", hint=f"one of: {', '.join(families)}")
    with opened(None) as out:
        if format is RulesFormat.JSON:
            out.write(json.dumps([_object(card) for card in cards], indent=2) + "\n")
            return 0
        paper = Paper(out.look)
        policy = load_policy()
        width = max(len(card.id) for card in cards)
        current = ""
        for card in cards:
            if card.family != current:
                current = card.family
                paper.line((current, "bold"))
            outcome = policy.outcome_of_rule(card)
            columns = [(outcome.value, 6, STYLES[outcome]), (card.severity.value, 8, LABEL), (card.id, width, "")]
            paper.row(columns, card.title, indent=2)
        paper.line((f"{len(cards)} rules in {len({card.family for card in cards})} families", LABEL))
        out.write(paper.text())
    return 0


@rules.command()
def show(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="A rule's id, as reports show it.")],
    rulesets: Rulesets = None,
    format: FormatOption = RulesFormat.TEXT,  # noqa: A002
) -> int:
    """Show one rule: what, why, and what to do instead."""
    from auditor.match import load_ruleset
    from auditor.render.paper import Paper

    refuse_rulesets(rulesets)
    ruleset = load_ruleset(rulesets)
    card = next((card for card in ruleset.cards if card.id == rule_id), None)
    if card is None:
        near = [known.id for known in ruleset.cards if rule_id.lower() in known.id]
        raise UsageError(f"no rule {rule_id!r}", hint=f"near: {', '.join(near)}" if near else "auditor rules list")
    with opened(None) as out:
        if format is RulesFormat.JSON:
            out.write(json.dumps(_object(card), indent=2) + "\n")
            return 0
        paper = Paper(out.look)
        _write(paper, card, ruleset)
        out.write(paper.text())
    return 0


def _write(paper: Paper, card: Rule, ruleset: Ruleset) -> None:
    from auditor.judge import load_policy
    from auditor.render.paper import LABEL, STYLES

    outcome = load_policy().outcome_of_rule(card)
    paper.line((card.title, "bold"), (f"  {card.id}", LABEL))
    paper.blank()
    path = next(
        (str(rule.path) for rule in ruleset.rules if rule.card.id == card.id), str(ruleset.path / "bandit.yaml")
    )
    rows = {
        "family": card.family,
        "severity": f"{card.severity.value}, {card.confidence.value} confidence",
        "attack": ", ".join(card.attack),
        "reads": card.reads.value,
        "engine": card.engine,
        "since": card.since,
        "file": path,
    }
    paper.row([("verdict", 9, LABEL)], paper.styled(outcome.value, STYLES[outcome]), indent=2)
    for name, value in rows.items():
        if value:
            paper.row([(name, 9, LABEL)], value, indent=2)
    for name, value in (("what", card.what), ("why", card.why), ("instead", card.instead)):
        paper.blank()
        paper.row([(name, 9, LABEL)], value, indent=2)
    if card.references:
        paper.blank()
    for reference in card.references:
        paper.row([("see", 9, LABEL)], reference, indent=2)


def _object(card: Rule) -> dict[str, object]:
    return {
        "id": card.id,
        "title": card.title,
        "family": card.family,
        "reads": card.reads.value,
        "severity": card.severity.value,
        "confidence": card.confidence.value,
        "attack": list(card.attack),
        "what": card.what,
        "why": card.why,
        "instead": card.instead,
        "references": list(card.references),
        "engine": card.engine,
        "since": card.since,
    }


@rules.command()
def check(rulesets: Rulesets = None) -> int:
    """Check rule files and their examples for form.

    The exit code is 1 where one is wrong.
    """
    from auditor.rulebook import check as check_rules

    refuse_rulesets(rulesets)
    return _report(check_rules(rulesets), "Every rule file and example is in form.")


@rules.command()
def test(rulesets: Rulesets = None) -> int:
    """Run every rule over its examples, line by line.

    The exit code is 1 where one fires wrongly or not at all.
    """
    from auditor.rulebook import test as test_rules

    refuse_rulesets(rulesets)
    return _report(test_rules(rulesets), "Every rule fires where its examples say, and nowhere else.")


@rules.command()
def update(
    source: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="A newer indicator list; its name says which.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    rulesets: Rulesets = None,
) -> int:
    """Compile the indicator lists into the rules, and take a newer list.

    A list that is broken is refused, and nothing is written.
    """
    from auditor.rulebook import update as update_rules

    refuse_rulesets(rulesets)
    if source is not None and not source.is_file():
        raise UsageError(f"{source}: not a file", hint="give an indicator list, named as the one that it replaces")
    try:
        changes = update_rules(source, rulesets, dry=dry_run)
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}", hint="the rules must be yours to write") from error
    verb = "would be compiled" if dry_run else "compiled"
    with opened(None) as out:
        if changes.name:
            out.write(f"{changes.name}: {len(changes.added)} added, {len(changes.removed)} removed\n")
        for sign, values in (("+", changes.added), ("-", changes.removed)):
            for value in values:
                out.write(f"  {sign} {visible(value)}\n")
        for name in changes.rules:
            out.write(f"{name}: {verb}\n")
        if not changes.rules:
            out.write("Every rule holds its lists as they are.\n")
    return 0


def _report(problems: Sequence[Problem], good: str) -> int:
    """Print each problem on a line of its own, or that there is none."""
    with opened(None) as out:
        for problem in problems:
            out.write(f"{visible(str(problem))}\n")
        count = len(problems)
        out.write(f"{good}\n" if not count else f"{count} problem{'s' if count > 1 else ''}\n")
    return 1 if problems else 0
