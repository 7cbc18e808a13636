"""Programs as agents write them, and detours to secrets: each is read as what it does, its harmless twin is silent."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from auditor import Auditor
from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation

pytestmark = pytest.mark.usefixtures("deep")
HERE = Path(__file__).parent
TABLES = tuple(sorted([*HERE.glob("agents_*.yaml"), *HERE.glob("detours_*.yaml"), *HERE.glob("rounds_*.yaml")]))
ORDER = ("allow", "review", "deny")
Case = dict[str, str]
NOT_RECOVERED = frozenset({"sqlite-literal", "sqlite-script", "plist"})
"""Spellings whose command is not recovered; each is still reported as unknown."""


def _cases() -> list[tuple[Language, Case]]:
    found: list[tuple[Language, Case]] = []
    for path in TABLES:
        language = path.stem.rpartition("_")[2]
        table: list[Case] = yaml.safe_load(path.read_text(encoding="utf-8"))
        found += [(Language(case.get("language", language)), case) for case in table]
    return found


CASES = _cases()
NAMES = [f"{language.value} {case['id']}" for language, case in CASES]


def lines(language: Language, code: str) -> list[str]:
    """Read code and give each effect as a line, pipelines with their bars."""
    reading = Evaluation(Script.of(code, language, f"script.{language.value}")).read_script()
    return [" | ".join(" ".join(map(str, stage)) for stage in effect.stages) for effect in reading.effects]


def test_there_are_many() -> None:
    """The tables were read, each spelling has a name of its own, and most have a twin."""
    assert len(CASES) >= 200
    assert len(set(NAMES)) == len(NAMES)
    assert sum("twin" in case for _, case in CASES) >= 150
    assert {case["id"] for _, case in CASES} >= NOT_RECOVERED


@pytest.mark.parametrize(("language", "case"), CASES, ids=NAMES)
def test_what_it_does_is_read(language: Language, case: Case) -> None:
    """An effect says what the program does, and none says so of its twin."""
    found = lines(language, case["code"])
    wanted = case.get("wants", "")
    is_read = any(wanted in line for line in found)
    assert is_read is (case["id"] not in NOT_RECOVERED), found
    if wanted and "twin" in case:
        told = lines(language, case["twin"])
        assert case.get("verdict") == "allow" or not set(found) <= set(told)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_it_does_is_judged(warm: Auditor) -> None:
    """Each is denied, or reviewed where the table says so; each twin is allowed."""
    wrong = []
    for language, case in CASES:
        verdict = warm.audit(case["code"], language=language.value).verdict.value
        least = case.get("verdict", "deny") if case["id"] not in NOT_RECOVERED else "allow"
        if ORDER.index(verdict) < ORDER.index(least):
            wrong.append((language.value, case["id"], verdict, least))
        if "twin" in case:
            twin = warm.audit(case["twin"], language=language.value).verdict.value
            if twin != "allow":
                wrong.append((language.value, case["id"], twin, "twin"))
    assert wrong == []
