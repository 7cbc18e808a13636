"""`auditor rules check`: the form of rule files, of their examples and of the indicator lists.

Takes a folder of rules, gives every problem with file and line. Refuses to say that all is well of
a folder in which it found no rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import yaml

from auditor.errors import RulesetError
from auditor.model.line import read_line
from auditor.rulebook.cards import card_problems, value_problems
from auditor.rulebook.examples import SCRIPTS, TRANSCRIPT, Expectation, read_example
from auditor.rulebook.incidents import incident_problems
from auditor.rulebook.indicators import Indicators, Kind, compiled, held_back, names_in, read_indicators
from auditor.rulebook.patterns import pattern_problems
from auditor.rulebook.problems import Problem, line_of
from auditor.settings import shipped_rulesets

INDICATORS = "_indicators"
EVERYDAY = "everyday-hosts.yaml"
DRAFTS = "drafts"
_FEWEST = 2
"""Marks of each kind, over a rule's scripts and, for effects, in its transcript."""


def check(rulesets: Path | str | None = None) -> tuple[Problem, ...]:
    """Check a folder of rules, by default those that ship; give what is wrong, in order of the files."""
    root = Path(rulesets) if rulesets is not None else shipped_rulesets()
    files = rule_files(root)
    if not files:
        return (Problem(root, 0, "there are no rules here"),)
    lists, problems = _lists(root)
    used: set[str] = set()
    names: Counter[str] = Counter()
    for file in files:
        text = file.read_text(encoding="utf-8")
        used |= names_in(text)
        problems += [Problem(file, line, said) for line, said in _rule_problems(file, text, lists)]
        names[file.stem] += 1
    problems += [Problem(root, 0, f"{name}: two rules of this name") for name, count in names.items() if count > 1]
    problems += [
        Problem(root / INDICATORS / f"{name}.yaml", 0, "no rule uses it") for name in sorted(lists.keys() - used)
    ]
    problems += _stray_files(root, set(names))
    problems += _bandit_problems(root / "bandit.yaml", set(names))
    families = {file.parent.name for file in files}
    problems += list(incident_problems(root / "incidents.yaml", set(names), families))
    return tuple(sorted(problems, key=lambda problem: (str(problem.path), problem.line)))


def rule_files(root: Path) -> list[Path]:
    """Give the files of a folder's Semgrep rules."""
    return [file for file in sorted(root.glob("*/*.yaml")) if not _is_apart(file.parent)]


def _is_apart(folder: Path) -> bool:
    return folder.name == DRAFTS or folder.name.startswith(("_", "."))


def _lists(root: Path) -> tuple[dict[str, Indicators], list[Problem]]:
    lists: dict[str, Indicators] = {}
    problems: list[Problem] = []
    everyday: tuple[str, ...] = ()
    for file in [root / EVERYDAY, *sorted((root / INDICATORS).glob("*.yaml"))]:
        try:
            if file.name != EVERYDAY:
                lists[file.stem] = read_indicators(file)
            elif file.is_file():
                everyday = read_indicators(file).values
        except RulesetError as error:
            problems.append(Problem(file, 0, str(error).removeprefix(f"{file.name}: ")))
    for each in lists.values():
        problems += [
            Problem(root / INDICATORS / f"{each.name}.yaml", 0, f"{host} would match ordinary scripts' hosts")
            for host in (held_back(each.values, everyday) if each.kind is Kind.HOST else ())
        ]
    return lists, problems


def _rule_problems(file: Path, text: str, lists: dict[str, Indicators]) -> Iterator[tuple[int, str]]:
    try:
        raw = _rule(text)
    except (yaml.YAMLError, RulesetError) as error:
        yield 0, str(error)
        return
    yield from (
        (line_of(text, f"{key}:"), f"the key {key!r} is a boolean in YAML 1.1, and kills the rule")
        for key in _odd_keys(raw)
    )
    rule = {str(key): value for key, value in raw.items()}
    yield from ((0, said) for said in card_problems(file, rule))
    card = rule.get("metadata", {})
    card = card.get("auditor", {}) if isinstance(card, Mapping) else {}
    if not isinstance(card, Mapping):
        return
    reads = card.get("reads")
    if reads == "effects":
        yield from ((0, said) for said in dict.fromkeys(pattern_problems(rule, card)))
    try:
        if compiled(text, lists) != text:
            yield 0, "its indicators are not those of the lists; compile them again"
    except RulesetError as error:
        yield 0, str(error)
    yield from _example_problems(file, reads == "effects")


