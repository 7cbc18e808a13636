"""Reading commands: lists, pipelines, compound commands, redirections and here-documents.

Takes a unit's text, gives a `Program`: line by line, as bash reads a script, up to the first thing
that is not shell. What stands before a syntax error runs in bash, so it is read; the rest is the
caller's gap.
"""

from __future__ import annotations

import re

from auditor.read.shell.scan import MAX_NESTING, Scanner, Unreadable, arithmetic_end
from auditor.read.shell.syntax import (
    AndOr,
    Arithmetic,
    Assignment,
    Case,
    Command,
    Coproc,
    CountingFor,
    For,
    Function,
    Group,
    HereDocument,
    If,
    Literal,
    Loop,
    Not,
    Pipeline,
    Problem,
    Program,
    Redirect,
    Redirected,
    Sequence,
    Simple,
    Subshell,
    Test,
    Word,
)

_BLANK = re.compile(r"(?:[ \t]|\\\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_KEYWORD = re.compile(r"(?:\[\[|[{}!]|[a-z]+)(?=[\s;&|()<>]|$)")
_REDIRECT = re.compile(r"(?:(\d+)|\{([A-Za-z_]\w*)\})?(&>>|&>|<<<|<<-|<<|<&|<>|>>|>&|>\||<(?!\()|>(?!\())", re.ASCII)
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)(?:(\+?=)|\[)", re.ASCII)
_FUNCTION = re.compile(r"([^\s'\"$`\\;&|<>(){}=][^\s'\"$`\\;&|<>()=]*)[ \t]*\([ \t]*\)")
_FUNCTION_KEYWORD = re.compile(r"function[ \t]+([^\s;&|<>()]+)[ \t]*(?:\([ \t]*\))?")
_COPROC = re.compile(r"coproc[ \t]+(?:([A-Za-z_]\w*)[ \t]+)?(?=[{(]|(?:while|until|for|if|case|select)\b|\[\[)")
_OPENING = frozenset({"if", "while", "until", "for", "select", "case", "{", "[[", "function", "coproc", "!", "time"})
_CLOSING = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}", "in"})
_DECLARING = frozenset({"declare", "typeset", "local", "export", "readonly"})


def read_program(text: str, base: int = 0, scale: int = 1, nesting: int = 0) -> Program:
    """Read a text as bash would, line by line, up to its end or the first syntax error."""
    grammar = Grammar(text, base, scale, nesting)
    lines: list[Sequence] = []
    while True:
        try:
            grammar.blank_lines()
            if grammar.i >= len(text):
                return Program(tuple(lines), None, tuple(grammar.notes))
            lines.append(grammar.line())
        except Unreadable as stop:
            problem = Problem(stop.offset, stop.message, stop.is_too_deep)
            return Program(tuple(lines), problem, tuple(grammar.notes))
        except RecursionError:
            return Program(tuple(lines), Problem(grammar.at(grammar.i), "nested too deep", is_too_deep=True))


class Grammar(Scanner):
    """A position in a text that is read as commands."""

    def __init__(self, text: str, base: int = 0, scale: int = 1, nesting: int = 0) -> None:
        super().__init__(text, base, scale, nesting)
        self.pending: list[HereDocument] = []
        self.notes: list[str] = []

    # What the scanner asks for

    def commands_until(self, closing: str) -> Sequence:
        """Read commands up to and including a closing parenthesis or brace."""
        start = self.i
        self.enter()
        body = self.sequence(frozenset({closing}))
        self.blank_lines()
        if self.text[self.i : self.i + 1] != closing:
            raise Unreadable(self.at(start), f"no {closing}")
        self.i += 1
        self.nesting -= 1
        return body

    def commands_of(self, text: str, position: int) -> Sequence:
        """Read the inside of backticks."""
        if self.nesting >= MAX_NESTING:
            raise Unreadable(self.at(position), f"nested more than {MAX_NESTING} deep", is_too_deep=True)
        program = read_program(text, self.at(position), 0, self.nesting + 1)
        if program.problem is not None:
            raise Unreadable(program.problem.offset, program.problem.message, is_too_deep=program.problem.is_too_deep)
        commands = tuple(command for line in program.lines for command in line.commands)
        return Sequence(commands, tuple(flag for line in program.lines for flag in line.in_background))

    def part_of(self, start: int, end: int) -> Grammar:
        """Give a reader over a stretch of the same text."""
        return Grammar(self.text[start:end], self.at(start), self.scale, self.nesting)

    # Lines and lists

    def blanks(self) -> None:
        """Skip blanks and continued lines."""
        match = _BLANK.match(self.text, self.i)
        if match:
            self.i = match.end()

    def comment(self) -> None:
        """Skip blanks and a comment."""
        self.blanks()
        match = _COMMENT.match(self.text, self.i)
        if match:
            self.i = match.end()

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

    def line(self) -> Sequence:
        """Read the commands up to the end of the line."""
        commands: list[Command] = []
        flags: list[bool] = []
        while True:
            commands.append(self.and_or())
            self.blanks()
            flags.append(self._separator())
            self.comment()
            c = self.text[self.i : self.i + 1]
            if not c:
                self._finish_documents()
                break
            if c == "\n":
                self.newline()
                break
        return Sequence(tuple(commands), tuple(flags))

    def sequence(self, closers: frozenset[str]) -> Sequence:
        """Read commands up to, not including, a closing character or reserved word."""
        commands: list[Command] = []
        flags: list[bool] = []
        while True:
            self.blank_lines()
            if self.i >= len(self.text):
                self._finish_documents()
                break
            if self.text[self.i] in closers and self.text[self.i] in ");":
                break
            keyword = self.keyword()
            if keyword in closers or (self.text[self.i] == "}" and "}" in closers and keyword == "}"):
                break
            if self.text.startswith((";;", ";&"), self.i) and ";" in closers:
                break
            commands.append(self.and_or())
            self.blanks()
            flags.append(self._separator())
        return Sequence(tuple(commands), tuple(flags))

    def _separator(self) -> bool:
        c = self.text[self.i : self.i + 1]
        if c == ";" and not self.text.startswith((";;", ";&"), self.i):
            self.i += 1
        elif c == "&" and not self.text.startswith("&&", self.i):
            self.i += 1
            return True
        elif c not in ("", "\n", ")", ";", "#") and not (c == "}" and self.keyword() == "}"):
            raise Unreadable(self.at(self.i), f"unexpected {c!r}")
        return False

    def keyword(self) -> str:
        """Give the reserved word at the position, or empty text."""
        match = _KEYWORD.match(self.text, self.i)
        return match[0] if match else ""

    def and_or(self) -> Command:
        """Read pipelines joined by `&&` and `||`."""
        commands, operators = [self.pipeline()], list[str]()
        while True:
            self.blanks()
            operator = self.text[self.i : self.i + 2]
            if operator not in ("&&", "||"):
                break
            self.i += 2
            self.blank_lines()
            operators.append(operator)
            commands.append(self.pipeline())
        return commands[0] if not operators else AndOr(tuple(commands), tuple(operators))

    def pipeline(self) -> Command:
        """Read commands joined by `|`, perhaps negated or timed."""
        self.blanks()
        start, is_negated = self.i, False
        while (keyword := self.keyword()) in ("!", "time"):
            is_negated = is_negated != (keyword == "!")
            self.i += len(keyword)
            self.blanks()
            if keyword == "time" and re.compile(r"(?:-p|--)(?=\s)").match(self.text, self.i):
                self.i += 2
                self.blanks()
        if start != self.i and self.text[self.i : self.i + 1] in ("", "\n", ";"):
            return Simple((), (), (), self.at(start), self.at(self.i))
        commands, merges = [self.command()], list[bool]()
        while True:
            self.blanks()
            if self.text[self.i : self.i + 1] != "|" or self.text.startswith("||", self.i):
                break
            merges.append(self.text.startswith("|&", self.i))
            self.i += 2 if merges[-1] else 1
            self.blank_lines()
            commands.append(self.command())
        whole = commands[0]
        if len(commands) > 1:
            whole = Pipeline(tuple(commands), tuple(merges), self.at(start), self.at(self.i))
        return Not(whole) if is_negated else whole

    # Commands

    def command(self) -> Command:
        """Read one command with its redirections."""
        self.blanks()
        text = self.text
        keyword = self.keyword()
        if keyword in _CLOSING:
            raise Unreadable(self.at(self.i), f"unexpected {keyword}")
        if keyword in _OPENING or text[self.i : self.i + 1] == "(":
            self.enter()
            body = self._compound(keyword)
            self.nesting -= 1
            return self._with_redirects(body)
        match = _FUNCTION.match(text, self.i)
        if match:
            start, self.i = self.i, match.end()
            return self._function(match[1], start)
        return self.simple()

    def _compound(self, keyword: str) -> Command:
        if self.text[self.i] == "(":
            end = arithmetic_end(self.text, self.i + 2) if self.text.startswith("((", self.i) else None
            if end is not None:
                self.i += 2
                expression = self.expression(end)
                self.i = end + 2
                return Arithmetic(expression)
            self.i += 1
            return Subshell(self.commands_until(")"))
        start = self.i
        if keyword == "function":
            match = _FUNCTION_KEYWORD.match(self.text, self.i)
            if match is None:
                raise Unreadable(self.at(start), "a function without a name")
            self.i = match.end()
            return self._function(match[1], start)
        if keyword == "coproc":
            return self._coproc()
        self.i += len(keyword)
        if keyword == "{":
            return Group(self._body("}"))
        if keyword == "[[":
            return self._test()
        if keyword == "if":
            return self._if()
        if keyword in ("while", "until"):
            condition = self._body("do")
            return Loop(condition, self._body("done"), keyword == "until")
        if keyword == "case":
            return self._case()
        if keyword in ("for", "select"):
            return self._for(keyword)
        return self.pipeline()  # `!` or `time` inside a pipeline

    def _body(self, *closers: str) -> Sequence:
        start = self.i
        body = self.sequence(frozenset(closers))
        self._expect(start, *closers)
        return body

    def _expect(self, start: int, *closers: str) -> str:
        self.blank_lines()
        keyword = self.keyword()
        if keyword not in closers:
            raise Unreadable(self.at(start), f"no {' or '.join(closers)}")
        self.i += len(keyword)
        return keyword

    def _if(self) -> If:
        branches: list[tuple[Sequence, Sequence]] = []
        otherwise = None
        while True:
            condition = self._body("then")
            start = self.i
            body = self.sequence(frozenset({"elif", "else", "fi"}))
            branches.append((condition, body))
            closer = self._expect(start, "elif", "else", "fi")
            if closer == "else":
                otherwise = self._body("fi")
            if closer != "elif":
                return If(tuple(branches), otherwise)

    def _for(self, keyword: str) -> Command:
        self.blanks()
        start = self.i
        if self.text.startswith("((", self.i):
            return self._counting_for()
        match = re.compile(r"[A-Za-z_]\w*", re.ASCII).match(self.text, self.i)
        if match is None:
            raise Unreadable(self.at(start), "a loop without a name")
        self.i = match.end()
        self.blank_lines()
        words: tuple[Word, ...] | None = None
        if self.keyword() == "in":
            self.i += 2
            words = tuple(self._words())
        if self.text[self.i : self.i + 1] == ";":
            self.i += 1
        return For(match[0], words, self._do_group(), keyword == "select")

    def _words(self) -> list[Word]:
        words = list[Word]()
        while True:
            self.blanks()
            c = self.text[self.i : self.i + 1]
            if not c or c in "\n;&|)" or c == "#":
                return words
            word = self.word()
            if not word.parts and word.start == word.end:
                raise Unreadable(self.at(self.i), f"unexpected {c!r}")
            words.append(word)

    def _do_group(self) -> Sequence:
        self.blank_lines()
        if self.keyword() == "{":
            self.i += 1
            return self._body("}")
        self._expect(self.i, "do")
        return self._body("done")

    def _counting_for(self) -> CountingFor:
        self.i += 2
        end = arithmetic_end(self.text, self.i)
        if end is None:
            raise Unreadable(self.at(self.i), "no ))")
        pieces: list[Word] = []
        for piece in (self.text[self.i : end].split(";") + ["", ""])[:3]:
            pieces.append(self.expression(self.i + len(piece)))
            self.i += 1
        self.i = end + 2
        self.blanks()
        if self.text[self.i : self.i + 1] == ";":
            self.i += 1
        return CountingFor(pieces[0], pieces[1], pieces[2], self._do_group())

    def _case(self) -> Case:
        start = self.i
        self.blanks()
        subject = self.word()
        self._expect(start, "in")
        items: list[tuple[tuple[Word, ...], Sequence, str]] = []
        while True:
            self.blank_lines()
            if self.keyword() == "esac":
                self.i += 4
                return Case(subject, tuple(items))
            if self.i >= len(self.text):
                raise Unreadable(self.at(start), "no esac")
            patterns = self._patterns()
            body = self.sequence(frozenset({";", "esac"}))
            terminator = ";;"
            match = re.compile(r";;&|;;|;&").match(self.text, self.i)
            if match:
                terminator = match[0]
                self.i = match.end()
            items.append((patterns, body, terminator))

    def _patterns(self) -> tuple[Word, ...]:
        if self.text[self.i] == "(":
            self.i += 1
        patterns: list[Word] = []
        while True:
            self.blanks()
            start = self.i
            patterns.append(self.word())
            self.blanks()
            c = self.text[self.i : self.i + 1]
            if c not in ("|", ")") or (start == self.i):
                raise Unreadable(self.at(start), "a case pattern without its end")
            self.i += 1
            if c == ")":
                return tuple(patterns)

    def _test(self) -> Test:
        start, words = self.i, list[Word]()
        is_regex = False
        while True:
            self.blank_lines()
            if self.i >= len(self.text):
                raise Unreadable(self.at(start), "no ]]")
            position = self.i
            match = re.compile(r"&&|\|\||[()<>]").match(self.text, self.i)
            if match and not is_regex and not self.text.startswith(("<(", ">("), self.i):
                self.i = match.end()
                words.append(Word((Literal(match[0]),), self.at(position), self.at(self.i)))
                continue
            word = self._regex() if is_regex else self.word()
            if self.i == position:
                raise Unreadable(self.at(position), "a test that is not one")
            if word.plain == "]]":
                return Test(tuple(words))
            is_regex = word.plain == "=~"
            words.append(word)

    def _regex(self) -> Word:
        """Read a regular expression: parentheses and bars belong to it, blanks inside parentheses too."""
        start, parts, depth = self.i, list[object](), 0
        pieces: list[object] = parts
        stops = frozenset(" \t\n()")
        while self.i < len(self.text):
            c = self.text[self.i]
            if c in " \t\n" and depth <= 0:
                break
            if c in stops:
                depth += (c == "(") - (c == ")")
                pieces.append(Literal(c))
                self.i += 1
                continue
            found = self.parts(stops)
            if not found:
                break
            pieces.extend(found)
        return Word(tuple(piece for piece in pieces if not isinstance(piece, str)), self.at(start), self.at(self.i))  # type: ignore[arg-type]

    def _function(self, name: str, start: int) -> Function:
        self.blank_lines()
        if self.keyword() not in _OPENING and self.text[self.i : self.i + 1] != "(":
            raise Unreadable(self.at(start), "a function without a body")
        body = self.command()
        return Function(name, body, self.at(start), self.at(self.i))

    def _coproc(self) -> Coproc:
        match = _COPROC.match(self.text, self.i)
        if match:
            self.i = match.end()
            return Coproc(match[1] or "COPROC", self.command())
        self.i += len("coproc")
        return Coproc("COPROC", self.command())

    # Simple commands

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
            redirect = self._redirect()
            if redirect is not None:
                redirects.append(redirect)
                end = self.i
                continue
            assignment = self._assignment() if not words or declares else None
            if assignment is not None:
                (words if words else assignments).append(assignment)  # type: ignore[arg-type]
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

    def _with_redirects(self, body: Command) -> Command:
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
            parts: tuple[Literal, ...] | tuple[object, ...] = (Literal(body, is_quoted=True),) if body else ()
            document.body = Word(parts, self.at(start), self.at(self.i))  # type: ignore[arg-type]
            return
        inner = Grammar(body, self.at(start), 0 if document.strips_tabs else self.scale, self.nesting)
        try:
            document.body = Word(tuple(inner.double_parts("")), self.at(start), self.at(self.i))
        except Unreadable as stop:
            self.notes.append(stop.message)
            document.body = Word((Literal(body, is_quoted=True),), self.at(start), self.at(self.i))

    def _finish_documents(self) -> None:
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
