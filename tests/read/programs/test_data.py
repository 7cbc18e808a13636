"""Every grammar file loads, names its source, and is found under all its names."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from auditor.read.programs import grammar as grammars
from auditor.read.programs.grammar import Grammar, Sheet, grammar_of

DATA = Path(grammars.__file__).parent / "data"
NAMES = sorted(path.stem for path in DATA.glob("*.yaml") if path.stem != "aliases")
ALIASES = msgspec.yaml.decode((DATA / "aliases.yaml").read_bytes(), type=dict[str, tuple[str, ...]])


@pytest.mark.parametrize("name", NAMES)
def test_grammar_loads_and_names_its_source(name: str) -> None:
    """A file is a grammar without unknown keys, and says which documentation it was taken from."""
    found = grammar_of(name)
    assert found is not None
    assert found.program == name
    text = (DATA / f"{name}.yaml").read_bytes()
    assert msgspec.yaml.decode(text, type=Sheet).source
    _check_metadata(msgspec.yaml.decode(text))


def _check_metadata(sheet: dict[str, object]) -> None:
    for key, fields in (("wrapper", grammars.Wrapper), ("code", grammars.Code)):
        given = sheet.get(key) or {}
        assert isinstance(given, dict)
        assert set(given) <= set(fields.__dataclass_fields__), f"unknown keys under {key}"
    rows = sheet.get("provisions") or []
    assert isinstance(rows, list)
    for row in rows:
        assert set(row) <= set(grammars.Provision.__dataclass_fields__), f"unknown keys in {row}"


@pytest.mark.parametrize("name", NAMES)
def test_options_are_looked_up_by_their_first_name(name: str) -> None:
    """Where data says which option gives a type, a count or a command, it uses the name that parsing gives."""
    grammar = grammar_of(name)
    assert grammar is not None
    places = [place for row in grammar.provisions for place in (*row.type, *row.count, *row.region, *row.needs)]
    for place in (*places, *grammar.runs):
        option = place.partition(":")[0]
        assert grammar.options[option].name == option if option in grammar.options else True


def test_there_are_grammars() -> None:
    """The files that the tests above read are where they are looked for."""
    assert len(NAMES) > 150


def test_an_alias_has_one_grammar_and_is_no_file() -> None:
    """No name stands for two programs, and none hides a file."""
    names = [alias for aliases in ALIASES.values() for alias in aliases]
    assert len(names) == len(set(names))
    assert not set(names) & set(NAMES)
    assert set(ALIASES) <= set(NAMES)


def test_aliases_share_the_grammar() -> None:
    """An alias gives the grammar of the program that it is another name of."""
    found = grammar_of("putty")
    assert isinstance(found, Grammar)
    assert found.program == "plink"


@pytest.mark.parametrize("name", ["", "aliases", "../ssh", "a/b", "ssh\0", "no-such-program", "ssh\n"])
def test_names_that_are_no_program_have_no_grammar(name: str) -> None:
    """A hostile program name reads no file outside the data directory."""
    assert grammar_of(name) is None
