"""Packing gives each text what it would get alone, and asks about a line once."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from auditor.match.engine import Answer, Hit, Problem, Target
from auditor.match.packing import LineMemory, match_packed
from auditor.match.texts import Outcome, Text, TimeLeft, match_texts
from auditor.model.gap import Why

SUFFIX = ".effects.sh"
FOREVER = TimeLeft(10.0, float("inf"))


class Fake:
    """Finds `bad`; finds `twin` over two lines; loses every text with `poison`; and counts what it is asked."""

    def __init__(self) -> None:
        self.targets: list[Target] = []

    def scan(self, targets: Sequence[Target], seconds: float, end: float) -> list[Answer]:
        """Answer at once."""
        self.targets += targets
        return [self._answer(target) for target in targets]

    def close(self) -> None:
        """Have nothing to end."""

    def _answer(self, target: Target) -> Answer:
        if "poison" in target.text:
            return Answer((), Problem(Why.NOT_PARSED, "poison"))
        hits = []
        lines = target.text.split("\n")
        for number, line in enumerate(lines, 1):
            if "bad" in line:
                hits.append(Hit("bad", number, 1, number, len(line) + 1, line))
            if "twin" in line and number > 1 and "twin" in lines[number - 2]:
                hits.append(Hit("twin", number - 1, 1, number, 5, line))
            if line.startswith("auditor.canary "):
                hits.append(Hit("auditor-canary-bash", number, 1, number, 9, line.split()[1]))
        return Answer(tuple(hits))


def canaries(_: str) -> frozenset[str]:
    """Name the canary of every kind."""
    return frozenset({"auditor-canary-bash"})


def simple(outcome: Outcome) -> tuple[object, ...]:
    """Give an outcome line by line."""
    problems = {number: problem for numbers, problem in outcome.problems for number in numbers}
    return (sorted((hit.line, hit.rule, hit.message) for hit in outcome.hits), sorted(problems), set(problems.values()))


def test_each_text_gets_what_it_would_get_alone() -> None:
    """Hits, problems and their lines; with a memory, and with one that knows everything."""
    chance = Random(5)
    words = ["ls", "bad a", "bad b", "poison x", "id", "bad " + "x" * 1_200, *(f"cmd {n}" for n in range(20))]
    texts = [
        Text(SUFFIX, tuple(dict.fromkeys(chance.choices(words, k=chance.randint(1, 9)))), is_divisible=True)
        for _ in range(60)
    ]
    texts.insert(7, Text(".python.source.py", ("bad", "x"), is_divisible=False))
    alone = [simple(match_texts(Fake(), [text], canaries, FOREVER)[0]) for text in texts]
    memory = LineMemory()
    for _ in range(2):
        assert [simple(one) for one in match_packed(Fake(), texts, canaries, FOREVER, memory)] == alone


def test_a_line_is_asked_once() -> None:
    """Across texts and calls; a line with a problem is asked again."""
    engine = Fake()
    memory = LineMemory()
    texts = [Text(SUFFIX, ("bad a", "ls"), is_divisible=True), Text(SUFFIX, ("ls",), is_divisible=True)]
    match_packed(engine, texts, canaries, FOREVER, memory)
    assert len(engine.targets) == 1
    match_packed(engine, texts, canaries, FOREVER, memory)
    assert len(engine.targets) == 1
    poison = [Text(SUFFIX, ("poison",), is_divisible=True)]
    for calls in (1, 2):
        outcome = match_packed(engine, poison, canaries, FOREVER, memory)[0]
        assert [problem.what for _, problem in outcome.problems] == ["poison"]
        assert sum("poison" in target.text for target in engine.targets) >= calls


def test_lines_of_others_make_no_hit() -> None:
    """What reaches over two lines that only packing put together is asked alone."""
    texts = [Text(SUFFIX, (f"twin {number}",), is_divisible=True) for number in range(4)]
    assert all(outcome.hits == [] for outcome in match_packed(Fake(), texts, canaries, FOREVER, LineMemory()))


def test_memory_is_bounded() -> None:
    """The oldest goes."""
    memory = LineMemory(most=2)
    for line in "abc":
        memory.keep((SUFFIX, line), ())
    assert memory.find((SUFFIX, "a")) is None
    assert memory.find((SUFFIX, "c")) == ()
