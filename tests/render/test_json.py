"""JSON: the shape that the issue promises, held by the published schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from auditor.render.json import JsonLinesRenderer, JsonRenderer, report_schema
from auditor.render.summary import Summary
from tests.render.made import HIDDEN_TEXT, SUMMARY, clean, hidden_tunnel, hostile

SCHEMA = json.loads(report_schema())


def one(report: Any) -> dict[str, Any]:
    """Render one report alone."""
    renderer = JsonRenderer(is_many=False)
    text = renderer.start() + renderer.report(report) + renderer.finish(SUMMARY)
    value: dict[str, Any] = json.loads(text)
    return value


def many(*reports: Any, summary: Summary = SUMMARY) -> dict[str, Any]:
    """Render reports among many."""
    renderer = JsonRenderer(is_many=True)
    text = renderer.start() + "".join(renderer.report(report) for report in reports) + renderer.finish(summary)
    value: dict[str, Any] = json.loads(text)
    return value


def validate(value: object) -> None:
    """Hold a value against the published schema."""
    jsonschema.Draft202012Validator(SCHEMA).validate(value)


def test_the_schema_is_itself_valid() -> None:
    """Draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("made", [hidden_tunnel, clean, hostile])
def test_reports_are_valid(made: Any) -> None:
    """Alone, among many, and one a line."""
    validate(one(made()))
    validate(many(made(), made()))
    validate(json.loads(JsonLinesRenderer().report(made())))


def test_a_broken_report_is_refused_by_the_schema() -> None:
    """The schema can say no."""
    value = one(hidden_tunnel())
    for key in value:
        with pytest.raises(jsonschema.ValidationError):
            validate({name: part for name, part in value.items() if name != key})
    with pytest.raises(jsonschema.ValidationError):
        validate({**value, "verdict": "maybe"})


def test_everything_that_the_issue_names_is_there() -> None:
    """Field by field."""
    value = one(hidden_tunnel())
    assert set(value) >= {"schema", "script", "verdict", "reasons", "findings", "gaps", "tool", "timings_ms"}
    assert set(value["script"]) == {"path", "language", "sha256"}
    finding = value["findings"][0]
    assert set(finding) >= {
        *("rule", "family", "attack", "severity", "confidence", "status", "message", "effect", "place", "evidence"),
    }
    assert set(finding["place"]) >= {"path", "line", "column", "end_line", "end_column", "trail"}
    assert set(value["gaps"][0]) >= {"stage", "what", "why"}
    assert set(value["tool"]) >= {"version", "ruleset", "policy", "engines"}
    assert value["reasons"][0] == {
        "verdict": "deny",
        "kind": "finding",
        "text": "Reverse tunnel over SSH; reached through hiding on the same line",
        "rule": "ssh-remote-forward",
        "line": 6,
    }


def test_the_place_is_the_scripts_and_the_trail_leads_inward() -> None:
    """A finding in decoded code points at the line that runs it."""
    place = one(hidden_tunnel())["findings"][0]["place"]
    assert (place["path"], place["line"], place["column"]) == ("scripts/setup.py", 6, 1)
    assert HIDDEN_TEXT.splitlines()[place["line"] - 1] == "os.system(CMD)"
    assert [(step["unit"], step["language"], step["line"], step["operation"]) for step in place["trail"]] == [
        (0, "python", 4, "base64"),
        (0, "python", 6, "os.system"),
        (1, "bash", 1, ""),
    ]


def test_each_finding_has_its_outcome() -> None:
    """The denied and the allowed ones are told apart."""
    outcomes = {finding["rule"]: finding["outcome"] for finding in one(hidden_tunnel())["findings"]}
    assert outcomes == {"ssh-remote-forward": "deny", "ssh-local-forward": "allow", "hidden-command": "allow"}


def test_many_come_in_order_with_a_summary() -> None:
    """Also none at all, and a run that was interrupted."""
    value = many(hidden_tunnel(), clean())
    assert value["schema"] == "auditor.reports/1"
    assert [report["script"]["path"] for report in value["reports"]] == ["scripts/setup.py", "scripts/hello.py"]
    assert value["summary"]["verdicts"] == {"deny": 1, "review": 1, "allow": 2}
    assert value["summary"]["skipped"] == {"binary": 2, "link": 1}
    assert many()["reports"] == []
    assert many(clean(), summary=Summary((), 0, 0, (), 0.1, interrupted=True))["summary"]["interrupted"] is True
    validate(many())


def test_json_lines_hold_one_object_a_line() -> None:
    """Whatever the scripts hold."""
    renderer = JsonLinesRenderer()
    text = renderer.start() + renderer.report(hidden_tunnel()) + renderer.report(hostile()) + renderer.finish(SUMMARY)
    assert len(text.splitlines()) == 2
    assert [json.loads(line)["verdict"] for line in text.splitlines()] == ["deny", "deny"]
