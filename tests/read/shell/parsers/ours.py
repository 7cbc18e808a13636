"""Our own grammar's tree in the neutral form."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.read.shell import syntax
from auditor.read.shell.grammar import Grammar
from auditor.read.shell.syntax import Assignment, HereDocument, Part, Sequence, Word
from tests.read.shell.parsers.rows import Row, cut, document, merged, redirect

_SUBSTITUTIONS = (syntax.CommandSubstitution, syntax.ProcessSubstitution)


def rows_of(text: str) -> tuple[Row, ...] | None:
    """Read a text with our grammar; None where it does not end well."""
    record = _Record()
    reader = _Recording(text, record=record)
    rows: list[Row] = []
    try:
        while True:
            reader.blank_lines()
            if reader.i >= len(text):
                return tuple(rows)
            rows += _Translation(record, text).sequence(reader.line())
    except syntax_errors():
        return None


def syntax_errors() -> tuple[type[Exception], ...]:
    """Give what the grammar raises at text that is not shell."""
    from auditor.read.shell.scan import Unreadable

    return (Unreadable, RecursionError)


class _Record:
    """What was written: texts of words by identity (the words are kept, so that identities last)."""

    def __init__(self) -> None:
        self.texts: dict[int, str] = {}
        self.kept: list[object] = []

    def keep(self, thing: object, text: str) -> None:
        self.kept.append(thing)
        self.texts[id(thing)] = text


class _Recording(Grammar):
    """Our grammar, remembering the text of each word."""

    def __init__(self, text: str, base: int = 0, scale: int = 1, room: int = 60, record: _Record | None = None) -> None:
        super().__init__(text, base, scale, room)
        self.record = record or _Record()
        self.spans: list[tuple[int, int]] = []
        self.last: _Recording | None = None

    def _text(self, start: int) -> str:
        return cut(self.text, self.spans, start, self.i)

    def word(self, *stops: frozenset[str]) -> Word:
        start = self.i
        word = super().word(*stops)
        self.record.keep(word, self._text(start))
        return word

    def _regex(self) -> Word:
        start = self.i
        word = super()._regex()
        self.record.keep(word, self._text(start))
        return word

    def expression(self, end: int) -> Word:
        start = self.i
        word = super().expression(end)
        if self.last is not None:
            self.spans += [(start + first, start + end) for first, end in self.last.spans]
        self.record.keep(word, self._text(start))
        return word

    def _assignment(self) -> Assignment | None:
        start = self.i
        assignment = super()._assignment()
        if assignment is not None:
            self.record.keep(assignment, self._text(start))
        return assignment

    def dollar(self, *, in_double: bool) -> Part:
        start = self.i
        part = super().dollar(in_double=in_double)
        if isinstance(part, _SUBSTITUTIONS):
            self.spans.append((start, self.i))
        return part

    def backticks(self, *, in_double: bool) -> Part:
        start = self.i
        part = super().backticks(in_double=in_double)
        self.spans.append((start, self.i))
        return part

    def process_substitution(self) -> syntax.ProcessSubstitution:
        start = self.i
        part = super().process_substitution()
        self.spans.append((start, self.i))
        return part

    def commands_of(self, text: str, position: int, scale: int) -> Sequence:
        inner = _Recording(text, self.at(position), scale, self.room - 1, self.record)
        commands: list[syntax.Command] = []
        flags: list[bool] = []
        while True:
            inner.blank_lines()
            if inner.i >= len(text):
                return Sequence(tuple(commands), tuple(flags))
            line = inner.line()
            commands += line.commands
            flags += line.in_background

    def inside(self, text: str, base: int, scale: int) -> Grammar:
        self.last = _Recording(text, base, scale, self.room, self.record)
        return self.last

    def _here_document(self, here: HereDocument) -> None:
        start = self.i
        super()._here_document(here)
        self.record.keep(here, self.text[start : self.i])


class _Translation:
    """Turns our commands into rows."""

    def __init__(self, record: _Record, text: str) -> None:
        self.record = record
        self.text = text

    def sequence(self, sequence: Sequence) -> tuple[Row, ...]:
        pairs = zip(sequence.commands, sequence.in_background, strict=True)
        return tuple(
            Row("background", (), (self.command(command),)) if is_background else self.command(command)
            for command, is_background in pairs
        )

    def written(self, thing: Word | Assignment) -> str:
        if id(thing) in self.record.texts:
            return self.record.texts[id(thing)]
        return thing.plain or "" if isinstance(thing, Word) else ""

    def line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def command(self, command: syntax.Command) -> Row:
        match command:
            case syntax.Simple():
                things = (*command.assignments, *command.words)
                parts = tuple(part for thing in things for part in self.inside(thing))
                texts = tuple(self.written(thing) for thing in things)
                return Row("simple", texts, (*parts, *self.redirects(command.redirects)), self.line(command.start))
            case syntax.Pipeline():
                rows = [self.command(each) for each in command.commands]
                return Row(
                    "pipeline",
                    (),
                    tuple(
                        merged(row) if merges else row
                        for row, merges in zip(rows, (*command.merges, False), strict=True)
                    ),
                )
            case syntax.AndOr():
                return Row("list", command.operators, tuple(self.command(each) for each in command.commands))
            case syntax.Not():
                return Row("not", (), (self.command(command.body),))
            case syntax.Redirected():
                return Row("redirected", (), (self.command(command.body), *self.redirects(command.redirects)))
            case syntax.Sequence():
                return Row("sequence", (), self.sequence(command))
            case syntax.Function():
                return Row("function", (command.name,), (self.command(command.body),), self.line(command.start))
            case syntax.Coproc():
                return Row("coproc", (command.name,), (self.command(command.body),))
            case _:
                return self.compound(command)

    def compound(self, command: syntax.Command) -> Row:
        match command:
            case syntax.If():
                return self.branches(command.branches, command.otherwise)
            case syntax.Loop():
                kind = "until" if command.is_until else "while"
                return Row(kind, (), (*self.sequence(command.condition), Row("do"), *self.sequence(command.body)))
            case syntax.For():
                given = command.words
                texts = ('"$@"',) if given is None else tuple(self.written(word) for word in given)
                parts = (
                    (Row("parameter", ("", "@", "")),)
                    if given is None
                    else tuple(part for word in given for part in self.inside(word))
                )
                kind = "select" if command.is_select else "for"
                return Row(kind, (command.name, *texts), (*parts, Row("do"), *self.sequence(command.body)))
            case syntax.CountingFor():
                words = (command.first, command.condition, command.step)
                parts = tuple(part for word in words for part in self.inside(word))
                return Row("counting", (), (*parts, Row("do"), *self.sequence(command.body)))
            case syntax.Case():
                items = tuple(
                    Row(
                        "item",
                        (*(self.written(pattern) for pattern in patterns), terminator),
                        (*(part for pattern in patterns for part in self.inside(pattern)), *self.sequence(body)),
                    )
                    for patterns, body, terminator in command.items
                )
                return Row("case", (self.written(command.subject),), (*self.inside(command.subject), *items))
            case syntax.Subshell():
                return Row("subshell", (), self.sequence(command.body))
            case syntax.Group():
                return Row("group", (), self.sequence(command.body))
            case syntax.Arithmetic():
                text = self.written(command.expression).strip()
                return Row("arithmetic", (text,), tuple(self.inside(command.expression)))
            case syntax.Test():
                texts = tuple(self.written(word) for word in command.words)
                return Row("test", texts, tuple(part for word in command.words for part in self.inside(word)))
            case _:
                raise AssertionError(command)

    def branches(self, branches: tuple[tuple[Sequence, Sequence], ...], otherwise: Sequence | None) -> Row:
        condition, body = branches[0]
        last: tuple[Row, ...] = ()
        if len(branches) > 1:
            last = (Row("else"), self.branches(branches[1:], otherwise))
        elif otherwise is not None:
            last = (Row("else"), *self.sequence(otherwise))
        return Row("if", (), (*self.sequence(condition), Row("then"), *self.sequence(body), *last))

    def redirects(self, redirects: tuple[syntax.Redirect, ...]) -> tuple[Row, ...]:
        rows = []
        for each in redirects:
            descriptor = "{" + each.variable + "}" if each.variable else str(each.descriptor or "")
            if each.descriptor == 0:
                descriptor = "0"
            if each.document is not None:
                body = each.document.body
                parts = tuple(self.inside(body)) if body is not None else ()
                text = self.record.texts.get(id(each.document), "")
                held = document(text, each.document.delimiter, each.operator, parts)
                rows.append(redirect(descriptor, each.operator, "", (held,)))
            elif each.target is not None:
                target = self.written(each.target)
                rows.append(redirect(descriptor, each.operator, target, tuple(self.inside(each.target))))
        return tuple(rows)

    def inside(self, thing: Word | Assignment) -> Iterator[Row]:
        if isinstance(thing, Word):
            for part in thing.parts:
                yield from self.part(part)
            return
        for word in (thing.subscript, thing.value):
            if word is not None:
                yield from self.inside(word)
        for item in thing.items or ():
            yield from self.inside(item)

    def part(self, part: Part) -> Iterator[Row]:
        match part:
            case syntax.DoubleQuoted():
                for inner in part.parts:
                    yield from self.part(inner)
            case syntax.Parameter():
                operator = "/" if part.operator.startswith("/") else part.operator
                words = (part.subscript, part.argument, part.second)
                children = tuple(row for word in words if word is not None for row in self.inside(word))
                yield Row("parameter", (part.prefix, part.name, operator), children)
            case syntax.CommandSubstitution():
                yield Row("commands", (), self.sequence(part.body))
            case syntax.ProcessSubstitution():
                yield Row("output" if part.is_output else "input", (), self.sequence(part.body))
            case syntax.ArithmeticExpansion():
                yield from self.inside(part.expression)
            case syntax.Literal():
                return
