"""`auditor rules test`: every rule over its examples, line by line.

Takes a folder of rules; gives what was expected and what happened at each marked line, and every
unmarked line of an example at which its own rule fired. Scripts are audited whole, transcripts are
matched as effects, and Bandit's checks run over `bandit.py`. Refuses to pass a rule of which no
mark was tested, and an example that could not be examined.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor.intake import take_bytes
from auditor.match import Matcher
from auditor.match.rules import load_ruleset
from auditor.model.gap import Why
from auditor.model.reading import route
from auditor.model.report import Report
from auditor.model.unit import Language
from auditor.pipeline import Auditor
from auditor.rulebook.checking import rule_files
from auditor.rulebook.examples import SCRIPTS, TRANSCRIPT, Expectation, read_example
from auditor.rulebook.problems import Problem
from auditor.rulebook.transcripts import reading_of
from auditor.settings import shipped_rulesets

_LANGUAGES = {".py": Language.PYTHON, ".sh": Language.BASH}
# A reader for perl or php is none of the rules' business; their examples say what is seen without one.
_HARMLESS_GAPS = frozenset({Why.NO_READER})

Fired = Mapping[tuple[int, str], str]
"""What fired in one example: (line, rule) to the message."""
Examine = Callable[[Sequence[Path]], Iterable[tuple[Fired, Sequence[str]]]]
"""Examines examples, in order; gives what fired in each, and what of it was not examined."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened at one line of an example, against what its mark expects; `why` is a known miss's reason."""

    expected: Expectation
    fired: bool

    @property
    def is_right(self) -> bool:
        """Whether it happened as marked; a known miss is right while it is still missed."""
        return self.fired == self.expected.fires


@dataclass(frozen=True, slots=True)
class ExampleRun:
    """A test run: the outcome at each marked line, and what else was wrong."""

    outcomes: tuple[Outcome, ...]
    problems: tuple[Problem, ...]

    @property
    def known_misses(self) -> tuple[Outcome, ...]:
        """Marks of known misses that are still missed."""
        return tuple(outcome for outcome in self.outcomes if outcome.expected.why and outcome.is_right)


def run(rulesets: Path | str | None = None) -> tuple[Problem, ...]:
    """Test a folder of rules, by default those that ship; give what is wrong."""
    root = Path(rulesets) if rulesets is not None else shipped_rulesets()
    return (*run_transcripts(root).problems, *run_scripts(root).problems)


def run_transcripts(root: Path, *, is_skipping: bool = True) -> ExampleRun:
    """Match every transcript example; `is_skipping` leaves the engine out where no anchor occurs."""

    def examine(examples: Sequence[Path]) -> Iterable[tuple[Fired, Sequence[str]]]:
        with Matcher(root, is_skipping=is_skipping) as matcher:
            for result in matcher.match_many([reading_of(example) for example in examples]):
                fired = {(match.place.span.line, match.rule.id): match.message for match in result.matches}
                yield fired, [gap.what for gap in result.gaps]

    return _run(root, [file.with_suffix(TRANSCRIPT) for file in rule_files(root)], examine)


def run_scripts(root: Path) -> ExampleRun:
    """Audit every example script whole, and `bandit.py` with the checks that were adopted."""

    def examine(examples: Sequence[Path]) -> Iterable[tuple[Fired, Sequence[str]]]:
        with Auditor(rulesets=root, follow=False) as auditor:
            taken = [
                take_bytes(example.read_bytes(), example.name, origin="text", language=_LANGUAGES[example.suffix])
                for example in examples
            ]
            for report in auditor.audit_many(taken):
                if isinstance(report, Report):
                    yield fired_in(report), [gap.what for gap in report.gaps if gap.why not in _HARMLESS_GAPS]

    examples = [file.with_suffix(suffix) for file in rule_files(root) for suffix in SCRIPTS]
    return _run(root, [*examples, root / "bandit.py"], examine)


def fired_in(report: Report) -> dict[tuple[int, str], str]:
    """Give what fired in a script, at the script's own lines, however deep the code was found."""
    fired = {}
    for finding in report.findings:
        line = route(report.reading.units, finding.place)[0].span.line
        fired[line, finding.rule.id] = finding.message
    return fired


def _run(root: Path, examples: Sequence[Path], examine: Examine) -> ExampleRun:
    examples = [example for example in examples if example.is_file()]
    rules = {card.id for card in load_ruleset(root).cards}
    outcomes: list[Outcome] = []
    problems: list[Problem] = []
    answers = list(examine(examples))
    if not examples or len(answers) != len(examples):
        return ExampleRun((), (Problem(root, 0, "its examples were not examined"),))
    for example, (fired, unexamined) in zip(examples, answers, strict=True):
        expectations = read_example(example)
        problems += [Problem(example, 0, f"it was not examined whole: {what}") for what in unexamined]
        found = [Outcome(each, (each.line, each.rule) in fired) for each in expectations]
        outcomes += found
        problems += [Problem(example, each.expected.line, _complaint(each)) for each in found if not each.is_right]
        problems += [
            Problem(example, each.line, f"no rule is named {each.rule}")
            for each in expectations
            if each.rule not in rules
        ]
        problems += _unmarked(example, expectations, fired)
    problems += _untested(root, outcomes, {example.stem for example in examples})
    return ExampleRun(tuple(outcomes), tuple(problems))


def _complaint(outcome: Outcome) -> str:
    rule = outcome.expected.rule
    if outcome.expected.why:
        return f"{rule} is no longer missed here; make the mark a plain one"
    return f"{rule} does not fire" if outcome.expected.fires else f"{rule} fires"


def _unmarked(example: Path, expectations: Collection[Expectation], fired: Fired) -> list[Problem]:
    own = {each.rule for each in expectations} | {example.stem}
    marked = {(each.line, each.rule) for each in expectations}
    return [
        Problem(example, line, f"{rule} fires on a line without its mark")
        for line, rule in sorted(fired.keys() - marked)
        if rule in own
    ]


def _untested(root: Path, outcomes: Iterable[Outcome], stems: Collection[str]) -> list[Problem]:
    counts: defaultdict[str, int] = defaultdict(int)
    for outcome in outcomes:
        counts[outcome.expected.rule] += outcome.expected.fires
    return [
        Problem(root, 0, f"{stem}: no mark of it was tested")
        for stem in sorted(stems)
        if stem != "bandit" and not counts[stem]
    ]
