"""`auditor check`: exit codes, formats, and every way in which a run can end."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from auditor.cli import main

OBSERVE = "version: 1\nmode: observe\ndefault: deny\n"
GAPS_ALLOWED = "version: 1\ndefault: review\ngap: {too-deep: allow}\n"


def codes(*arguments: str) -> int:
    """Run `auditor check`."""
    return main(["check", *arguments])


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("clean", (), 0),
        ("listed", (), 0),
        ("review", (), 1),
        ("deny", (), 1),
        ("gap", (), 1),
        ("clean", ("--fail-on", "deny"), 0),
        ("review", ("--fail-on", "deny"), 0),
        ("deny", ("--fail-on", "deny"), 1),
        ("gap", ("--fail-on", "deny"), 1),
        ("gap", ("--allow-gaps",), 0),
        ("gap", ("--allow-gaps", "--fail-on", "deny"), 0),
        ("deny-gap", ("--allow-gaps",), 1),
        ("review-gap", ("--allow-gaps",), 1),
        ("review-gap", ("--allow-gaps", "--fail-on", "deny"), 0),
        ("review-gap", ("--fail-on", "deny"), 1),
    ],
)
@pytest.mark.parametrize("format_name", ["text", "json", "jsonl", "sarif"])
def test_the_exit_code_says_whether_it_may_run(
    scripts: Path, name: str, options: tuple[str, ...], code: int, format_name: str
) -> None:
    """One table, the same in every format."""
    assert scripts.is_dir()
    assert codes(f"{name}.sh", "--format", format_name, *options) == code


@pytest.mark.parametrize(
    ("policy", "name", "code"), [(OBSERVE, "deny-gap", 0), (GAPS_ALLOWED, "gap", 0), (GAPS_ALLOWED, "deny-gap", 1)]
)
def test_a_policy_may_hold_nothing_back(scripts: Path, policy: str, name: str, code: int) -> None:
    """One that observes, and one that allows this kind of gap."""
    (scripts / "p.yaml").write_text(policy, encoding="utf-8")
    assert codes(f"{name}.sh", "--policy", "p.yaml") == code


def test_the_worst_script_decides(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Several arguments, a folder, what is skipped."""
    (scripts / "binary.png").write_bytes(b"\x89PNG")
    assert codes("clean.sh", "listed.sh") == 0
    assert codes("clean.sh", "deny.sh") == 1
    capsys.readouterr()
    assert codes(".") == 1
    out, err = capsys.readouterr()
    assert "7 scripts audited: 2 deny, 3 review, 2 allow" in out
    assert "1 skipped (1 binary)" in out
    assert err == ""


