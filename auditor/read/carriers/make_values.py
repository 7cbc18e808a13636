"""Values in makefiles: references and the functions that change text, read with their nested brackets.

Takes a text with `$(…)`, gives its value; what nobody sets is the environment's, `$$` is the shell's `$`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from auditor.model.place import START, Span
from auditor.model.word import Source
from auditor.read.evaluation import Evaluation
from auditor.read.values import EMPTY, Known, Value, concat, known_text, words_of

_MOST_DEPTH = 20
_MOST_ROUNDS = 200
_FUNCTION = re.compile(r"([a-z-]+)[ \t]+")
_CLOSING = {"(": ")", "{": "}"}


@dataclass(slots=True)
class Expander:
    """Variables as written (`variables`) or already worked out (`values`); `shell` runs a command at a span."""

    evaluation: Evaluation
    shell: Callable[[Value, Span], Value]
    variables: dict[str, str] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    span: Span = START
    running: list[str] = field(default_factory=list)

    def value(self, text: str, automatic: Mapping[str, str] | None = None, depth: int = 0) -> Value:
        """Give a text with everything filled in."""
        if "$" not in text:
            return Known(text)
        if depth > _MOST_DEPTH:
            return self.evaluation.fresh(Source.LIMIT)
        self.evaluation.spend()
        pieces: list[Value] = []
        at = 0
        while (found := text.find("$", at)) >= 0 and found + 1 < len(text):
            pieces.append(Known(text[at:found]))
            opening = text[found + 1]
            if opening == "$":
                pieces.append(Known("$"))
                at = found + 2
            elif opening in _CLOSING:
                end = _end(text, found + 2, opening)
                pieces.append(self._reference(text[found + 2 : end], automatic or {}, depth + 1))
                at = end + 1
            else:
                pieces.append(self._named(opening, automatic or {}, depth + 1))
                at = found + 2
        pieces.append(Known(text[at:]))
        if sum(max(len(str(word)) for word in words_of(piece)) for piece in pieces) > 200_000:
            return self.evaluation.fresh(Source.LIMIT)
        return concat(pieces)

    def _reference(self, inside: str, automatic: Mapping[str, str], depth: int) -> Value:
        function = _FUNCTION.match(inside)
        if function is not None and function[1] in _FUNCTIONS | _TEXTS.keys():
            return self._call(function[1], inside[function.end() :], automatic, depth)
        name, colon, change = inside.partition(":")
        if colon and "=" in change:
            return self._substituted(name, change, automatic, depth)
        computed = known_text(self.value(inside, automatic, depth)) if "$" in inside else inside
        if computed is None:
            return self.evaluation.fresh(Source.ENVIRONMENT, inside[:80])
        return self._named(computed, automatic, depth)

    def _substituted(self, name: str, change: str, automatic: Mapping[str, str], depth: int) -> Value:
        known = known_text(self._named(name, automatic, depth))
        old, _, new = change.partition("=")
        if known is None:
            return self.evaluation.fresh(Source.ENVIRONMENT, name[:80])
        words = [word.removesuffix(old) + new if word.endswith(old) and old else word for word in known.split()]
        return Known(" ".join(words))

    def _named(self, name: str, automatic: Mapping[str, str], depth: int) -> Value:
        if name in automatic:
            return self.value(automatic[name], None, depth) if name not in self.running else EMPTY
        if name in self.values:
            return self.values[name]
        text = self.variables.get(name)
        if text is None or name in self.running:
            return Known(_PROGRAMS[name]) if name in _PROGRAMS else self.evaluation.fresh(Source.ENVIRONMENT, name[:80])
        self.running.append(name)
        try:
            return self.value(text, automatic, depth)
        finally:
            self.running.pop()

    def _call(self, name: str, rest: str, automatic: Mapping[str, str], depth: int) -> Value:
        if name == "shell":
            output = self.shell(self.value(rest, automatic, depth), self.span)
            known = known_text(output)
            return Known(known.rstrip("\n").replace("\n", " ")) if known is not None else output
        parts = _arguments(rest)
        if name == "call":
            texts = [known_text(self.value(part, automatic, depth)) or "" for part in parts]
            given = {str(index): text.strip() for index, text in enumerate(texts)}
            body = self.variables.get(texts[0].strip())
            if body is None:
                return self.evaluation.fresh(Source.ENVIRONMENT, texts[0][:80])
            return self.value(body, {**automatic, **given}, depth)
        values = [known_text(self.value(part, automatic, depth)) for part in parts]
        if name in {"info", "warning", "error", "eval"}:
            return EMPTY
        if name == "if":
            return self.value(parts[1] if values[0] and len(parts) > 1 else parts[-1], automatic, depth)
        if name == "or" or name == "and":
            return Known(next((value for value in values if value), ""))
        if name == "foreach" and len(parts) == 3 and values[1] is not None:
            words = values[1].split()
            if len(words) > _MOST_ROUNDS:
                return self.evaluation.fresh(Source.LIMIT, name)
            rounds = [self.value(parts[2], {**automatic, parts[0].strip(): word}, depth) for word in words]
            return concat([piece for one in rounds for piece in (one, Known(" "))])
        change = _TEXTS.get(name)
        known_values = [value for value in values if value is not None]
        if change is None or len(known_values) < len(values):
            return self.evaluation.fresh(Source.UNKNOWN, name)
        return Known(
            change([value.strip() if index < len(values) - 1 else value for index, value in enumerate(known_values)])
        )


def _end(text: str, at: int, opening: str) -> int:
    depth = 1
    closing = _CLOSING[opening]
    for found in re.finditer(r"[(){}]", text[at:]):
        depth += (found[0] == opening) - (found[0] == closing)
        if not depth:
            return at + found.start()
    return len(text)


def _arguments(text: str) -> list[str]:
    parts: list[str] = []
    depth = start = 0
    for found in re.finditer(r"[(){},]", text):
        if found[0] == "," and not depth:
            parts.append(text[start : found.start()])
            start = found.end()
        elif found[0] != ",":
            depth += 1 if found[0] in "({" else -1
    return [*parts, text[start:]]


def _patterned(values: list[str]) -> str:
    old, new, text = [*values, "", ""][:3]
    head, _, tail = old.partition("%")
    words = []
    for word in text.split():
        is_hit = word.startswith(head) and word.endswith(tail) and len(word) >= len(head) + len(tail)
        words.append(new.replace("%", word[len(head) : len(word) - len(tail)], 1) if is_hit else word)
    return " ".join(words)


def _substitute(values: list[str]) -> str:
    old, new, text = [*values, "", ""][:3]
    return text.replace(old, new) if old and text.count(old) * len(new) < 200_000 else text


_FUNCTIONS = frozenset("shell call info warning error eval if or and foreach".split())
_TEXTS: dict[str, Callable[[list[str]], str]] = {
    "subst": _substitute,
    "patsubst": _patterned,
    "strip": lambda values: " ".join(values[0].split()),
    "firstword": lambda values: (values[0].split() or [""])[0],
    "lastword": lambda values: (values[0].split() or [""])[-1],
    "word": lambda values: (values[1].split()[int(values[0]) - 1 :] or [""])[0] if values[0].isdigit() else "",
    "notdir": lambda values: " ".join(word.rpartition("/")[2] for word in values[0].split()),
    "addprefix": lambda values: " ".join(values[0] + word for word in values[-1].split()),
    "addsuffix": lambda values: " ".join(word + values[0] for word in values[-1].split()),
    "join": lambda values: " ".join(map("".join, zip(values[0].split(), values[-1].split(), strict=False))),
    "sort": lambda values: " ".join(sorted(set(values[0].split()))),
}
"""Functions of text whose arguments are known."""
_PROGRAMS = {"SHELL": "/bin/sh", "MAKE": "make", "CC": "cc", "CXX": "g++", "RM": "rm -f", "AR": "ar", "CURDIR": "."}
