"""Rule files: what is wrong is refused with the file and the key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from auditor.errors import RulesetError
from auditor.match import default_rulesets_path, load_ruleset
from auditor.match.batch import validated
from auditor.match.semgrep import configuration
from auditor.model.rule import Reads
from auditor.model.unit import Language
from tests.match.made import RULESETS, ruleset


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RULESETS, tmp_path / "rules"))


def change(rules: Path, old: str, new: str, file: str = "tunnel/fix-ssh-reverse.yaml") -> Path:
    path = rules / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return path


def test_cards_and_checks_are_loaded() -> None:
    """Each rule has its card, its languages and its body; each row of bandit.yaml is a rule of Bandit's."""
    loaded = ruleset()
    assert len(loaded.rules) == len(list(RULESETS.glob("*/*.yaml"))) == 8
    assert [(check.check, check.card.id, check.card.engine) for check in loaded.checks] == [
        ("B102", "fix-bandit-exec", "bandit"),
        ("B602", "fix-bandit-shell", "bandit"),
    ]
    text = next(rule for rule in loaded.rules if rule.card.id == "fix-text-source")
    assert text.card.reads is Reads.SOURCE
    assert text.units == {Language.DOCKERFILE, Language.COMPOSE}
    assert len(loaded.cards) == 10


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("title: Reverse", "name: Reverse", "metadata.auditor"),
        ("severity: high", "severity: grave", "severity"),
        ("family: tunnel", "family: miner", "family"),
        ("id: fix-ssh-reverse", "id: other-name", "id"),
        ("id: fix-ssh-reverse", "id: Fix_ssh", "id"),
        ("languages: [bash]", "languages: [python]", "languages"),
        ("languages: [bash]", "languages: bash", "languages"),
        ("message: reverse $SPEC", "message: yes", "message"),
        ("metadata:", "metadata:\n    on: effects", "on"),
        ("metadata:", "metadata:\n    y: effects", "y"),
        ("metadata:", "paths: {include: [x]}\n  metadata:", "paths"),
        ("since:", "extra: 1\n      since:", "extra"),
        ('since: "0.1.0"', "since: 0.1", "since"),
        ("rules:", "rule:", "rules"),
        ("rules:", "rules: [", "YAML"),
    ],
)
def test_a_broken_file_is_refused_by_name(rules: Path, old: str, new: str, named: str) -> None:
    """The message has the file and the key."""
    path = change(rules, old, new)
    with pytest.raises(RulesetError) as caught:
        load_ruleset(rules)
    assert str(path) in str(caught.value)
    assert named in str(caught.value) + caught.value.hint


def test_a_broken_row_is_refused_by_name(rules: Path) -> None:
    """So is a row of bandit.yaml."""
    path = change(rules, "id: B602", "id: B102", "bandit.yaml")
    with pytest.raises(RulesetError, match="B102") as caught:
        load_ruleset(rules)
    assert str(path) in str(caught.value)


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    """No rules would mean no findings."""
    with pytest.raises(RulesetError, match="no rules"):
        load_ruleset(tmp_path)
    with pytest.raises(RulesetError, match="not a folder"):
        load_ruleset(tmp_path / "absent")


def test_the_digest_is_of_every_byte(rules: Path) -> None:
    """The digest changes with any rule, and with nothing else."""
    before = load_ruleset(rules).digest
    assert before == ruleset().digest
    (rules / "tunnel" / "fix-ssh-reverse.sh").write_text("# an example\n")
    assert load_ruleset(rules).digest == before
    change(rules, "what: A fixture.", "what: A fixture!")
    assert load_ruleset(rules).digest != before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pattern: ssh ... -R $SPEC ...", 'pattern: "(("'),
        ("metavariable-regex:", "metavariable-regx:"),
        ("regex: '", "regex: '("),
    ],
)
def test_semgrep_refuses_what_it_cannot_load(rules: Path, old: str, new: str) -> None:
    """A session would drop such a rule without a word; the check says its name."""
    change(rules, old, new)
    with pytest.raises(RulesetError, match="fix-ssh-reverse"):
        validated(configuration(load_ruleset(rules).rules))


def test_the_rules_that_ship_load() -> None:
    """Every file of the rulesets is a rule, and Semgrep takes them all."""
    loaded = load_ruleset()
    assert loaded.path == default_rulesets_path()
    assert len(loaded.rules) > 20
    validated(configuration(loaded.rules))
