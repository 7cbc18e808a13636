"""POSIX regular expressions as Python's, within bounds.

Takes a basic or extended expression, gives a compiled one. Python's engine backtracks without a
limit, so expressions that could run away on the text at hand (nested or many unbounded repetitions,
back references) are refused: `CannotFold`.
"""

from __future__ import annotations

import re
import warnings

from auditor.read.filters.streams import CannotFold

_MOST_PATTERN = 1_000
_MOST_WORK = 20_000_000
_CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s",
    "blank": r" \t", "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9A-Fa-f", "word": r"\w", "print": " -~", "graph": "!-~",
    "cntrl": r"\x00-\x1f\x7f",
}  # fmt: skip


def compiled(pattern: str, *, extended: bool, ignores_case: bool = False, fixed: bool = False) -> re.Pattern[str]:
    """Translate and compile an expression."""
    if len(pattern) > _MOST_PATTERN:
        raise CannotFold("a long expression")
    source = re.escape(pattern) if fixed else translated(pattern, extended=extended)
    if not fixed and _runs_away(source):
        raise CannotFold("an expression that may run away")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of the expression's style
            return re.compile(source, (re.IGNORECASE if ignores_case else 0) | re.ASCII)
    except (re.error, OverflowError, RecursionError) as refused:
        raise CannotFold("not an expression") from refused


def check_work(pattern: re.Pattern[str], text: str) -> None:
    """Refuse to match where the work could exceed the bound: length to the power of the repetitions."""
    repetitions = len(re.findall(r"(?<!\\)[*+]|\{\d*,\}", re.sub(r"\[[^\]]*\]", "", pattern.pattern)))
    longest = max((len(line) for line in text.split("\n")), default=0)
    work = float(len(text) + 1) * float(longest + 1) ** min(max(repetitions, 0), 8)
    if repetitions and work > _MOST_WORK * (20 if repetitions == 1 else 1):
        raise CannotFold("too much matching")


def translated(pattern: str, *, extended: bool) -> str:
    """Give an expression in Python's syntax."""
    output: list[str] = []
    index = 0
    while index < len(pattern):
        letter = pattern[index]
        following = pattern[index + 1 : index + 2]
        if letter == "[":
            text, index = _bracket(pattern, index)
            output.append(text)
            continue
        if letter == "\\" and following:
            output.append(_escaped(following, extended))
            index += 2
            continue
        if extended:
            output.append("\\{" if letter == "{" and not re.match(r"\{\d*,?\d*\}", pattern[index:]) else letter)
        elif letter in "(){}|+?":
            output.append("\\" + letter)
        elif letter == "*" and (not output or output[-1] in {"(", "|", "^"}):
            output.append("\\*")
        elif letter == "^" and output and output[-1] not in {"(", "|"}:
            output.append("\\^")
        elif letter == "$" and index + 1 < len(pattern) and pattern[index + 1 : index + 3] not in {"\\)", "\\|"}:
            output.append("\\$")
        else:
            output.append(letter)
        index += 1
    return "".join(output)


def _escaped(letter: str, extended: bool) -> str:
    if letter in "(){}|+?":
        return "\\" + letter if extended else letter
    if letter.isdigit():
        raise CannotFold("a back reference")
    if letter in "<>":
        return r"\b"
    if letter in "wWsSbB":
        return "\\" + letter
    if letter in "nt":
        return {"n": "\n", "t": "\t"}[letter]
    return re.escape(letter)


def _bracket(pattern: str, start: int) -> tuple[str, int]:
    index = start + 1
    output = "["
    if pattern[index : index + 1] == "^":
        output += "^"
        index += 1
    is_first = True
    while index < len(pattern):
        letter = pattern[index]
        if letter == "]" and not is_first:
            return output + "]", index + 1
        is_first = False
        if letter == "[" and pattern[index + 1 : index + 2] == ":":
            end = pattern.find(":]", index)
            name = pattern[index + 2 : end]
            if end < 0 or name not in _CLASSES:
                raise CannotFold("a character class")
            output += _CLASSES[name]
            index = end + 2
            continue
        output += "\\" + letter if letter in "\\[]&~|" else letter
        index += 1
    raise CannotFold("an open bracket")


def _runs_away(source: str) -> bool:
    """Whether a repeated group holds a repetition or an alternative, the shapes that backtrack exponentially."""
    bare = re.sub(r"\\.|\[[^\]]*\]", "x", source)
    depth_has: list[bool] = []
    index = 0
    while index < len(bare):
        letter = bare[index]
        if letter == "(":
            depth_has.append(False)
        elif letter == ")" and depth_has:
            inside = depth_has.pop()
            if inside and re.match(r"[*+]|\{\d*,\d*\}", bare[index + 1 :]):
                return True
            if depth_has:
                depth_has[-1] = depth_has[-1] or inside
        elif letter in "*+|?{" and depth_has:
            depth_has[-1] = True
        index += 1
    return False
