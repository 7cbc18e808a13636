"""A small awk: patterns, print and printf over fields, expressions and loops over known text.

Takes an awk program as its first operand, and text. Commands, pipes, redirections, user functions
and arrays are refused; steps are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.read.filters.awk_syntax import Token, tokens_of
from auditor.read.filters.formatting import printf, unescaped
from auditor.read.filters.patterns import check_work, compiled
from auditor.read.filters.streams import CannotFold, Streams, lines_of, options_of

_MOST_STEPS = 100_000
Scalar = str | float


def awk(arguments: Sequence[str], streams: Streams) -> str:
    """`awk [-F X] [-v NAME=VALUE] PROGRAM [FILE]`."""
    options = options_of(arguments, "F v f field-separator assign", stop=True)
    options.only("-F", "-v", "--field-separator", "--assign")
    if not options.operands:
        raise CannotFold("awk without a program")
    machine = _Machine(options.operands[0], streams)
    separator = options.last("-F", "--field-separator")
    machine.names["FS"] = unescaped(separator)[0] if separator is not None else " "
    for given in options.every("-v", "--assign"):
        name, equals, value = given.partition("=")
        if not equals:
            raise CannotFold("-v")
        machine.names[name] = unescaped(value)[0]
    return machine.run(options.operands[1:])


class _Next(Exception):  # noqa: N818  (control flow, not an error)
    pass


class _Exit(Exception):  # noqa: N818  (control flow, not an error)
    pass


class _Machine:
    """Reads and runs a program at once, token by token."""

    def __init__(self, program: str, streams: Streams) -> None:
        self.tokens = tokens_of(program)
        self.streams = streams
        self.at = 0
        self.steps = 0
        self.output: list[str] = []
        self.size = 0
        self.names: dict[str, Scalar] = {"OFS": " ", "ORS": "\n", "NR": 0.0, "NF": 0.0, "FS": " "}
        self.record = ""
        self.fields: list[str] = []
        self.is_running = True

    def run(self, paths: Sequence[str]) -> str:
        rules = self._rules()
        begins = [body for pattern, body in rules if pattern == "BEGIN" and body is not None]
        ends = [body for pattern, body in rules if pattern == "END" and body is not None]
        mains = [(pattern, body) for pattern, body in rules if pattern not in {"BEGIN", "END"}]
        try:
            for body in begins:
                self._block(body)
            if mains or ends:
                for line in lines_of(self.streams.read_all([path for path in paths if "=" not in path])):
                    self._line(line, mains)
        except _Exit:
            pass
        try:
            for body in ends:
                self._block(body)
        except _Exit:
            pass
        return "".join(self.output)

    def _line(self, line: str, mains: Sequence[tuple[int | str | None, int | None]]) -> None:
        self.names["NR"] = float(self.names["NR"]) + 1
        self._split(line)
        try:
            for pattern, body in mains:
                if isinstance(pattern, int):
                    self.at = pattern
                    if not _truth(self._expression()):
                        continue
                if body is None:
                    self._print_text(self.record + str(self.names["ORS"]))
                else:
                    self._block(body)
        except _Next:
            return

    # Reading the rules

    def _rules(self) -> list[tuple[int | str | None, int | None]]:
        """Give each rule's pattern (a position, BEGIN, END or None) and body (a position or None)."""
        rules: list[tuple[int | str | None, int | None]] = []
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.kind == "newline" or token.text == ";":
                at += 1
                continue
            pattern: int | str | None = None
            if token.kind == "name" and token.text in {"BEGIN", "END"}:
                pattern = token.text
                at += 1
            elif token.text == "function" or token.text == "func":
                raise CannotFold("a function")
            elif not (token.kind == "operator" and token.text == "{"):
                pattern = at
                while at < len(self.tokens) and not (
                    self._is(at, "{") or self.tokens[at].kind == "newline" or self._is(at, ";")
                ):
                    if self._is(at, ","):
                        raise CannotFold("a range")
                    at += 1
            body = None
            if self._is(at, "{"):
                body = at
                at = self._closing(at) + 1
            rules.append((pattern, body))
        return rules

    def _is(self, at: int, text: str) -> bool:
        return at < len(self.tokens) and self.tokens[at].kind == "operator" and self.tokens[at].text == text

    def _closing(self, at: int, opening: str = "{", closing: str = "}") -> int:
        depth = 0
        while at < len(self.tokens):
            depth += self._is(at, opening)
            depth -= self._is(at, closing)
            if depth == 0:
                return at
            at += 1
        raise CannotFold("an open bracket")

    # Statements

    def _spend(self) -> None:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise CannotFold("too many steps")

    def _block(self, at: int) -> None:
        end = self._closing(at)
        self.at = at + 1
        while self.at < end:
            self._statement()
        self.at = end + 1

    def _statement(self) -> None:
        self._spend()
        token = self._peek()
        if token.kind == "newline" or token.text == ";":
            self.at += 1
        elif token.kind == "operator" and token.text == "{":
            self._block(self.at)
        elif token.kind == "name" and token.text in {"print", "printf"}:
            self._print(token.text)
        elif token.kind == "name" and token.text == "if":
            self._if()
        elif token.kind == "name" and token.text == "for":
            self._for()
        elif token.kind == "name" and token.text == "while":
            self._while()
        elif token.kind == "name" and token.text in {"next", "exit"}:
            raise _Next if token.text == "next" else _Exit
        elif token.kind == "name" and token.text in {
            "do",
            "delete",
            "return",
            "getline",
            "break",
            "continue",
            "nextfile",
            "switch",
        }:
            raise CannotFold(token.text)
        else:
            self._expression()
            self._end_statement()

    def _end_statement(self) -> None:
        token = self._peek()
        if token.kind == "newline" or token.text == ";":
            self.at += 1
        elif not (token.kind == "operator" and token.text == "}"):
            raise CannotFold("a statement")

    def _skip_statement(self) -> None:
        """Pass over one statement without running it."""
        while self._peek().kind == "newline":
            self.at += 1
        token = self._peek()
        if token.text == "{" and token.kind == "operator":
            self.at = self._closing(self.at) + 1
            return
        if token.kind == "name" and token.text in {"if", "for", "while"}:
            self.at = self._closing(self.at + 1, "(", ")") + 1
            self._skip_statement()
            if token.text == "if" and self._else():
                self._skip_statement()
            return
        while self.at < len(self.tokens) and not (
            self._peek().kind == "newline" or self._is(self.at, ";") or self._is(self.at, "}")
        ):
            self.at += 1
        if self.at < len(self.tokens) and not self._is(self.at, "}"):
            self.at += 1

    def _else(self) -> bool:
        at = self.at
        while at < len(self.tokens) and (self.tokens[at].kind == "newline" or self._is(at, ";")):
            at += 1
        if at < len(self.tokens) and self.tokens[at] == Token("name", "else"):
            self.at = at + 1
            return True
        return False

    def _if(self) -> None:
        self.at += 1
        self._expect("(")
        truth = _truth(self._expression())
        self._expect(")")
        if truth:
            self._run_body()
            if self._else():
                self._skip_statement()
        else:
            self._skip_statement()
            if self._else():
                self._run_body()

    def _run_body(self) -> None:
        while self._peek().kind == "newline":
            self.at += 1
        self._statement()

    def _while(self) -> None:
        start = self.at + 1
        while True:
            self._spend()
            self.at = start
            self._expect("(")
            truth = _truth(self._expression())
            self._expect(")")
            if not truth:
                self._skip_statement()
                return
            self._run_body()

    def _for(self) -> None:
        self.at += 1
        self._expect("(")
        if not self._is(self.at, ";"):
            self._expression()
        self._expect(";")
        test = self.at
        middle = self._find(";")
        end = self._closing_from(middle)
        while True:
            self._spend()
            self.at = test
            if test != middle and not _truth(self._expression()):
                break
            self.at = end + 1
            self._run_body()
            self.at = middle + 1
            if self.at != end:
                self._expression()
        self.at = end + 1
        self._skip_statement()

    def _find(self, text: str) -> int:
        at = self.at
        while at < len(self.tokens) and not self._is(at, text):
            at += 1
        if at >= len(self.tokens):
            raise CannotFold("for")
        return at

    def _closing_from(self, at: int) -> int:
        depth = 0
        while at < len(self.tokens):
            if self._is(at, ")"):
                if depth == 0:
                    return at
                depth -= 1
            depth += self._is(at, "(")
            at += 1
        raise CannotFold("for")

    def _print(self, kind: str) -> None:
        self.at += 1
        values: list[Scalar] = []
        while not (
            self._peek().kind == "newline" or self._peek().text in {";", "}"} and self._peek().kind == "operator"
        ):
            if self._is(self.at, ",") and values:
                self.at += 1
            elif self._is(self.at, ">") or self._is(self.at, "|") or self._is(self.at, ">>") or self._is(self.at, "|&"):
                raise CannotFold("a redirection")
            values.append(self._expression(in_print=True))
            if not self._is(self.at, ","):
                break
        if self._peek().kind == "operator" and self._peek().text in {">", ">>", "|", "|&"}:
            raise CannotFold("a redirection")
        self._end_statement()
        if kind == "printf":
            if not values:
                raise CannotFold("printf")
            self._print_text(_formatted(_text(values[0]), values[1:], self.streams))
        else:
            texts = [_text(value) for value in values] if values else [self.record]
            self._print_text(str(self.names["OFS"]).join(texts) + str(self.names["ORS"]))

    def _print_text(self, text: str) -> None:
        self.size += len(text)
        if self.size > self.streams.limits.text_bytes:
            raise CannotFold("too much output")
        self.output.append(text)

    # Expressions

    def _peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else Token("operator", "}")

    def _expect(self, text: str) -> None:
        if not self._is(self.at, text):
            raise CannotFold(f"no {text}")
        self.at += 1

    def _expression(self, *, in_print: bool = False) -> Scalar:
        self._spend()
        value = self._or(in_print)
        if self._is(self.at, "?"):
            self.at += 1
            first = self._expression()
            self._expect(":")
            second = self._expression()
            return first if _truth(value) else second
        return value

    def _or(self, in_print: bool) -> Scalar:
        value = self._and(in_print)
        while self._is(self.at, "||"):
            self.at += 1
            right = self._and(in_print)
            value = float(_truth(value) or _truth(right))
        return value

    def _and(self, in_print: bool) -> Scalar:
        value = self._comparison(in_print)
        while self._is(self.at, "&&"):
            self.at += 1
            right = self._comparison(in_print)
            value = float(_truth(value) and _truth(right))
        return value

    def _comparison(self, in_print: bool) -> Scalar:
        value = self._concatenation()
        token = self._peek()
        operators = {"==", "!=", "<", "<=", ">=", "~", "!~"} | (set() if in_print else {">"})
        if token.kind != "operator" or token.text not in operators:
            return value
        self.at += 1
        if token.text in {"~", "!~"}:
            pattern = self._peek()
            if pattern.kind not in {"regex", "string"}:
                raise CannotFold("an expression to match")
            self.at += 1
            return float(self._search(pattern.text, _text(value)) == (token.text == "~"))
        right = self._concatenation()
        return float(_compared(token.text, value, right))

    def _concatenation(self) -> Scalar:
        value = self._sum()
        while True:
            token = self._peek()
            begins = token.kind in {"string", "number"} or (
                token.kind == "name" and token.text not in {"in", "getline"}
            )
            if not begins and not (token.kind == "operator" and token.text in {"$", "(", "!"} and token.text != "!"):
                return value
            value = _text(value) + _text(self._sum())

    def _sum(self) -> Scalar:
        value = self._product()
        while self._is(self.at, "+") or self._is(self.at, "-"):
            sign = 1 if self._is(self.at, "+") else -1
            self.at += 1
            value = _number(value) + sign * _number(self._product())
        return value

    def _product(self) -> Scalar:
        value = self._unary()
        while self._peek().kind == "operator" and self._peek().text in {"*", "/", "%"}:
            operator = self._peek().text
            self.at += 1
            right = _number(self._unary())
            if operator != "*" and right == 0:
                raise CannotFold("division by zero")
            left = _number(value)
            value = (
                left * right
                if operator == "*"
                else left / right
                if operator == "/"
                else left - right * int(left / right)
            )
        return value

    def _unary(self) -> Scalar:
        self._spend()
        token = self._peek()
        if token.kind == "operator" and token.text in {"-", "+", "!"}:
            self.at += 1
            value = self._unary()
            return (
                float(not _truth(value))
                if token.text == "!"
                else (-_number(value) if token.text == "-" else _number(value))
            )
        return self._primary()

    def _primary(self) -> Scalar:
        token = self._peek()
        self.at += 1
        if token.kind == "string":
            return unescaped(token.text)[0]
        if token.kind == "number":
            return float(int(token.text, 16)) if token.text[:2].lower() == "0x" else float(token.text)
        if token.kind == "regex":
            return float(self._search(token.text, self.record))
        if token.kind == "operator" and token.text == "(":
            value = self._expression()
            self._expect(")")
            return value
        if token.kind == "operator" and token.text == "$":
            return self._field(int(_number(self._primary())))
        if token.kind == "name" and self._is(self.at, "(") and token.text not in self.names:
            return self._call(token.text)
        if token.kind == "name" and not self._is(self.at, "["):
            return self._variable(token.text)
        raise CannotFold("an expression")

    def _variable(self, name: str) -> Scalar:
        token = self._peek()
        if token.kind == "operator" and token.text in {"=", "+=", "-="}:
            self.at += 1
            value = self._expression()
            if token.text != "=":
                value = _number(self.names.get(name, "")) + (1 if token.text == "+=" else -1) * _number(value)
            self.names[name] = value
            return value
        if token.kind == "operator" and token.text in {"++", "--"}:
            self.at += 1
            old = _number(self.names.get(name, ""))
            self.names[name] = old + (1 if token.text == "++" else -1)
            return old
        if name in {"getline", "ENVIRON", "ARGV", "ARGC", "FILENAME", "SUBSEP", "RS"}:
            raise CannotFold(name)
        return self.names.get(name, "")

    def _field(self, index: int) -> str:
        if self._is(self.at, "="):
            raise CannotFold("a field set")
        if index == 0:
            return self.record
        return self.fields[index - 1] if 0 < index <= len(self.fields) else ""

    def _call(self, name: str) -> Scalar:
        self._expect("(")
        values: list[Scalar] = []
        patterns: list[str] = []
        while not self._is(self.at, ")"):
            if self._peek().kind == "regex":
                patterns.append(self._peek().text)
                self.at += 1
            else:
                values.append(self._expression())
            if not self._is(self.at, ","):
                break
            self.at += 1
        self._expect(")")
        return _function(name, values, patterns, self)

    def substitute(self, pattern: str, replacement: str, everywhere: bool) -> float:
        """Replace in the record."""
        matcher = compiled(pattern, extended=True)
        check_work(matcher, self.record)
        text = re.sub(r"\\&|\\\\|&", lambda found: {"&": "\0", "\\&": "&", "\\\\": "\\"}[found[0]], replacement)
        record, count = matcher.subn(
            lambda found: text.replace("\0", found[0]), self.record, count=0 if everywhere else 1
        )
        self._split(record)
        return float(count)

    def _search(self, pattern: str, text: str) -> bool:
        matcher = compiled(pattern.replace("\\/", "/"), extended=True)
        check_work(matcher, text)
        return matcher.search(text) is not None

    def _split(self, line: str) -> None:
        self.record = line
        separator = str(self.names["FS"])
        if separator == " ":
            self.fields = line.split()
        elif len(separator) == 1 and separator not in "|" and separator != " ":
            self.fields = line.split(separator) if line else []
        else:
            matcher = compiled(separator, extended=len(separator) > 1, fixed=len(separator) == 1)
            check_work(matcher, line)
            self.fields = matcher.split(line) if line else []
        self.names["NF"] = float(len(self.fields))


