"""Option grammars: how a program reads its arguments, one data file per program.

Takes a program's name, gives its grammar from `data/<program>.yaml` (found under its other names
through `data/aliases.yaml`), or None. Only the file asked for is loaded. A grammar says facts from
the program's documentation, and the file names that source; what is done with the arguments is
`parsing.py`'s and `normal.py`'s business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from importlib import resources
from typing import Literal

import msgspec

from auditor.read.programs.parsing import Item, Parsed, parse

__all__ = ["Code", "Grammar", "Item", "Option", "Parsed", "Provision", "Style", "Wrapper", "grammar_of", "parse"]

Takes = Literal["nothing", "value", "optional"]


class Style(Enum):
    """How options are spelled."""

    GETOPT = "getopt"  # -abc bundles, -ofile, --long=value, --long value, unique abbreviations
    GO = "go"  # -name value, -name=value, --name value, --name=value; no bundles


@dataclass(frozen=True, slots=True)
class Option:
    """An option under all its names; the first name is the canonical one. `optional` values are joined ones only."""

    name: str
    names: tuple[str, ...]
    takes: Takes = "value"


@dataclass(frozen=True, slots=True)
class Wrapper:
    """How a program starts another: after `skip` operands and NAME=VALUE words, or as shell text in an option."""

    skip: int = 0
    assignments: bool = False
    shell_options: tuple[str, ...] = ()
    joins: bool = False
    """The command's words are joined and given to a shell (`watch`, `ssh`)."""
    quotes: bool = False
    """Words with blanks are quoted before they are joined."""
    idle: tuple[str, ...] = ()
    """Options with which nothing is started (`sudo -l`, `taskset -p`)."""


@dataclass(frozen=True, slots=True)
class Code:
    """How an interpreter gets code: its language, and the options that give code, name a module or a file."""

    language: str
    inline: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    script: bool = True
    """The first operand is a file of code, unless an option gave the code."""


@dataclass(frozen=True, slots=True)
class Provision:
    """A subcommand that rents machines, and the options that say which, how many and where.

    An entry `--option:Key` looks for Key inside the option's value (JSON or `Key=value` lists).
    `needs` lists options without one of which nothing is rented.
    """

    command: str
    provider: str
    service: str
    type: tuple[str, ...] = ()
    count: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    default: str = ""
    """The machine type where no option gives one; empty: unknown."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a program reads its arguments.

    `options` is by every name. With `rest_after` n, everything from the n-th operand on is data
    (None: options may follow operands). An option that is not listed takes no value, or with
    `guesses` the next word if that is not an option.
    """

    program: str
    options: Mapping[str, Option] = field(default_factory=dict)
    style: Style = Style.GETOPT
    rest_after: int | None = None
    guesses: bool = False
    abbreviates: bool = True
    old_bundle: bool = False
    """The first argument may be a bundle without a dash (`tar xzf`)."""
    subcommands: Mapping[str, Grammar] = field(default_factory=dict)
    canonical: bool = False
    """The normal form writes an option's first name, whichever was used."""
    hoists: int = 0
    """So many command words come first in the normal form, before options that stood in front of them."""
    wrapper: Wrapper | None = None
    code: Code | None = None
    provisions: tuple[Provision, ...] = ()
    runs: tuple[str, ...] = ()
    """Options whose value is a command that the program runs; `--option:regex` finds it inside the value."""


class Sheet(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A grammar as its file writes it; each entry lists an option's names, the canonical one first."""

    source: str = ""
    style: Style = Style.GETOPT
    rest_after: int | None = None
    flags: str = ""
    values: str = ""
    nothing: tuple[str, ...] = ()
    value: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    guesses: bool = False
    abbreviates: bool = True
    old_bundle: bool = False
    canonical: bool = False
    hoists: int = 0
    wrapper: Wrapper | None = None
    code: Code | None = None
    provisions: tuple[Provision, ...] = ()
    runs: tuple[str, ...] = ()
    subcommands: dict[str, Sheet] = {}


@lru_cache(maxsize=512)
def grammar_of(program: str) -> Grammar | None:
    """Give a program's grammar, or None where there is none. `program` is a base name, in any of its spellings."""
    name = _aliases().get(program, program)
    if not name or name == "aliases" or not all(letter.isalnum() or letter in "+-_." for letter in name):
        return None
    try:
        text = _data().joinpath(f"{name}.yaml").read_bytes()
    except (FileNotFoundError, OSError):
        return None
    return _grammar(name, msgspec.yaml.decode(text, type=Sheet), {})


@lru_cache(maxsize=1)
def _aliases() -> Mapping[str, str]:
    """Give the canonical name by each other name."""
    text = _data().joinpath("aliases.yaml").read_bytes()
    listed = msgspec.yaml.decode(text, type=dict[str, tuple[str, ...]])
    return {alias: name for name, aliases in listed.items() for alias in aliases}


def _data() -> resources.abc.Traversable:
    return resources.files("auditor.read.programs") / "data"


def _grammar(program: str, sheet: Sheet, inherited: Mapping[str, Option], *, abbreviates: bool = True) -> Grammar:
    options = {**inherited, **_options(sheet)}
    abbreviates = abbreviates and sheet.abbreviates  # one parser reads the whole line
    subcommands = {
        name: _grammar(f"{program} {name}", below, options, abbreviates=abbreviates)
        for names, below in sheet.subcommands.items()
        for name in names.split()
    }
    return Grammar(
        program=program,
        options=options,
        style=sheet.style,
        rest_after=sheet.rest_after,
        guesses=sheet.guesses,
        abbreviates=abbreviates,
        old_bundle=sheet.old_bundle,
        subcommands=subcommands,
        canonical=sheet.canonical,
        hoists=sheet.hoists,
        wrapper=sheet.wrapper,
        code=sheet.code,
        provisions=sheet.provisions,
        runs=sheet.runs,
    )


def _options(sheet: Sheet) -> dict[str, Option]:
    options: dict[str, Option] = {}
    # entries before letters: an entry gives a letter its long name
    rows: tuple[tuple[Takes, tuple[str, ...]], ...] = (
        ("nothing", sheet.nothing),
        ("value", sheet.value),
        ("optional", sheet.optional),
        ("nothing", tuple(f"-{letter}" for letter in sheet.flags)),
        ("value", tuple(f"-{letter}" for letter in sheet.values)),
    )
    for takes, entries in rows:
        for entry in entries:
            names = tuple(entry.split())
            option = Option(names[0], names, takes)
            for name in names:
                options.setdefault(name, option)
    return options
