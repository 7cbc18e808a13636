"""Triage in a scan: the same verdicts, counted, and off where it would hide what a policy or a rule minds."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="the corpus extra is not installed")

from auditor.corpora.audited import Item, StageSettings
from auditor.corpora.pool import Pool
from auditor.corpora.scan import Request, Scan
from auditor.corpora.terms import terms_of
from auditor.intake.datasets.sources import Sources
from auditor.match import load_ruleset
from auditor.match.plan import Planner
from auditor.model.reading import Reading
from auditor.model.unit import Language, Unit
from auditor.settings import DEFAULT_LIMITS, shipped_rulesets
from tests.corpus import samples

CLEAN = "import math\n\nprint(math.pi)\n"
PLAIN = "cd src && ls tests\n"


def audit(items: list[Item], settings: StageSettings) -> list[tuple[object, ...]]:
    """Give what matters of each result: verdicts, and the findings that are not allowed."""
    with Pool(1, settings) as pool:
        return [
            (
                one.verdict,
                one.would_be,
                one.gaps,
                sorted((each.rule, each.line, each.outcome) for each in one.findings if each.outcome != "allow"),
            )
            for one in pool.submit(items).result()
        ]


def test_verdicts_are_the_same() -> None:
    """Over the whole corpus and the rules' examples, with and without triage."""
    paths = [sample.file for sample in samples()]
    paths += sorted(path for path in shipped_rulesets().rglob("*") if path.suffix in (".py", ".sh"))
    items = [Item(path.read_bytes(), path.name) for path in paths]
    items += [Item(CLEAN.encode(), "", "python"), Item(PLAIN.encode(), "", "bash")]
    with_triage = audit(items, StageSettings())
    without = audit(items, StageSettings(is_triaging=False))
    differing = [item.path for item, one, other in zip(items, with_triage, without, strict=True) if one != other]
    assert differing == []


def test_what_is_cleared_is_counted(tmp_path: Path) -> None:
    """In the summary; none with `--no-triage`."""
    source = tmp_path / "d.jsonl"
    rows = [("python", CLEAN), ("python", "import os\nos.system('ls')\n"), ("bash", PLAIN), ("python", CLEAN)]
    source.write_text("".join(json.dumps({"language": name, "text": text}) + "\n" for name, text in rows))
    for is_triaging, cleared in ((True, 3), (False, 0)):
        terms = terms_of(None, None, texts="none", is_triaging=is_triaging)
        with Pool(1, terms.settings) as pool:
            summary = Scan(Request(Sources([str(source)]), tmp_path / str(is_triaging), terms), pool).run()
        assert summary.cleared == cleared
        assert summary.verdicts["allow"] == 4


def test_bandit_is_asked_about_cleared_scripts_where_a_policy_minds_it() -> None:
    """It is left out only where everything that it finds is allowed."""
    reading = Reading((Unit(0, Language.PYTHON, "import math  # yaml\n"),), (), (), is_cleared=True)
    ruleset = load_ruleset()
    assert Planner(ruleset, DEFAULT_LIMITS).plan(reading).python != []
    assert Planner(ruleset, DEFAULT_LIMITS, checks_cleared=False).plan(reading).python == []
    assert Planner(ruleset, DEFAULT_LIMITS, checks_cleared=False).plan(replace(reading, is_cleared=False)).python != []


def test_a_rule_on_a_harmless_command_still_matches(tmp_path: Path) -> None:
    """A ruleset may mind `ls`; then a script of nothing else is read."""
    own = tmp_path / "rulesets"
    shutil.copytree(shipped_rulesets(), own)
    rule = own / "local-forward" / "ssh-local-forward.yaml"
    lines = rule.read_text(encoding="utf-8").replace("plink ... -L $SPEC ...", "ls /secret").splitlines()
    lines = [line for line in lines if "pattern-regex" not in line]
    text = "\n".join(lines).replace('anchors: ["-L", ', 'anchors: ["-L", /secret, ') + "\n"
    rule.write_text(text, encoding="utf-8")
    items = [Item(b"ls /secret\n", "", "bash"), Item(b"ls /public\n", "", "bash")]
    with Pool(1, StageSettings(rulesets=str(own))) as pool:
        found = pool.submit(items).result()
    assert [one.is_cleared for one in found] == [False, True]
    assert [each.rule for each in found[0].findings] == ["ssh-local-forward"]
