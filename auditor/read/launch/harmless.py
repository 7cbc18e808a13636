"""Whether code of a scripting language names any way out at all: no process, no socket, no `eval`."""

from __future__ import annotations

import re

from auditor.model.unit import Language
from auditor.read.launch.foreign import FOREIGN_SINKS
from auditor.read.launch.sinks import SINKS

_STRINGS = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""", re.S)
_UNSURE = re.compile(r"/|<<|\bq[qwxr]?\b|%[qQwx]?[({\[<|!]|#|\bm\s*[{(\[|!]|=\s*begin|\?['\"]|\[\[")
_NAMES_MODULE = re.compile(r"(?:\brequire|\bimport)\s*\(\s*\Z|\bfrom\s*\Z|\bimport\s*\Z|\brequire\s*\Z")
_INTERPOLATES = re.compile(r"#\{|@\{|\$\{|\{\$")


def is_harmless(language: Language, code: str) -> bool:
    """Whether code names no way out of its language; strings do not count where they can be told apart."""
    bare = without_strings(code)
    if language is Language.AWK:
        return not awk_sinks(code)
    sinks = SINKS.get(language)
    if sinks is None:
        return not FOREIGN_SINKS.search(bare)
    patterns = (sinks.runs, sinks.starts, sinks.evaluates, sinks.connects, sinks.other, sinks.fetches)
    return not any(pattern.search(bare) for pattern in patterns)


def without_strings(code: str) -> str:
    """Blank out what stands in quotes, unless other constructs could make the quotes mean something else."""
    if "`" in code:
        return code

    def blank(found: re.Match[str]) -> str:
        text = found[0]
        if _NAMES_MODULE.search(code, max(found.start() - 12, 0), found.start()):
            return text
        return text if _INTERPOLATES.search(text) or "|" in text else text[0] + " " * (len(text) - 2) + text[-1]

    bare = _STRINGS.sub(blank, code)
    return code if _UNSURE.search(bare) else bare


def awk_sinks(code: str) -> tuple[str, ...]:
    """Give the ways out that an awk program names: system, pipes to and from commands, sockets."""
    from auditor.read.filters.awk_syntax import tokens_of
    from auditor.read.filters.streams import CannotFold

    try:
        tokens = tokens_of(code)
    except CannotFold:
        found = re.findall(r"\bsystem\b|\|&?|\bgetline\b|/inet|@load", code)
        return tuple(found)
    names = [token.text for token in tokens if token.kind in {"name", "operator"}]
    found = [name for name in names if name in {"system", "|", "|&", "@load", "@"}]
    return (*found, *("/inet" for token in tokens if token.kind == "string" and "/inet" in token.text))
