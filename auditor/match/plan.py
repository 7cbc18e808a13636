"""What to ask the engines about one reading, and what their answers mean for it.

Takes a reading; gives the texts to match, in which some rule has an anchor, and turns hits on them
into matches at effects and at spans of units. Refuses to hand on a hit of a rule that it does not
know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from auditor.match.anchors import Anchors
from auditor.match.bandit import BanditHit
from auditor.match.engine import Hit, Problem
from auditor.match.kinds import CODE, EFFECTS, source_suffix
from auditor.match.needs import Needs
from auditor.match.rules import Ruleset, SemgrepRule
from auditor.match.semgrep import canaries_of, suffixes_of
from auditor.match.texts import Outcome, Text
from auditor.match.transcript import Line, write_transcript
from auditor.model.finding import Match
from auditor.model.gap import Gap, Stage, Why
from auditor.model.place import START, Place, Span
from auditor.model.reading import Reading
from auditor.model.rule import Reads, Rule
from auditor.model.unit import Language, Unit
from auditor.settings import Limits

_LONG_WORDS: Final = 60
_LONG_LINES: Final = 8


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Where a text came from: lines of the transcript, or units that share one source text."""

    lines: tuple[Line, ...] = ()
    units: tuple[int, ...] = ()


@dataclass(slots=True)
class Plan:
    """The texts of one reading, and what was found in them so far."""

    reading: Reading
    rules: dict[str, Rule]
    texts: list[Text] = field(default_factory=list)
    python: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    """Python texts for Bandit, and the units that they are the text of."""
    matches: list[Match] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    chunks: list[_Chunk] = field(default_factory=list)

    def take(self, outcomes: Sequence[Outcome]) -> None:
        """Turn what Semgrep said of the texts, in their order, into matches and gaps."""
        for chunk, text, outcome in zip(self.chunks, self.texts, outcomes, strict=True):
            if chunk.lines:
                self._take_lines(chunk.lines, outcome)
            else:
                self._take_source(chunk.units, text, outcome)

    def take_bandit(self, units: Sequence[int], found: Sequence[BanditHit] | Problem, rules: dict[str, Rule]) -> None:
        """Turn what Bandit said of one text into matches and gaps."""
        for unit in units:
            if isinstance(found, Problem):
                self._add_gap(found, Place(unit, START), unit)
                continue
            for hit in found:
                # Bandit's blacklist plugin reports neighbours of the checks it was asked for
                if hit.check in rules:
                    self.matches.append(Match(rules[hit.check], Place(unit, hit.span), hit.message))

    def sorted_matches(self) -> tuple[Match, ...]:
        """Give the matches in one order, each once: a rule may report a pipeline several times."""
        first: dict[tuple[str, Place, int], Match] = {}
        for match in self.matches:
            first.setdefault((match.rule.id, match.place, id(match.effect)), match)
        return tuple(sorted(first.values(), key=_order))

    def _take_lines(self, lines: Sequence[Line], outcome: Outcome) -> None:
        for hit in sorted(outcome.hits, key=lambda hit: (hit.line, hit.rule, hit.column, hit.end_column, hit.message)):
            rule = self.rules.get(hit.rule)
            if rule is None or rule.reads is not Reads.EFFECTS or not 1 <= hit.end_line <= len(lines):
                continue
            # a sequence of lines is complete at its last one
            for index in lines[hit.end_line - 1].effects:
                effect = self.reading.effects[index]
                self.matches.append(Match(rule, effect.place, hit.message, effect))
        for numbers, problem in outcome.problems:
            for index in dict.fromkeys(index for number in numbers for index in lines[number].effects):
                what = f"the effect was not matched: {problem.what}"
                self.gaps.append(Gap(Stage.MATCH, problem.why, what, self.reading.effects[index].place))

    def _take_source(self, units: Sequence[int], text: Text, outcome: Outcome) -> None:
        for hit in outcome.hits:
            rule = self.rules.get(hit.rule)
            if rule is None or rule.reads is not Reads.SOURCE:
                continue
            span = _span(hit, text.lines)
            self.matches += [Match(rule, Place(unit, span), hit.message) for unit in units]
        for _, problem in outcome.problems:
            for unit in units:
                self._add_gap(problem, Place(unit, START), unit)

    def _add_gap(self, problem: Problem, place: Place, unit: int) -> None:
        is_known = problem.why is Why.NOT_PARSED and any(
            gap.why is Why.NOT_PARSED and gap.place is not None and gap.place.unit == unit for gap in self.reading.gaps
        )
        if not is_known:
            what = f"the source of unit {unit} was not matched: {problem.what}"
            self.gaps.append(Gap(Stage.MATCH, problem.why, what, place))


