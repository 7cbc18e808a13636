"""The warm session and the batch say the same of thousands of readings, and skipping changes nothing."""

from __future__ import annotations

import random

import pytest

from auditor.match import Matcher, MatchResult, Ruleset, load_ruleset
from auditor.model.effect import PSEUDO_COMMANDS, Effect
from auditor.model.gap import Gap
from auditor.model.line import line_of
from auditor.model.place import Place, Span
from auditor.model.reading import Reading
from auditor.model.unit import Language, Unit
from auditor.model.word import Hole, Source, Word
from tests.match.made import ruleset

READINGS = {"fixtures": 2_000, "shipped": 250}
WORDS = (
    '-R -L -D -N -f -o -u -p -c --config http tcp run start x h 22 3333 80 1:h:2 0.0.0.0:22:localhost:22 2222 -- - "" '
    "pool.example:3333 eu.mine.example stratum+tcp://pool.example:3333 https://x.example/i.sh ops@203.0.113.5 "
    "if A=1 == ..."
).split()
HOSTILE = (
    " ",
    "a b",
    "$(x)",
    '"',
    "\\",
    "\n",
    "é𝔘",
    "# nosem",
    "xmrig\nssh -R 1:h:2 a",
    "%{argument_1}",
    "\x1b[31m",
    "",
)
PYTHON = (
    "import marshal",
    "marshal.loads('ü𝔘')",
    "x = (",
    '"""open',
    "exec(x)",
    "é = 1; marshal.loads(b'')  # nosem",
    "def f():\n    return marshal.loads(1)",
    "import subprocess as s; s.call('x', shell=True)",
    "\ud800",
)
BASH = (":(){ :|:& };:", "echo é; :(){ :|:& };:", "cat <<EOF", "echo 'open", "ls", "# :()", "if true; then", "fi")


class Maker:
    """Makes readings out of words that rules look for, words of chance, and hostile ones."""

    def __init__(self, rules: Ruleset, seed: int) -> None:
        self._random = random.Random(seed)
        anchors = sorted({anchor for card in rules.cards for anchor in card.anchors})
        self._programs = [*anchors, *PSEUDO_COMMANDS, "ls", "git", "python", "curl", "bash", "sh", "env"]
        self._words = [*WORDS, *anchors]

    def reading(self) -> Reading:
        """Make a reading of a few effects and units."""
        units = tuple(Unit(number, *self._source()) for number in range(self._random.choice((0, 0, 1, 2))))
        effects = tuple(self._effect(line) for line in range(1, self._random.randint(1, 12)))
        return Reading(units, effects, ())

    def _source(self) -> tuple[Language, str]:
        language, lines = self._random.choice(((Language.PYTHON, PYTHON), (Language.BASH, BASH)))
        return language, "\n".join(self._random.choices(lines, k=self._random.randint(1, 5)))

    def _effect(self, line: int) -> Effect:
        count = self._random.choice((1, 1, 1, 1, 2, 3))
        return Effect(tuple(self._stage() for _ in range(count)), Place(0, Span(line, 1, line, 2)))

    def _stage(self) -> tuple[Word, ...]:
        arguments = (self._word() for _ in range(self._random.choice((0, 1, 2, 3, 5, 9))))
        return (Word.of(self._random.choice(self._programs)), *arguments)

    def _word(self) -> Word:
        roll = self._random.random()
        if roll < 0.1:
            return Word.of(Hole(self._random.choice(list(Source)), self._random.randint(0, 3)))
        if roll < 0.2:
            return Word.of(self._random.choice(self._words), Hole(Source.ARGUMENT, 1), self._random.choice(HOSTILE))
        return Word.of(self._random.choice(HOSTILE if roll < 0.3 else self._words))


def told(result: MatchResult) -> tuple[list[tuple[str, Place, str, str | None]], set[Gap]]:
    """Give all that a result says, in a form that can be compared."""
    matches = [
        (match.rule.id, match.place, match.message, line_of(match.effect) if match.effect else None)
        for match in result.matches
    ]
    return matches, set(result.gaps)


@pytest.fixture(params=["fixtures", "shipped"], scope="module")
def rules(request: pytest.FixtureRequest) -> Ruleset:
    """Give the fixtures' rules, and those that ship."""
    return ruleset() if request.param == "fixtures" else load_ruleset()


def made(rules: Ruleset, seed: int) -> list[Reading]:
    """Make readings: thousands with few rules, hundreds with all."""
    maker = Maker(rules, seed)
    return [maker.reading() for _ in range(READINGS["fixtures" if rules is ruleset() else "shipped"])]


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_warm_and_batch_agree(rules: Ruleset) -> None:
    """Rules, places, messages and gaps are the same, one by one."""
    readings = made(rules, seed=20)
    with Matcher(rules) as matcher:
        batch = [told(result) for result in matcher.match_many(readings)]
        warm = [told(matcher.match(reading)) for reading in readings]
    differences = [pair for pair in zip(batch, warm, strict=True) if pair[0] != pair[1]]
    assert differences[:3] == []
    assert sum(len(matches) for matches, _ in warm) > len(readings) / 2
    assert sum(not matches for matches, _ in warm) > len(readings) / 20


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_skipping_changes_nothing(rules: Ruleset) -> None:
    """What is found is the same with every line and every text sent to Semgrep as with those that have an anchor."""
    readings = made(rules, seed=40)[:500]
    with Matcher(rules) as skipping, Matcher(rules, is_skipping=False) as whole:
        some = [told(result)[0] for result in skipping.match_many(readings)]
        everything = [told(result)[0] for result in whole.match_many(readings)]
    differences = [pair for pair in zip(some, everything, strict=True) if pair[0] != pair[1]]
    assert differences[:3] == []
    assert sum(len(matches) for matches in some) > len(readings) / 2