def _function(name: str, values: list[Scalar], patterns: list[str], machine: _Machine) -> Scalar:
    texts = [_text(value) for value in values]
    if name == "length" and not patterns:
        return float(len(texts[0] if texts else machine.record))
    if name == "substr" and len(values) in {2, 3}:
        start = round(_number(values[1]))
        end = start + round(_number(values[2])) if len(values) == 3 else len(texts[0]) + 1
        return texts[0][max(start - 1, 0) : max(end - 1, 0)]
    if name in {"toupper", "tolower"} and texts:
        return texts[0].upper() if name == "toupper" else texts[0].lower()
    if name == "sprintf" and texts:
        return _formatted(texts[0], values[1:], machine.streams)
    if name == "int" and values:
        return float(int(_number(values[0])))
    if name == "index" and len(texts) == 2:
        return float(texts[0].find(texts[1]) + 1)
    if name in {"sub", "gsub"} and patterns and len(texts) == 1:
        return machine.substitute(patterns[0], texts[0], name == "gsub")
    raise CannotFold(f"the function {name}")


def _formatted(template: str, values: Sequence[Scalar], streams: Streams) -> str:
    """Format as awk does: `%c` of a number is a letter, numbers lose their fraction in `%d`."""
    wanted = re.findall(r"%[-+ 0#]*\d*(?:\.\d+)?([a-zA-Z%])", template)
    arguments: list[str] = []
    letters = [letter for letter in wanted if letter != "%"]
    for letter, value in zip(letters, values, strict=False):
        if letter == "c" and isinstance(value, float):
            arguments.append(chr(int(value)) if 0 < value < 0x110000 and not 0xD800 <= value < 0xE000 else "")
        else:
            arguments.append(str(int(_number(value))) if letter in "diouxX" else _text(value))
    return printf((re.sub(r"%i", "%d", template.replace("\\", "\\\\")), *arguments), streams.limits.text_bytes)


def _text(value: Scalar) -> str:
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e16 else f"{value:.6g}"
    return value


def _number(value: Scalar) -> float:
    if isinstance(value, float):
        return value
    found = re.match(r"\s*[-+]?(?:\d{1,18}\.?\d{0,18}|\.\d{1,18})(?:[eE][-+]?\d{1,2})?", value)
    return float(found[0]) if found else 0.0


def _truth(value: Scalar) -> bool:
    return value != 0.0 if isinstance(value, float) else value not in {"", "0"}


def _compared(operator: str, left: Scalar, right: Scalar) -> bool:
    looks = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)\s*")
    numeric = all(isinstance(value, float) or looks.fullmatch(value) for value in (left, right))
    a: Scalar = _number(left) if numeric else _text(left)
    b: Scalar = _number(right) if numeric else _text(right)
    order = (a > b) - (a < b)  # type: ignore[operator]
    return {"==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[
        operator
    ]
