"""Indicator lists: what is refused, and how they get into rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.errors import RulesetError
from auditor.rulebook.indicators import Indicators, Kind, compiled, names_in, read_all, read_indicators
from auditor.settings import shipped_rulesets

GOOD = 'kind: host\ndate: "2026-08-24"\nsources: [https://x.example/]\nvalues: [a.example, b.example]\n'


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "pools.yaml"
    path.write_text(text)
    return path


def test_a_list_is_read_with_its_name_date_and_sources(tmp_path: Path) -> None:
    found = read_indicators(write(tmp_path, GOOD))
    assert found == Indicators("pools", Kind.HOST, "2026-08-24", ("https://x.example/",), ("a.example", "b.example"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[a.example, b.example]", "[b.example, a.example]"), "not sorted: see b.example"),
        (("[a.example, b.example]", "[a.example, a.example]"), "not unique: a.example"),
        (("[a.example, b.example]", "[A.example]"), "not in lower case"),
        (("[a.example, b.example]", "[]"), "values is not a list"),
        (("[a.example, b.example]", '["it\'s.example"]'), "cannot stand"),
        (("kind: host", "kind: hosts"), "kind is not one of host, name, regex"),
        (('"2026-08-24"', "2026-08-24"), "date is not a quoted"),
        (("sources: [https://x.example/]\n", ""), "its keys are not"),
        (("sources: [https://x.example/]", "sources: []"), "sources is not a list"),
        (("kind: host", "kind: ["), "not valid YAML"),
    ],
)
def test_a_broken_list_is_refused(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(RulesetError, match=said):
        read_indicators(write(tmp_path, GOOD.replace(*change)))


def test_a_regex_that_does_not_compile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesetError, match="is not a regex"):
        read_indicators(write(tmp_path, GOOD.replace("host", "regex").replace("a.example", "'a('")))


def test_hosts_are_escaped_and_regexes_are_not() -> None:
    assert Indicators("x", Kind.HOST, "", (), ("a.example", "b.example")).alternation == r"a\.example|b\.example"
    assert Indicators("x", Kind.REGEX, "", (), (r"p\d", "q")).alternation == r"p\d|q"


def test_compiling_fills_the_markers_and_nothing_else() -> None:
    lists = {"x": Indicators("x", Kind.HOST, "", (), ("a.example",))}
    text = "before (?:(?#x)old|older(?#/x)) between (?:(?#x)(?#/x)) after"
    new = compiled(text, lists)
    assert new == r"before (?:(?#x)a\.example(?#/x)) between (?:(?#x)a\.example(?#/x)) after"
    assert compiled(new, lists) == new
    assert names_in(text) == {"x"}


def test_a_rule_cannot_name_a_list_that_is_not_there() -> None:
    with pytest.raises(RulesetError, match="no indicator list is called y"):
        compiled("(?#y)(?#/y)", {})


def test_the_lists_that_ship_are_in_order() -> None:
    """Every list is read, has values, and compiles to one regex."""
    lists = read_all(shipped_rulesets() / "_indicators")
    assert len(lists) >= 9
    assert len(lists["pools"].values) > 150
    for each in lists.values():
        re.compile(f"(?i)^(?:{each.alternation})$")
