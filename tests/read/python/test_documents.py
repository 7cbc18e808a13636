"""XML that a script holds, functions that it gives to a database, and values that libraries make of its own."""

from __future__ import annotations

import pytest

from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation


def lines(code: str) -> list[str]:
    """Read code and give each effect as a line."""
    effects = Evaluation(Script.of(code, Language.PYTHON)).read_script().effects
    return [" ".join(map(str, stage)) for effect in effects for stage in effect.stages]


TREE = "import os, xml.etree.ElementTree as ET\nt = ET.fromstring('<a k=\"v\"><b>one</b><b>two</b>tail</a>')\n"
DOM = "import os\nfrom xml.dom import minidom\nd = minidom.parseString('<a><b c=\"x\">one</b>tail</a>')\n"


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("t[1].text", "two"),
        ("t.get('k')", "v"),
        ("t.get('z', 'w')", "w"),
        ("t.find('b').text", "one"),
        ("' '.join(e.text for e in t.findall('b'))", "one two"),
        ("' '.join(t.itertext())", "one two tail"),
        ("[v for k, v in t.items()][0]", "v"),
        ("t.tag", "a"),
    ],
)
def test_a_tree_gives_what_its_text_says(expression: str, wanted: str) -> None:
    """Text, attributes, children by number and by path."""
    assert lines(f"{TREE}os.system({expression})") == [wanted]


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("d.documentElement.lastChild.data", "tail"),
        ("d.getElementsByTagName('b')[0].getAttribute('c')", "x"),
        ("d.getElementsByTagName('b')[0].attributes['c'].value", "x"),
        ("d.firstChild.childNodes[0].firstChild.nodeValue", "one"),
    ],
)
def test_a_document_gives_what_its_text_says(expression: str, wanted: str) -> None:
    """The same through the other interface."""
    assert lines(f"{DOM}os.system({expression})") == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x "ls">]><a>&x;</a>',
        "<a>",
        "<a>" + "<b/>" * 1_001 + "</a>",
        "<a>" + "x" * 100_001 + "</a>",
    ],
)
def test_what_is_not_parsed_is_unknown(text: str) -> None:
    """Declarations, broken text and what is too large give nothing known, and no silence."""
    code = f"import os, xml.etree.ElementTree as ET\nos.system(ET.fromstring({text!r}).text)\n"
    assert lines(code) == ["code.load bash unknown"]


def test_functions_of_a_database_are_called_by_statements() -> None:
    """By name, with literals and parameters; a statement that names none calls none."""
    start = "import os, sqlite3\ndb = sqlite3.connect(':memory:')\ndb.create_function('go', 1, os.system)\n"
    assert lines(start + "db.execute(\"select go('ls -l')\")") == ["ls -l"]
    assert lines(start + "db.cursor().execute('select go(?)', ('ls -l',))") == ["ls -l"]
    assert lines(start + "db.execute(\"select count('ls -l')\")") == []


def test_fields_orders_and_enumerations() -> None:
    """A record as a dict, what is needed first, and members by name, value and number."""
    record = "import os\nfrom dataclasses import asdict, dataclass\n@dataclass\nclass R:\n    a: str = 'ls'\n"
    assert lines(record + "os.system(asdict(R())['a'])") == ["ls"]
    order = "import os\nfrom graphlib import TopologicalSorter as T\n"
    assert lines(order + "for x in T({'b': ['a'], 'c': ['b']}).static_order():\n    os.system(x)") == ["a", "b", "c"]
    kind = "import os\nfrom enum import Enum\nE = Enum('E', 'ls df')\n"
    assert lines(kind + "os.system(E.ls.name)\nos.system(E(2).name)\nos.system(E['df'].name)") == ["ls", "df", "df"]


def test_quotes_without_their_end_in_a_statement_cost_no_more_than_others() -> None:
    """A reader that tries every way to pair quotes would not come back."""
    statement = "select f(" + "'" * 401
    made = "import os, sqlite3\nc = sqlite3.connect('x')\nc.create_function('f', 1, os.system)\n"
    assert lines(f"{made}c.execute({statement!r})") == ["code.load bash unknown"]
    assert lines(f"{made}c.execute({(statement * 200)!r})")[:1] == ["code.load bash unknown"]
    other = "import sqlite3\nc = sqlite3.connect('x')\n"
    assert lines(f"{other}c.execute({statement!r})") == []