def _rule(text: str) -> Mapping[object, object]:
    document = yaml.safe_load(text)
    rules = document.get("rules") if isinstance(document, Mapping) else None
    if not isinstance(rules, list) or len(rules) != 1 or not isinstance(rules[0], Mapping):
        raise RulesetError("not one rule under `rules`")
    return rules[0]


def _odd_keys(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                yield key
            yield from _odd_keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _odd_keys(inner)


def _example_problems(file: Path, needs_transcript: bool) -> Iterator[tuple[int, str]]:
    scripts: list[Expectation] = []
    found = [file.with_suffix(suffix) for suffix in SCRIPTS if file.with_suffix(suffix).is_file()]
    if not found:
        yield 0, f"it has no example script ({' or '.join(file.stem + suffix for suffix in SCRIPTS)})"
    try:
        for example in found:
            scripts += read_example(example)
        transcript = file.with_suffix(TRANSCRIPT)
        lines = list(read_example(transcript)) if transcript.is_file() else []
    except RulesetError as error:
        yield 0, str(error)
        return
    yield from _mark_problems(file.stem, scripts, "scripts") if found else ()
    if needs_transcript:
        yield from _mark_problems(file.stem, lines, "transcript")
        yield from _line_problems(transcript)


def _mark_problems(name: str, marks: list[Expectation], where: str) -> Iterator[tuple[int, str]]:
    for fires, kind in ((True, "ruleid"), (False, "ok")):
        count = sum(mark.fires is fires and not mark.why for mark in marks)
        if count < _FEWEST:
            yield 0, f"its {where} hold {count} `# {kind}:` of at least {_FEWEST}"
    for mark in marks:
        if mark.rule != name:
            yield 0, f"{mark.path.name}:{mark.line}: the mark names {mark.rule}"


def _line_problems(transcript: Path) -> Iterator[tuple[int, str]]:
    if not transcript.is_file():
        return
    for number, line in enumerate(transcript.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            try:
                read_line(line)
            except ValueError as error:
                yield 0, f"{transcript.name}:{number}: {error}"


def _stray_files(root: Path, names: set[str]) -> list[Problem]:
    known = {".yaml", TRANSCRIPT, *SCRIPTS}
    stray = [file for file in sorted(root.glob("*/*")) if file.is_file() and not _is_apart(file.parent)]
    return [
        Problem(file, 0, "no rule stands beside it" if file.suffix in known else "not a rule nor an example")
        for file in stray
        if file.suffix not in known
        or (file.suffix != ".yaml" and file.with_suffix(".yaml").name not in {f"{name}.yaml" for name in names})
        or (file.suffix != ".yaml" and not file.with_suffix(".yaml").is_file())
    ]


def _bandit_problems(file: Path, names: set[str]) -> Iterable[Problem]:
    if not file.is_file():
        return []
    text = file.read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    rows = document.get("checks") if isinstance(document, Mapping) else None
    if not isinstance(rows, list) or not rows:
        return [Problem(file, 0, "there are no checks here")]
    problems: list[Problem] = []
    for row in rows:
        line = line_of(text, f"id: {row.get('id')}")
        problems += [Problem(file, line, said) for said in value_problems(row)]
        if row.get("rule") in names:
            problems.append(Problem(file, line, f"{row.get('rule')} is the name of a Semgrep rule"))
        if row.get("severity") in ("critical", "high"):
            problems.append(Problem(file, line, "no check of Bandit weighs that much alone"))
    left_out = document.get("left-out")
    if not isinstance(left_out, Mapping) or not all(isinstance(why, str) and why for why in left_out.values()):
        problems.append(Problem(file, 0, "left-out does not give a reason for each check that stays off"))
    elif left_out.keys() & {row.get("id") for row in rows}:
        problems.append(Problem(file, 0, "a check is both run and left out"))
    return problems
