"""SARIF: the rules of the format and of GitHub that this project depends on, checked by hand.

The same output was passed through the SARIF validator with its GitHub rules; what that validator
found once is held here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from auditor.model.finding import Match
from auditor.render.sarif import SarifRenderer
from tests.judge.made import at, effect, match, rule
from tests.render.made import SUMMARY, TOOL, clean, hidden_tunnel, hostile, report


def run_of(*reports: Any) -> dict[str, Any]:
    """Render reports, and give the only run of the log."""
    renderer = SarifRenderer(root="/work/x")
    text = renderer.start() + "".join(renderer.report(one) for one in reports) + renderer.finish(SUMMARY)
    log = json.loads(text)
    assert log["version"] == "2.1.0"
    assert log["$schema"].startswith("https://")
    (run,) = log["runs"]
    found: dict[str, Any] = run
    return found


def test_what_github_requires_is_there_and_not_empty() -> None:
    """Rules with texts, results with message, place and fingerprint."""
    run = run_of(hidden_tunnel(), hostile())
    assert len(run["results"]) == 5
    for descriptor in (*run["tool"]["driver"]["rules"], *run["tool"]["driver"]["notifications"]):
        for key in ("shortDescription", "fullDescription", "help"):
            assert 0 < len(descriptor[key]["text"]) <= 1024
        assert descriptor.get("name") != descriptor["id"]
    for found in run["tool"]["driver"]["rules"]:
        assert re.fullmatch(r"\d\.\d", found["properties"]["security-severity"])
        assert found["properties"]["precision"] in {"very-high", "high", "medium", "low"}
        assert "security" in found["properties"]["tags"]
        assert len(found["properties"]["tags"]) <= 10
    for result in run["results"]:
        assert result["message"]["text"]
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert re.fullmatch(r"[0-9a-f]{16}:1", result["partialFingerprints"]["primaryLocationLineHash"])
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["endLine"], region["endColumn"]) >= (region["startLine"], region["startColumn"]) >= (1, 1)


def test_levels_follow_the_policy() -> None:
    """Denied is an error, reviewed a warning, allowed a note."""
    assert [(one["ruleId"], one["level"]) for one in run_of(hidden_tunnel())["results"]] == [
        ("ssh-remote-forward", "error"),
        ("ssh-local-forward", "note"),
        ("hidden-command", "note"),
    ]


def test_the_trail_is_a_code_flow_and_the_place_is_the_scripts() -> None:
    """Steps inside other units stand where the script leads to them."""
    result = run_of(hidden_tunnel())["results"][0]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 6
    flow = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in flow] == [
        "setup.py:4 base64",
        "setup.py:6 os.system",
        "bash 1:1",
    ]
    assert [step["location"]["physicalLocation"]["region"]["startLine"] for step in flow] == [4, 6, 6]


def test_gaps_are_notifications_and_columns_are_code_points() -> None:
    """What was not examined is told, with its place."""
    run = run_of(hidden_tunnel())
    assert run["columnKind"] == "unicodeCodePoints"
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == "Not examined: code nested too deep (too deep)."
    assert notification["descriptor"]["id"] == "too-deep"
    assert notification["locations"][0]["physicalLocation"]["region"]["startLine"] == 3


def test_what_is_granted_is_suppressed_with_its_reason() -> None:
    """The result stays, for the record."""
    grant = "{rule: ssh-remote-forward, effect: 'ssh -N -R ...', reason: ticket 7, expires: 2027-01-01}"
    results = run_of(hidden_tunnel(f"version: 1\ngrants: [{grant}]\n"))["results"]
    assert [len(result.get("suppressions", [])) for result in results] == [1, 0, 0]
    assert results[0]["suppressions"][0]["justification"].endswith("granted until 2027-01-01: ticket 7")


def test_one_script_twice_is_one_artifact() -> None:
    """The format wants them unique."""
    run = run_of(hidden_tunnel(), hidden_tunnel(), clean())
    assert [artifact["location"]["uri"] for artifact in run["artifacts"]] == ["scripts/setup.py", "scripts/hello.py"]
    assert run["tool"]["driver"]["semanticVersion"] == TOOL.version


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a/b.py", "a/b.py"),
        ("./a/../b.py", "b.py"),
        ("/work/x/a b.py", "a%20b.py"),
        ("/elsewhere/ü#?.py", "file:///elsewhere/%C3%BC%23%3F.py"),
        ("c:odd.py", "c%3Aodd.py"),
        ("<stdin>", "%3Cstdin%3E"),
        ("bytes\udcff.py", "bytes%FF.py"),
    ],
)
def test_paths_are_relative_references_or_file_uris(path: str, uri: str) -> None:
    """Below the root relative, elsewhere absolute, always percent-encoded."""
    assert run_of(report("x\n", path=path))["artifacts"][0]["location"]["uri"] == uri


def test_braces_and_links_of_audited_text_are_only_text() -> None:
    """SARIF reads `{0}` as a placeholder and `[a](b)` as a link."""
    made = effect("curl ? [a](https://203.0.113.5) {0}", at(1))
    (result,) = run_of(report("x\n", (Match(rule(), at(1), "m", made),)))["results"]
    text = result["message"]["text"]
    assert "{{0}}" in text
    assert "%{{argument_1}}" in text
    assert "\\[a](" in text


def test_rules_are_listed_once() -> None:
    """Many results, one rule."""
    run = run_of(report("x\n" * 9, tuple(match(f"ssh -R {line}", at(line)) for line in range(1, 10))))
    assert len(run["results"]) == 9
    assert len(run["tool"]["driver"]["rules"]) == 1


def test_this_file_is_not_vacuous() -> None:
    """The reports that it renders have findings."""
    assert Path(__file__).read_text(encoding="utf-8").count("def test_") > 8
