"""Reading arguments by an option grammar, as the program itself would.

Takes a grammar and argument values, gives options and operands in order. Never raises, whatever
the arguments are: what a program would refuse is kept as a word. An argument that is known in part
is split where its known beginning allows; one that is not known at all is an operand.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.read.programs.pieces import drop, head_of, is_whole
from auditor.read.values import Known, Value, as_text, concat

if TYPE_CHECKING:
    from auditor.read.programs.grammar import Grammar, Option

END_OF_OPTIONS = "--"


@dataclass(frozen=True, slots=True)
class Item:
    """One argument as it was understood.

    An option has its canonical `name`, its name as `spelled` (abbreviations completed), and a value
    if it took one. An operand has no name. An argument that may be an option has an empty name, and
    the mark that ends the options is named `--`.
    """

    name: str | None
    spelled: str
    value: Value | None

    @property
    def words(self) -> tuple[Value, ...]:
        """The item as separate words."""
        return (*((Known(self.spelled),) if self.spelled else ()), *((self.value,) if self.value is not None else ()))


@dataclass(frozen=True, slots=True)
class Parsed:
    """Arguments in order; `path` holds the subcommand words, which are operands too."""

    items: tuple[Item, ...]
    path: tuple[str, ...]
    grammar: Grammar

    @property
    def options(self) -> tuple[tuple[str, Value | None], ...]:
        """Options by canonical name, with values."""
        return tuple((item.name, item.value) for item in self.items if item.name and item.name != END_OF_OPTIONS)

    @property
    def operands(self) -> tuple[Value, ...]:
        """Operands, the subcommand words first."""
        return tuple(item.value for item in self.items if item.name is None and item.value is not None)

    @property
    def rest(self) -> tuple[Value, ...]:
        """Operands after the subcommand words."""
        return self.operands[len(self.path) :]

    def has(self, *names: str) -> bool:
        """Whether one of these options is given."""
        return any(item.name in names for item in self.items)

    def every(self, *names: str) -> tuple[Value, ...]:
        """Give the values of these options, in order."""
        return tuple(item.value for item in self.items if item.name in names and item.value is not None)

    def last(self, *names: str) -> Value | None:
        """Give the last value of these options, or None."""
        values = self.every(*names)
        return values[-1] if values else None


def parse(grammar: Grammar, arguments: Sequence[Value], loose: Collection[int] = ()) -> Parsed:
    """Read arguments by a grammar; those at the indexes `loose` may be options and are kept as words."""
    return _Parser(grammar, [as_text(argument) for argument in arguments]).run(loose)


class _Parser:
    def __init__(self, grammar: Grammar, arguments: list[Value]) -> None:
        self.grammar = grammar
        self.arguments = arguments
        self.index = 0
        self.items: list[Item] = []
        self.path: list[str] = []
        self.operands = 0  # since the last subcommand word
        self.ended = False

    def run(self, loose: Collection[int]) -> Parsed:
        if self.grammar.old_bundle:
            self._old_bundle()
        while self.index < len(self.arguments):
            argument = self.arguments[self.index]
            self.index += 1
            head = head_of(argument)
            if self.index - 1 in loose:
                self.items.append(Item("", "", argument))
            elif self.ended or not head.startswith("-") or (head == "-" and is_whole(argument)):
                self._operand(argument)
            elif head == END_OF_OPTIONS and is_whole(argument):
                self.items.append(Item(END_OF_OPTIONS, END_OF_OPTIONS, None))
                self.ended = True
            elif self._is_go() or head.startswith("--"):
                self._named(argument, head)
            else:
                self._letters(argument, head)
        return Parsed(tuple(self.items), tuple(self.path), self.grammar)

    def _operand(self, argument: Value) -> None:
        self.items.append(Item(None, "", argument))
        self.operands += 1
        text = head_of(argument) if is_whole(argument) else ""
        if not self.ended and self.operands == 1 and text in self.grammar.subcommands:
            self.grammar = self.grammar.subcommands[text]
            self.path.append(text)
            self.operands = 0
        elif self.grammar.rest_after is not None and self.operands >= self.grammar.rest_after:
            self.ended = True

    def _is_go(self) -> bool:
        return self.grammar.style.value == "go"

    def _named(self, argument: Value, head: str) -> None:
        """Read `--name`, `--name=value`, `--name value`; in Go's style with one dash as well."""
        name, equals, _ = head.partition("=")
        if not equals and not is_whole(argument):
            self.items.append(Item("", "", argument))
            return
        option = self._find(name)
        joined = drop(argument, len(name) + 1) if equals else None
        if option is None:
            value = joined if equals else self._guessed(name)
            self.items.append(Item(name, name, value))
            return
        spelled = name if name in option.names else self._completed(name, option)
        value = joined if equals or option.takes != "value" else self._next()
        self.items.append(Item(option.name, spelled, value))

    def _find(self, name: str) -> Option | None:
        options = self.grammar.options
        if name in options:
            return options[name]
        if self._is_go():
            return options.get(f"-{name}") or options.get(name[1:] if name.startswith("--") else name)
        if not self.grammar.abbreviates or len(name) < 4:
            return None
        found = {option.name: option for listed, option in options.items() if listed.startswith(name)}
        return next(iter(found.values())) if len(found) == 1 else None

    def _completed(self, name: str, option: Option) -> str:
        bare = name.lstrip("-")
        for listed in option.names:
            if listed.lstrip("-").startswith(bare):
                return listed
        return option.name

    def _guessed(self, name: str) -> Value | None:
        if not self.grammar.guesses or name.startswith("--no-") or self.index >= len(self.arguments):
            return None
        following = self.arguments[self.index]
        return None if head_of(following).startswith("-") else self._next()

    def _next(self) -> Value | None:
        if self.index >= len(self.arguments):
            return None
        self.index += 1
        return self.arguments[self.index - 1]

    def _letters(self, argument: Value, head: str) -> None:
        """Read a bundle: letters that take nothing, then perhaps one that takes the rest or the next word."""
        options = self.grammar.options
        whole = options.get(head.partition("=")[0])
        if whole is not None and len(whole.name) > 2 and (is_whole(argument) or "=" in head):
            self._named(argument, head)
            return
        if f"-{head[1:2]}" not in options:
            self._stranger(argument, head)
            return
        for position in range(1, len(head)):
            option = options.get(f"-{head[position]}")
            name = f"-{head[position]}"
            if option is None or option.takes == "nothing":
                self.items.append(Item(option.name if option else name, name, None))
                continue
            has_rest = position + 1 < len(head) or not is_whole(argument)
            value = drop(argument, position + 1) if has_rest else None
            if value is None and option.takes == "value":
                value = self._next()
            self.items.append(Item(option.name, name, value))
            return
        if not is_whole(argument):
            self.items.append(Item("", "", concat((Known("-"), drop(argument, len(head))))))

    def _stranger(self, argument: Value, head: str) -> None:
        """Keep an option that the grammar does not list, as one word; a joined value is separated."""
        name, equals, _ = head.partition("=")
        if equals:
            self.items.append(Item(name, name, drop(argument, len(name) + 1)))
        elif is_whole(argument):
            self.items.append(Item(head, head, self._guessed(head)))
        else:
            self.items.append(Item("", "", argument))

    def _old_bundle(self) -> None:
        """Read a first argument without a dash as letters; their values follow in order."""
        if not self.arguments or not is_whole(self.arguments[0]):
            return
        head = head_of(self.arguments[0])
        options = self.grammar.options
        if not head or head.startswith("-") or any(f"-{letter}" not in options for letter in head):
            return
        self.index = 1
        for letter in head:
            option = options[f"-{letter}"]
            self.items.append(Item(option.name, f"-{letter}", self._next() if option.takes == "value" else None))