class Planner:
    """Knows which rules read which kind of text, and plans readings."""

    def __init__(
        self, ruleset: Ruleset, limits: Limits, *, is_skipping: bool = True, checks_cleared: bool = True
    ) -> None:
        self._limits = limits
        self._is_skipping = is_skipping
        self._checks_cleared = checks_cleared
        self._rules = {rule.card.id: rule.card for rule in ruleset.rules}
        by_suffix: dict[str, list[SemgrepRule]] = {}
        for rule in ruleset.rules:
            for suffix in suffixes_of(rule):
                by_suffix.setdefault(suffix, []).append(rule)
        self.suffixes = frozenset(by_suffix)
        self._canaries = {suffix: canaries_of(rules, suffix) for suffix, rules in by_suffix.items()}
        self._anchors = {suffix: Anchors(rule.card for rule in rules) for suffix, rules in by_suffix.items()}
        self._is_by_line = not any(_spans_lines(rule) for rule in by_suffix.get(EFFECTS, ()))
        self._needs = Needs(by_suffix.get(EFFECTS, ()))
        self._has_checks = bool(ruleset.checks)
        self._check_anchors = Anchors(check.card for check in ruleset.checks)

    def canaries(self, suffix: str) -> frozenset[str]:
        """Name the canary rules that must answer for a kind of text."""
        return self._canaries[suffix]

    @property
    def is_by_line(self) -> bool:
        """Whether every rule on effects needs one line only, and may be asked about lines in any company."""
        return self._is_skipping and self._is_by_line

    def may_match_effects(self, text: str) -> bool:
        """Say whether a rule on effects could match commands that are this text, word by word."""
        return EFFECTS in self.suffixes and self._concerns(self._anchors[EFFECTS], text)

    def plan(self, reading: Reading) -> Plan:
        """Choose what to ask about a reading."""
        plan = Plan(reading, self._rules)
        if EFFECTS in self.suffixes:
            self._plan_effects(plan)
        for text, suffix, units in _distinct_texts(reading.units):
            if suffix in self.suffixes and self._concerns(self._anchors[suffix], text):
                plan.texts.append(Text(suffix, tuple(text.split("\n")), is_divisible=False))
                plan.chunks.append(_Chunk(units=units))
            is_checked = suffix == source_suffix(Language.PYTHON) and (self._checks_cleared or not reading.is_cleared)
            if is_checked and self._has_checks and self._concerns(self._check_anchors, text):
                plan.python.append((text, units))
        return plan

    def _plan_effects(self, plan: Plan) -> None:
        anchors = self._anchors[EFFECTS]
        # a rule over several lines needs the lines between, so nothing is left out then
        by_line = self._needs if self.is_by_line else None
        transcript = write_transcript(plan.reading.effects, self._limits, by_line)
        plan.gaps += transcript.gaps
        if by_line is None and not any(self._concerns(anchors, line.text) for line in transcript.lines):
            return
        for lines in self._chunks(transcript.lines):
            plan.texts.append(Text(EFFECTS, tuple(line.text for line in lines), is_divisible=True))
            plan.chunks.append(_Chunk(lines=lines))

    def _chunks(self, lines: tuple[Line, ...]) -> Iterable[tuple[Line, ...]]:
        """Cut a transcript into texts: long commands apart and last, as they cost the square of their words."""
        size = self._limits.transcript_lines
        short = lines
        long: tuple[Line, ...] = ()
        if self._is_by_line:
            short = tuple(line for line in lines if line.text.count(" ") <= _LONG_WORDS)
            long = tuple(line for line in lines if line.text.count(" ") > _LONG_WORDS)
        yield from (short[start : start + size] for start in range(0, len(short), size))
        few = min(size, _LONG_LINES)
        yield from (long[start : start + few] for start in range(0, len(long), few))

    def _concerns(self, anchors: Anchors, text: str) -> bool:
        return not self._is_skipping or anchors.occur_in(text)


def _distinct_texts(units: Iterable[Unit]) -> list[tuple[str, str, tuple[int, ...]]]:
    """Give each text once for each kind, with the units that it is the text of."""
    known: dict[tuple[str, str], list[int]] = {}
    for unit in units:
        if unit.language in CODE and unit.text:
            known.setdefault((unit.text, source_suffix(unit.language)), []).append(unit.id)
    return [(text, suffix, tuple(ids)) for (text, suffix), ids in known.items()]


def _spans_lines(rule: SemgrepRule) -> bool:
    """Say whether a pattern of a rule may need more than one line."""

    def walk(value: object, key: str = "") -> bool:
        if isinstance(value, dict):
            return any(walk(inner, str(name)) for name, inner in value.items())
        if isinstance(value, list):
            return any(walk(inner, key) for inner in value)
        return key.startswith("pattern") and isinstance(value, str) and "\n" in value.strip()

    return walk(rule.body)


def _span(hit: Hit, lines: Sequence[str]) -> Span:
    """Turn byte columns into code points, within the text: the canary's lines are not its own."""
    line = min(hit.line, len(lines))
    column = _column(lines[line - 1], hit.column)
    if hit.end_line > len(lines):
        return Span(line, column, len(lines), max(len(lines[-1]) + 1, column if line == len(lines) else 1))
    end_column = _column(lines[hit.end_line - 1], hit.end_column)
    return Span(line, column, hit.end_line, max(end_column, column) if hit.end_line == line else end_column)


def _column(line: str, column: int) -> int:
    # Semgrep counts columns in UTF-8 bytes
    return len(line.encode("utf-8", "replace")[: column - 1].decode("utf-8", "ignore")) + 1


def _order(match: Match) -> tuple[int, int, int, str, str]:
    return (match.place.unit, match.place.span.line, match.place.span.column, match.rule.id, match.message)
