"""The shell's syntax as frozen values: words made of parts, and commands made of words.

Both front ends give these; the interpreter takes nothing else. Offsets count code points of the
unit's text. Nothing here knows which parser made it.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Literal:
    """Plain text; where `is_quoted`, it is neither split, nor globbed, nor brace-expanded."""

    text: str
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class DoubleQuoted:
    """Parts between double quotes."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """`$name` or `${…}`.

    `prefix` is `!` (indirection, names, keys), `#` (length) or empty. `operator` is empty, `:` for a
    slice, or the operator as written (`:-`, `##`, `//`, `^^`, `@`); `argument` and `second` are its
    operands: default word, pattern, slice offset, transformation letter; replacement or slice length.
    What bash calls a bad substitution has no name; the argument is then what can be read of its inside.
    """

    name: str
    subscript: Word | None = None
    prefix: str = ""
    operator: str = ""
    argument: Word | None = None
    second: Word | None = None
    is_bare: bool = False  # `$name`, which brace expansion can lengthen


@dataclass(frozen=True, slots=True)
class CommandSubstitution:
    """`$(…)` or backticks; with `is_function` the `${ …; }` form that runs in the same shell."""

    body: Sequence
    is_function: bool = False


@dataclass(frozen=True, slots=True)
class ProcessSubstitution:
    """`<(…)`, or `>(…)` where `is_output`."""

    body: Sequence
    is_output: bool


@dataclass(frozen=True, slots=True)
class ArithmeticExpansion:
    """`$((…))`; the expression still holds expansions."""

    expression: Word


Part = Literal | DoubleQuoted | Parameter | CommandSubstitution | ProcessSubstitution | ArithmeticExpansion


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `plain` is its text where it is one unquoted literal."""

    parts: tuple[Part, ...]
    start: int = 0
    end: int = 0

    @property
    def plain(self) -> str | None:
        """The text of a word without quotes and expansions, else None."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Literal) and not self.parts[0].is_quoted:
            return self.parts[0].text
        return None


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name=value`, `name[i]=value`, `name+=value`, `name=(…)`; an item of an array has an empty name."""

    name: str
    subscript: Word | None
    value: Word | None
    items: tuple[Assignment, ...] | None
    is_append: bool
    start: int
    end: int


@dataclass(slots=True)
class HereDocument:
    """A here-document; its body is filled in when the parser reaches the next line."""

    delimiter: str
    is_literal: bool
    strips_tabs: bool
    body: Word | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """One redirection. `variable` is the name in `{name}>…`; a here-document has no target."""

    operator: str
    descriptor: int | None
    target: Word | None
    document: HereDocument | None = None
    variable: str | None = None


@dataclass(frozen=True, slots=True)
class Simple:
    """A simple command: assignments, words, redirections. Declaration builtins hold assignments among the words."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word | Assignment, ...]
    redirects: tuple[Redirect, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Two or more commands joined by `|`; `merges` marks each `|&`."""

    commands: tuple[Command, ...]
    merges: tuple[bool, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """`! command`."""

    body: Command


@dataclass(frozen=True, slots=True)
class AndOr:
    """Commands joined by `&&` and `||`; `operators` has one entry less than `commands`."""

    commands: tuple[Command, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Commands one after the other; `in_background` marks those that end in `&`."""

    commands: tuple[Command, ...]
    in_background: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class If:
    """Conditions with their bodies, and what is left."""

    branches: tuple[tuple[Sequence, Sequence], ...]
    otherwise: Sequence | None


@dataclass(frozen=True, slots=True)
class Loop:
    """`while` or, where `is_until`, `until`."""

    condition: Sequence
    body: Sequence
    is_until: bool


@dataclass(frozen=True, slots=True)
class For:
    """`for name in words`; without words, over the positional parameters. `is_select` for a menu."""

    name: str
    words: tuple[Word, ...] | None
    body: Sequence
    is_select: bool = False


@dataclass(frozen=True, slots=True)
class CountingFor:
    """`for ((first; condition; step))`."""

    first: Word
    condition: Word
    step: Word
    body: Sequence


@dataclass(frozen=True, slots=True)
class Case:
    """`case`; each item has patterns, a body and its terminator."""

    subject: Word
    items: tuple[tuple[tuple[Word, ...], Sequence, str], ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function definition."""

    name: str
    body: Command
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Subshell:
    """`( … )`."""

    body: Sequence


@dataclass(frozen=True, slots=True)
class Group:
    """`{ …; }`."""

    body: Sequence


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`(( … ))`."""

    expression: Word


@dataclass(frozen=True, slots=True)
class Test:
    """`[[ … ]]`: its words, operators as plain words."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Coproc:
    """`coproc NAME command`."""

    name: str
    body: Command


@dataclass(frozen=True, slots=True)
class Redirected:
    """A compound command with redirections."""

    body: Command
    redirects: tuple[Redirect, ...]


Command = (
    Simple | Pipeline | AndOr | Sequence | If | Loop | For | CountingFor | Case | Function
    | Subshell | Group | Not | Arithmetic | Test | Coproc | Redirected
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """Where and why a text stops being readable as shell."""

    offset: int
    message: str
    is_too_deep: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """A text's commands, line by line as bash would read them, up to the first problem."""

    lines: tuple[Sequence, ...]
    problem: Problem | None = None
    notes: tuple[str, ...] = field(default=())