def test_an_empty_folder_is_clean(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And says that it audited nothing."""
    (scripts / "empty").mkdir()
    assert codes("empty") == 0
    assert capsys.readouterr().out.startswith("0 scripts audited")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("missing.sh",), "missing.sh: No such file or directory"),
        (("a\0b",), "embedded null byte"),
        (("-", "-"), "- is given twice"),
        ((), "Missing argument 'PATH'"),
        (("clean.sh", "--fail-on", "never"), "--fail-on"),
        (("clean.sh", "--format", "xml"), "--format"),
        (("clean.sh", "--language", "klingon"), "unknown language 'klingon'"),
        (("clean.sh", "--jobs", "0"), "--jobs"),
        (("clean.sh", "--nonsense"), "--nonsense"),
        (("clean.sh", "--policy", "missing.yaml"), "missing.yaml: No such file"),
        (("clean.sh", "--baseline", "missing.yaml"), "missing.yaml: No such file"),
        (("clean.sh", "--output", "missing/x"), "missing/x: No such file"),
        (("clean.sh", "--rulesets", "missing"), "missing: not a folder"),
        (("clean.sh", "--write-baseline", "b.yaml"), "--write-baseline needs --reason"),
        (("clean.sh", "--reason", "because"), "--reason goes with --write-baseline"),
        (("clean.sh", "--policy", "clean.sh"), "clean.sh:1: "),
    ],
)
def test_the_operators_mistakes_are_one_line_and_a_hint(
    scripts: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    """Exit code 2, nothing on standard output."""
    assert scripts.is_dir()
    assert codes(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    first, *rest = err.splitlines()
    assert first.startswith("auditor: error: ")
    assert says in first
    assert len(rest) <= 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ("version: 1\ncolour: red\n", "p.yaml:2: unknown key `colour` in the file"),
        ("version: 1\noutcomes: [{family: no-such, outcome: deny}]\n", "outcomes[0].family: no family `no-such`"),
        ("version: 1\noutcomes: [{rule: no-such, outcome: deny}]\n", "outcomes[0].rule: no rule `no-such`"),
    ],
)
def test_a_misspelt_policy_is_an_error_that_names_the_key(
    scripts: Path, capsys: pytest.CaptureFixture[str], policy: str, says: str
) -> None:
    """Before anything is audited."""
    (scripts / "p.yaml").write_text(policy, encoding="utf-8")
    assert codes("clean.sh", "--policy", "p.yaml") == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("engine", "auditor: no verdict was reached: Semgrep is not installed\n  hint: install it\n"),
        ("fault", "auditor: no verdict was reached: RuntimeError: a fault\\x1b[31m of ours\n"),
    ],
)
def test_a_failure_of_the_auditor_is_no_verdict(
    scripts: Path, capsys: pytest.CaptureFixture[str], name: str, says: str
) -> None:
    """Exit code 3; never 0, never 1, never a traceback."""
    (scripts / f"{name}.sh").write_text("x", encoding="utf-8")
    assert codes(f"{name}.sh") == 3
    assert capsys.readouterr().err.startswith(says)


def test_a_deadline_that_passes_is_no_verdict(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was audited before it is still written."""
    for name in ("a-deny.sh", "b-slow.sh", "c-clean.sh"):
        (scripts / "d").mkdir(exist_ok=True)
        (scripts / "d" / name).write_text("x", encoding="utf-8")
    assert codes("d", "--deadline", "0.05") == 3
    out, err = capsys.readouterr()
    assert out.startswith("DENY   d/a-deny.sh")
    assert "the deadline passed" in err


@pytest.mark.parametrize("format_name", ["json", "sarif"])
def test_an_interrupt_keeps_what_was_done(scripts: Path, capsys: pytest.CaptureFixture[str], format_name: str) -> None:
    """Exit code 130, and the document is closed and says so."""
    (scripts / "interrupt.sh").write_text("x", encoding="utf-8")
    assert codes("deny.sh", "clean.sh", "interrupt.sh", "review.sh", "--format", format_name) == 130
    value = json.loads(capsys.readouterr().out)
    if format_name == "json":
        assert [report["verdict"] for report in value["reports"]] == ["deny", "allow"]
        assert value["summary"]["interrupted"] is True
    else:
        assert len(value["runs"][0]["results"]) == 1
        assert value["runs"][0]["invocations"][0]["executionSuccessful"] is False


@pytest.mark.parametrize(("text", "code"), [("deny", 1), ("clean", 0)])
def test_standard_input(
    scripts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, code: int
) -> None:
    """One object, with a path that says where it came from."""
    assert scripts.is_dir()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert codes("-", "--format", "json", "--language", "bash", "--deadline", "5") == code
    assert json.loads(capsys.readouterr().out)["script"]["path"] == "<stdin>"


def test_standard_input_among_files_keeps_the_order(
    scripts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reports come as the arguments stand."""
    assert scripts.is_dir()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"review")))
    assert codes("clean.sh", "-", "deny.sh", "--format", "jsonl") == 1
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["script"]["path"] for line in lines] == ["clean.sh", "<stdin>", "deny.sh"]


def test_one_script_is_one_object_and_several_are_an_object_of_reports(
    scripts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder counts as several, whatever is in it."""
    codes("clean.sh", "--format", "json")
    assert json.loads(capsys.readouterr().out)["schema"] == "auditor.report/1"
    (scripts / "one").mkdir()
    (scripts / "one" / "clean.sh").write_text("x", encoding="utf-8")
    codes("one", "--format", "json")
    value = json.loads(capsys.readouterr().out)
    assert value["schema"] == "auditor.reports/1"
    assert [report["script"]["path"] for report in value["reports"]] == ["one/clean.sh"]


def test_a_file_takes_the_report_and_standard_output_stays_empty(
    scripts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As text without colours."""
    assert codes("deny.sh", "--output", "report.txt") == 1
    assert capsys.readouterr().out == ""
    assert (scripts / "report.txt").read_text(encoding="utf-8").startswith("DENY   deny.sh\n")


def test_quiet_prints_only_what_is_held_back(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a script, no summary."""
    assert scripts.is_dir()
    assert codes("clean.sh", "deny.sh", "listed.sh", "review.sh", "-q") == 1
    assert capsys.readouterr().out == "DENY   deny.sh\nREVIEW review.sh\n"


def test_verbose_prints_what_is_allowed_and_what_it_took(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Engines, digests, times."""
    assert scripts.is_dir()
    assert codes("listed.sh", "-v") == 0
    out = capsys.readouterr().out
    assert "semgrep 1.182.0" in out
    assert "sha256" in out


def test_a_baseline_is_written_and_accepts_what_it_was_written_for(
    scripts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing else: another script with the same finding is still denied."""
    assert codes("deny.sh", "review.sh", "listed.sh", "--write-baseline", "b.yaml", "--reason", "ticket 7") == 1
    _, err = capsys.readouterr()
    assert "2 findings accepted in b.yaml" in err
    assert codes("deny.sh", "review.sh", "--baseline", "b.yaml") == 0
    assert "accepted on" in capsys.readouterr().out
    assert codes("deny-gap.sh", "--baseline", "b.yaml", "--allow-gaps") == 1
    before = (scripts / "b.yaml").read_text(encoding="utf-8")
    codes("deny.sh", "--write-baseline", "b.yaml", "--reason", "again")
    assert (scripts / "b.yaml").read_text(encoding="utf-8") == before


def test_an_expired_grant_is_said(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, unless quiet."""
    grant = "{rule: ssh-remote-forward, effect: ssh a, reason: why, expires: 2020-01-01}"
    (scripts / "p.yaml").write_text(f"version: 1\ngrants: [{grant}]\n", encoding="utf-8")
    assert codes("clean.sh", "--policy", "p.yaml") == 0
    assert "the grant for ssh-remote-forward expired on 2020-01-01" in capsys.readouterr().err
    assert codes("clean.sh", "--policy", "p.yaml", "-q") == 0
    assert capsys.readouterr().err == ""


def test_a_path_that_steers_terminals_does_not(scripts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the report, in an error, in a note."""
    name = "deny\x1b[2J\u202e.sh"
    (scripts / name).write_text("x", encoding="utf-8")
    codes(name)
    codes(name + "x")
    codes(name, "--write-baseline", "b\x1b[2J.yaml", "--reason", "x")
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
    assert "\u202e" not in out + err
    assert "\\x1b[2J\\u202e" in out
