"""Reading simple commands: words, assignments, redirections and here-documents.

The half of the grammar below lists and compound commands. Takes a text at the start of a command,
gives a `Simple`; here-documents are filled in when the line ends.
"""

from __future__ import annotations

import re

from auditor.read.shell.expansions import Expansions
from auditor.read.shell.scan import Unreadable
from auditor.read.shell.syntax import (
    Assignment,
    Command,
    HereDocument,
    Literal,
    Part,
    Redirect,
    Redirected,
    Simple,
    Word,
)
from auditor.settings import DEFAULT_LIMITS

_BLANK = re.compile(r"(?:[ \t]|\\\n)+")
_BLANK_STARTS = (" ", "\t", "\\")
_REDIRECT_STARTS = frozenset("<>&{0123456789")
_REDIRECT = re.compile(r"(?:(\d+)|\{([A-Za-z_]\w*)\})?(&>>|&>|<<<|<<-|<<|<&|<>|>>|>&|>\||<(?!\()|>(?!\())", re.ASCII)
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)(?:(\+?=)|\[)", re.ASCII)
_DECLARING = frozenset({"declare", "typeset", "local", "export", "readonly"})


class Clauses(Expansions):
    """A position in a text that is read as simple commands."""

    def __init__(self, text: str, base: int = 0, scale: int = 1, room: int = DEFAULT_LIMITS.shell_nesting) -> None:
        super().__init__(text, base, scale, room)
        self.pending: list[HereDocument] = []
        self.notes: list[str] = []

    def blanks(self) -> None:
        """Skip blanks and continued lines."""
        if self.text[self.i : self.i + 1] in _BLANK_STARTS:
            match = _BLANK.match(self.text, self.i)
            if match:
                self.i = match.end()

    def comment(self) -> None:
        """Skip blanks and a comment."""
        self.blanks()
        if self.text[self.i : self.i + 1] == "#":
            end = self.text.find("\n", self.i)
            self.i = len(self.text) if end < 0 else end

    def blank_lines(self) -> None:
        """Skip blanks, comments and line ends, reading the here-documents that begin there."""
        while True:
            self.comment()
            if self.text[self.i : self.i + 1] != "\n":
                return
            self.newline()

    def newline(self) -> None:
        """Pass a line end and read the here-documents that wait for it."""
        self.i += 1
        pending, self.pending = self.pending, []
        for document in pending:
            self._here_document(document)

    def simple(self) -> Simple:
        """Read assignments, words and redirections."""
        start = self.i
        end = start
        assignments: list[Assignment] = []
        words: list[Word | Assignment] = []
        redirects: list[Redirect] = []
        declares = False
        while True:
            self.blanks()
            c = self.text[self.i : self.i + 1]
            if not c or c in "\n;|)" or c == "#" or (c == "&" and not self.text.startswith("&>", self.i)):
                break
            redirect = self._redirect() if c in _REDIRECT_STARTS else None
            if redirect is not None:
                redirects.append(redirect)
                end = self.i
                continue
            assignment = self._assignment() if not words or declares else None
            if assignment is not None:
                (words.append if words else assignments.append)(assignment)
            else:
                word = self.word()
                if self.i == end or (not word.parts and word.start == word.end):
                    raise Unreadable(self.at(self.i), f"unexpected {c!r}")
                declares = declares or word.plain in _DECLARING
                words.append(word)
            end = self.i
        if end == start:
            shown = self.text[self.i : self.i + 2]
            raise Unreadable(self.at(self.i), f"unexpected {shown!r}" if shown else "unexpected end")
        return Simple(tuple(assignments), tuple(words), tuple(redirects), self.at(start), self.at(end))

    def _assignment(self) -> Assignment | None:
        match = _ASSIGNED.match(self.text, self.i)
        if match is None:
            return None
        start, operator, subscript = self.i, match[2], None
        self.i = match.end()
        if operator is None:
            try:
                subscript = self.subscript()
            except Unreadable:
                self.i = start
                return None
            found = re.compile(r"\+?=").match(self.text, self.i)
            if found is None:
                self.i = start
                return None
            operator = found[0]
            self.i = found.end()
        while self.text.startswith("\\\n", self.i):
            self.i += 2
        if self.text[self.i : self.i + 1] == "(" and subscript is None:
            self.i += 1
            items = self._items()
            return Assignment(match[1], None, None, items, operator == "+=", self.at(start), self.at(self.i))
        value = self.word()
        return Assignment(match[1], subscript, value, None, operator == "+=", self.at(start), self.at(self.i))

    def _items(self) -> tuple[Assignment, ...]:
        start, items = self.i, list[Assignment]()
        while True:
            self.blank_lines()
            c = self.text[self.i : self.i + 1]
            if c == ")":
                self.i += 1
                return tuple(items)
            position, subscript, is_append = self.i, None, False
            if c == "[":
                self.i += 1
                subscript = self.subscript()
                found = re.compile(r"\+?=").match(self.text, self.i)
                if found is None:
                    subscript, self.i = None, position
                else:
                    is_append, self.i = found[0] == "+=", found.end()
            value = self.word()
            if self.i == position:
                raise Unreadable(self.at(start), "an array without its end")
            items.append(Assignment("", subscript, value, None, is_append, self.at(position), self.at(self.i)))

    # Redirections

    def with_redirects(self, body: Command) -> Command:
        """Give a compound command with the redirections that follow it."""
        redirects: list[Redirect] = []
        while True:
            self.blanks()
            redirect = self._redirect()
            if redirect is None:
                return Redirected(body, tuple(redirects)) if redirects else body
            redirects.append(redirect)

    def _redirect(self) -> Redirect | None:
        match = _REDIRECT.match(self.text, self.i)
        if match is None:
            return None
        digits, variable, operator = match.groups()
        self.i = match.end()
        self.blanks()
        start = self.i
        target = self.word()
        if self.i == start:
            raise Unreadable(self.at(start), "a redirection without a target")
        descriptor = int(digits[:6]) if digits else None
        if operator not in ("<<", "<<-"):
            return Redirect(operator, descriptor, target, None, variable)
        is_literal = target.plain is None
        delimiter = unquoted(self.text[start : self.i]) if is_literal else target.plain or ""
        document = HereDocument(delimiter, is_literal, operator == "<<-")
        self.pending.append(document)
        return Redirect(operator, descriptor, None, document, variable)

    def _here_document(self, document: HereDocument) -> None:
        start, lines = self.i, list[str]()
        while self.i < len(self.text):
            end = self.text.find("\n", self.i)
            end = len(self.text) if end < 0 else end
            line = self.text[self.i : end]
            if document.strips_tabs:
                line = line.lstrip("\t")
            self.i = min(end + 1, len(self.text))
            if line == document.delimiter:
                break
            lines.append(line + "\n" if end < len(self.text) else line)
        body = "".join(lines)
        if document.is_literal:
            literal: tuple[Part, ...] = (Literal(body, is_quoted=True),) if body else ()
            document.body = Word(literal, self.at(start), self.at(self.i))
            return
        inner = self.inside(body, self.at(start), 0 if document.strips_tabs else self.scale)
        try:
            document.body = Word(tuple(inner.double_parts("")), self.at(start), self.at(self.i))
        except Unreadable as stop:
            self.notes.append(stop.message)
            document.body = Word((Literal(body, is_quoted=True),), self.at(start), self.at(self.i))

    def finish_documents(self) -> None:
        """End the here-documents whose body never comes."""
        for document in self.pending:
            document.body = Word(())
        self.pending = []


def unquoted(text: str) -> str:
    """Give a here-document's delimiter without its quotes."""
    pieces = re.findall(
        r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|\\(.)|([^'\"\\])", text.replace("$'", "'").replace('$"', '"'), re.DOTALL
    )
    return "".join(
        single or re.sub(r'\\([$`"\\])', r"\1", double) or escaped or plain for single, double, escaped, plain in pieces
    )
