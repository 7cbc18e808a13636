"""`rules check`: a good folder passes, and each thing that can be wrong with one is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.rulebook import check
from auditor.rulebook.anchors import anchor_regex

ANCHORS = "(?im)^.*(?:frobnicate).*$"
RULE = f"""rules:
- id: thing-frobnicated
  languages: [bash]
  severity: ERROR
  message: A thing is frobnicated ($X)
  patterns:
  - pattern: frobnicate $X ...
  - pattern-regex: '{ANCHORS}'
  metadata:
    auditor:
      title: Thing frobnicated
      family: things
      reads: effects
      severity: critical
      confidence: high
      attack: [T1572]
      what: A thing is frobnicated.
      why: It was somebody's thing.
      instead: Leave it.
      references:
      - https://x.example/frobnicate
      anchors: [frobnicate]
      since: "0.1.0"
"""
MARKS = """# ruleid: thing-frobnicated
frobnicate a
# ruleid: thing-frobnicated
frobnicate b
# ok: thing-frobnicated
echo frobnicate
# ok: thing-frobnicated
man frobnicate
"""


def folder(tmp_path: Path, rule: str = RULE, marks: str = MARKS) -> Path:
    family = tmp_path / "things"
    family.mkdir()
    (family / "thing-frobnicated.yaml").write_text(rule)
    (family / "thing-frobnicated.sh").write_text(marks)
    (family / "thing-frobnicated.transcript").write_text(marks)
    return tmp_path


def said(root: Path) -> str:
    return "\n".join(str(problem) for problem in check(root))


def test_a_good_folder_has_no_problems(tmp_path: Path) -> None:
    assert check(folder(tmp_path)) == ()


def test_the_rules_that_ship_have_no_problems() -> None:
    assert [str(problem) for problem in check()] == []


def test_an_empty_folder_is_no_success(tmp_path: Path) -> None:
    assert "no rules here" in said(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("- id: thing-frobnicated", "- id: other-thing", "is not the file's name"),
        ("family: things", "family: stuff", "is not the folder's name"),
        ("severity: ERROR", "severity: INFO", "is written ERROR"),
        ("($X)\n", "($X).\n", "full stop"),
        ("      why: It was somebody's thing.\n", "", "the card has no why"),
        ("why: It was somebody's thing.", "why: It was somebody's thing", "why is not a sentence"),
        ("      since: ", "      colour: red\n      since: ", "colour, which means nothing"),
        ("confidence: high", "confidence: sure", "confidence is 'sure'"),
        ("[T1572]", "[T15]", "T15 is not a technique's id"),
        ("[T1572]", "[]", "attack names no technique"),
        ("https://x.example/frobnicate", "see the manual", "not the address of a public source"),
        ('"0.1.0"', "now", "since is not a version"),
        (
            "      title: Thing frobnicated\n      family: things\n",
            "      family: things\n      title: T\n",
            "not in the order",
        ),
        ("    auditor:\n", "    auditor:\n      on: effects\n", "boolean in YAML 1.1"),
        (
            "  - pattern: frobnicate $X ...\n",
            "  - pattern: frobnicate $X ...\n  - pattern-not: frobnicate y\n",
            "pattern-not without a reason",
        ),
        (
            "  - pattern: frobnicate $X ...\n",
            "  - pattern: frobnicate $X ...\n  - metavariable-regex: {metavariable: $X, regex: '^(?!y)'}\n",
            "negative look-around",
        ),
        (
            "  - pattern: frobnicate $X ...\n",
            "  - pattern: frobnicate $X ...\n  - metavariable-regex: {metavariable: $X, regex: '.*'}\n",
            "matches an unknown word",
        ),
        (
            "  - pattern: frobnicate $X ...\n",
            "  - pattern: frobnicate $X ...\n  - metavariable-regex: {metavariable: $X, regex: '^[^a]'}\n",
            "matches an unknown word",
        ),
        ("pattern: frobnicate $X ...", "pattern: $C $X ...", "matches everything"),
        ("pattern: frobnicate $X ...", "pattern: tweak $X ...", "no anchor can occur"),
        ("anchors: [frobnicate]", "anchors: []", "the card has no anchors"),
        (f"  - pattern-regex: '{ANCHORS}'\n", "", "no pattern-regex stands beside"),
        (ANCHORS, '(?im)^"?%.*$', "matches a line of unknown words"),
        (ANCHORS, "(?im)^frobnicate(", "not a regex"),
        (ANCHORS, "(?im)^(?:frobnicate|(?#nolist)a(?#/nolist))", "no indicator list is called nolist"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in RULE
    assert words in said(folder(tmp_path, RULE.replace(old, new)))


def test_a_reason_permits_a_negation(tmp_path: Path) -> None:
    rule = RULE.replace(
        "  - pattern: frobnicate $X ...\n", "  - pattern: frobnicate $X ...\n  - pattern-not: frobnicate y\n"
    )
    assert check(folder(tmp_path, rule + "      negative: y is nobody's thing.\n")) == ()


@pytest.mark.parametrize("name", ["no-frobnication", "deny-things", "disallowed-thing", "detect-thing"])
def test_an_id_reads_in_allow(tmp_path: Path, name: str) -> None:
    root = folder(tmp_path, RULE.replace("thing-frobnicated", name))
    assert f"does not read in `allow {name}`" in said(root)


@pytest.mark.parametrize(
    ("marks", "words"),
    [
        (MARKS.replace("# ok: thing-frobnicated\nman frobnicate\n", ""), "1 `# ok:` of at least 2"),
        (MARKS.replace("# ruleid: thing-frobnicated\nfrobnicate a\n", ""), "1 `# ruleid:` of at least 2"),
        (MARKS + "# ok: other-rule\nls\n", "the mark names other-rule"),
        (MARKS + '# ok: thing-frobnicated\necho "open\n', "not an effect line"),
        (MARKS + "# ruleid: thing-frobnicated\n", "a mark with nothing"),
    ],
)
def test_what_is_wrong_with_examples_is_said(tmp_path: Path, marks: str, words: str) -> None:
    assert words in said(folder(tmp_path, marks=marks))


def test_missing_and_stray_files_are_said(tmp_path: Path) -> None:
    root = folder(tmp_path)
    (root / "things" / "thing-frobnicated.sh").unlink()
    (root / "things" / "lost-rule.py").write_text("pass\n")
    (root / "things" / "notes.md").write_text("hello\n")
    found = said(root)
    assert "it has no example script" in found
    assert "lost-rule.py: no rule stands beside it" in found
    assert "notes.md: not a rule nor an example" in found


def test_indicators_out_of_date_and_unused_lists_are_said(tmp_path: Path) -> None:
    root = folder(tmp_path, RULE.replace("frobnicate).*$", "frobnicate|(?#tools)tweak(?#/tools)).*$"))
    (root / "_indicators").mkdir()
    for name in ("tools", "spare"):
        (root / "_indicators" / f"{name}.yaml").write_text(
            'kind: name\ndate: "2026-08-24"\nsources: [https://x.example/]\nvalues: [tweak, twist]\n'
        )
    found = said(root)
    assert "compile them again" in found
    assert "spare.yaml: no rule uses it" in found
    assert "tools.yaml: no rule uses it" not in found


def test_anchor_regexes_mind_case_in_options_only() -> None:
    assert (
        anchor_regex(["ngrok", "-R", "nc", "a.b"]) == r"(?im)^.*(?:ngrok|(?-i:-R)|(?<![A-Za-z])nc|(?<![A-Za-z])a\.b).*$"
    )
