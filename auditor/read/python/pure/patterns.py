"""Regular expressions on known text, for patterns that cannot run away.

Python's engine backtracks, so a pattern runs only when it is short, its input is short, and no
repetition stands inside a repetition.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

from auditor.read.python.fold import Pure, TooLong

_MOST_PATTERN = 300
_MOST_INPUT = 20_000
_MOST_MATCHES = 5_000
# A group that ends in, or holds, a repetition and is repeated itself; and back-references.
_NESTED = re.compile(r"[*+}][^()]*\)\s*[*+{]|\\[1-9]|\(\?P=|\(\?[<!=]")
_MANY = 3


def safe(pattern: object, text: object = "") -> re.Pattern[str] | re.Pattern[bytes]:
    """Compile a pattern, or refuse it."""
    if isinstance(pattern, re.Pattern):
        source = pattern.pattern
    elif isinstance(pattern, str | bytes):
        source = pattern
    else:
        raise TypeError
    shown = source.decode("latin-1") if isinstance(source, bytes) else source
    if len(shown) > _MOST_PATTERN or (isinstance(text, str | bytes) and len(text) > _MOST_INPUT):
        raise TooLong
    loops = len(re.findall(r"(?<!\\)[*+]|\{\d*,\d*\}", shown))
    if _NESTED.search(shown) or loops > _MANY or (loops > 1 and isinstance(text, str | bytes) and len(text) > 2_000):
        raise TooLong
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python thinks of the expression's style
        return re.compile(source)


def _sub(pattern: object, new: object, text: object, count: object = 0, flags: object = 0) -> object:
    compiled = safe(pattern, text)
    limit = count if isinstance(count, int) else 0
    if isinstance(text, str) and isinstance(new, str) and isinstance(compiled.pattern, str):
        if len(new) * (len(text) + 1) > 4_194_304:
            raise TooLong
        return re.sub(compiled.pattern, new, text, count=limit, flags=_flags(flags))
    if isinstance(text, bytes) and isinstance(new, bytes) and isinstance(compiled.pattern, bytes):
        return re.sub(compiled.pattern, new, text, count=limit)
    raise TypeError


def _flags(value: object) -> int:
    return value if isinstance(value, int) else 0


def _apply(function: Callable[..., object]) -> Callable[..., object]:
    def run(pattern: object, text: object, *rest: object, **options: object) -> object:
        return function(safe(pattern, text), text)

    return run


def _group(match: object, *keys: object) -> object:
    if not isinstance(match, re.Match):
        raise TypeError
    return match.group(*[key if isinstance(key, int) else str(key) for key in keys])


def _groups(match: object, *rest: object) -> object:
    if not isinstance(match, re.Match):
        raise TypeError
    return match.groups()


def _groupdict(match: object) -> object:
    if not isinstance(match, re.Match):
        raise TypeError
    return match.groupdict()


def _compile(pattern: object, flags: object = 0) -> object:
    return re.compile(safe(pattern).pattern, _flags(flags))


def _finditer(pattern: object, text: object) -> object:
    compiled = safe(pattern, text)
    if isinstance(text, str) and isinstance(compiled.pattern, str):
        found = list(re.compile(compiled.pattern).finditer(text))
        if len(found) > _MOST_MATCHES:
            raise TooLong
        return found
    raise TypeError


_FUNCTIONS: dict[str, Callable[..., object]] = {
    "findall": lambda pattern, text: pattern.findall(text),
    "split": lambda pattern, text: pattern.split(text),
    "match": lambda pattern, text: pattern.match(text),
    "search": lambda pattern, text: pattern.search(text),
    "fullmatch": lambda pattern, text: pattern.fullmatch(text),
}

PATTERNS: dict[str, Pure] = {
    "re.sub": Pure(_sub, "replace"),
    "re.compile": Pure(_compile),
    "re.escape": Pure(re.escape),
    "re.finditer": Pure(_finditer),
    "Pattern.sub": Pure(_sub, "replace"),
    "Pattern.finditer": Pure(_finditer),
    **{f"re.{name}": Pure(_apply(function)) for name, function in _FUNCTIONS.items()},
    **{f"Pattern.{name}": Pure(_apply(function)) for name, function in _FUNCTIONS.items()},
    "Match.group": Pure(_group),
    "Match.__getitem__": Pure(_group),
    "Match.groups": Pure(_groups),
    "Match.groupdict": Pure(_groupdict),
}
