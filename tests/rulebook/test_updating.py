"""`auditor rules update`: what is compiled, what a newer list changes, and what is refused with nothing written."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from auditor.cli.app import app
from auditor.errors import RulesetError
from auditor.rulebook import check, update
from auditor.settings import shipped_rulesets

LIST = "ssh-tunnel-hosts"


@pytest.fixture
def rulesets(tmp_path: Path) -> Path:
    """A folder with the rules that use one list, and that list."""
    root = tmp_path / "rulesets"
    shipped = shipped_rulesets()
    (root / "_indicators").mkdir(parents=True)
    for name in (f"_indicators/{LIST}.yaml", "everyday-hosts.yaml"):
        shutil.copy(shipped / name, root / name)
    (root / "tunnel-service").mkdir()
    for file in (shipped / "tunnel-service").glob("ssh-to-tunnel-service.*"):
        shutil.copy(file, root / "tunnel-service")
    assert check(root) == ()
    return root


def newer(tmp_path: Path, values: list[str], date: str = "2099-01-01", kind: str = "host") -> Path:
    file = tmp_path / f"{LIST}.yaml"
    lines = "".join(f"- {value}\n" for value in values)
    file.write_text(f'kind: {kind}\ndate: "{date}"\nsources: [https://x.example/]\nvalues:\n{lines}')
    return file


def contents(root: Path) -> dict[str, str]:
    return {str(file.relative_to(root)): file.read_text() for file in sorted(root.rglob("*")) if file.is_file()}


def test_the_rules_that_ship_hold_their_lists() -> None:
    assert update(dry=True).rules == ()


def test_a_list_edited_by_hand_is_compiled_into_its_rules(rulesets: Path) -> None:
    listed = rulesets / "_indicators" / f"{LIST}.yaml"
    listed.write_text(listed.read_text().replace("- a.pinggy.io\n", "- a.pinggy.io\n- abc.example\n"))
    assert [problem.text for problem in check(rulesets)] != []
    assert update(rulesets=rulesets).rules == ("ssh-to-tunnel-service",)
    assert check(rulesets) == ()
    assert r"|abc\.example|" in (rulesets / "tunnel-service/ssh-to-tunnel-service.yaml").read_text()


def test_a_newer_list_is_taken(rulesets: Path, tmp_path: Path) -> None:
    before = contents(rulesets)
    file = newer(tmp_path, ["localhost.run", "relay.example", "serveo.net"])
    dry = update(file, rulesets, dry=True)
    assert contents(rulesets) == before
    assert dry == update(file, rulesets)
    assert (dry.name, dry.rules, dry.added) == (LIST, ("ssh-to-tunnel-service",), ("relay.example",))
    assert "pinggy.io" in dry.removed
    assert (
        r"(?#ssh-tunnel-hosts)localhost\.run|relay\.example|serveo\.net(?#/"
        in (rulesets / "tunnel-service/ssh-to-tunnel-service.yaml").read_text()
    )


@pytest.mark.parametrize(
    ("values", "change", "said"),
    [
        (["b.example", "a.example"], {}, "not sorted"),
        (["a.example", "a.example"], {}, "not unique"),
        (["a.example"], {"date": "2001-01-01"}, "older than the list"),
        (["a.example"], {"kind": "regex"}, "its kind is regex"),
        (["a_b.example"], {}, "not the name of a host"),
        (["https://a.example"], {}, "not the name of a host"),
        (["com"], {}, "not the name of a host"),
        (["github.com"], {}, "would match ordinary scripts"),
        (["githubusercontent.com"], {}, "would match ordinary scripts"),
        (["debian.org"], {}, "would match ordinary scripts"),
    ],
)
def test_a_broken_list_is_refused_and_nothing_is_written(
    rulesets: Path, tmp_path: Path, values: list[str], change: dict[str, str], said: str
) -> None:
    before = contents(rulesets)
    with pytest.raises(RulesetError, match=said):
        update(newer(tmp_path, values, **change), rulesets)
    assert contents(rulesets) == before


def test_a_list_that_no_rule_knows_is_refused(rulesets: Path, tmp_path: Path) -> None:
    file = newer(tmp_path, ["a.example"]).rename(tmp_path / "others.yaml")
    with pytest.raises(RulesetError, match="no indicator list is called others"):
        update(file, rulesets)


def test_the_command_says_what_it_did(rulesets: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    file = newer(tmp_path, ["localhost.run", "relay.example"])
    shown = runner.invoke(app, ["rules", "update", "--from", str(file), "--rulesets", str(rulesets), "--dry-run"])
    assert shown.exit_code == 0
    assert "+ relay.example" in shown.output
    assert "ssh-to-tunnel-service: would be compiled" in shown.output


def test_the_command_prints_each_problem_of_a_check(rulesets: Path) -> None:
    (rulesets / "tunnel-service/ssh-to-tunnel-service.sh").unlink()
    (rulesets / "tunnel-service/ssh-to-tunnel-service.py").unlink()
    told = subprocess.run(
        [sys.executable, "-m", "auditor", "rules", "check", "--rulesets", str(rulesets)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 1, told.stderr
    assert "ssh-to-tunnel-service.yaml: it has no example script" in told.stdout
