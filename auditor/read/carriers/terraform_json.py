"""Terraform's JSON as the language that it stands for.

Takes a decoded document in the JSON syntax, https://developer.hashicorp.com/terraform/language/syntax/json,
gives the same configuration in HCL, bounded in size and depth. Strings are templates there as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

_LABELS: Final[Mapping[str, int]] = {
    "resource": 2, "data": 2, "ephemeral": 2, "provider": 1, "variable": 1, "output": 1, "module": 1,
    "locals": 0, "terraform": 0,
}  # fmt: skip
_MAPS: Final = frozenset(
    "metadata tags labels environment environment_variables triggers query keepers annotations app_settings".split()
)
"""Arguments that are maps and no blocks; which of the two another object is, only the provider's schema knows."""
_PROVISIONERS: Final = frozenset({"provisioner", "connection"})
_NAME: Final = re.compile(r"[A-Za-z_][\w-]*")
_MOST_DEPTH: Final = 30
MOST_LINES: Final = 50_000


def is_terraform(document: object) -> bool:
    """Whether a decoded text has resources, as Terraform's JSON names them."""
    kinds = ("resource", "data", "provider", "terraform")
    return any(isinstance(body.get(kind), dict | list) for body in _bodies(document) for kind in kinds)


def as_hcl(document: object) -> str:
    """Write a document as HCL; None of its parts is evaluated."""
    lines: list[str] = []
    for line in _top(document):
        if len(lines) >= MOST_LINES:
            break
        lines.append(line)
    return "\n".join(lines) + "\n"


def _top(document: object) -> Iterator[str]:
    for body in _bodies(document):
        for kind, value in body.items():
            yield from _labelled(str(kind), value, (), _LABELS.get(str(kind), 0))


def _bodies(value: object) -> list[dict[object, object]]:
    """Give the objects that stand for one block or several."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _labelled(kind: str, value: object, labels: tuple[str, ...], left: int) -> Iterator[str]:
    for body in _bodies(value):
        if left:
            for label, inner in body.items():
                yield from _labelled(kind, inner, (*labels, str(label)), left - 1)
            continue
        yield " ".join((kind, *map(_quoted, labels), "{"))
        yield from _body(body, 0)
        yield "}"


def _body(body: Mapping[object, object], depth: int) -> Iterator[str]:
    if depth > _MOST_DEPTH:
        return
    for key, value in body.items():
        name = str(key)
        if not _NAME.fullmatch(name):
            continue
        if name in _PROVISIONERS and name == "provisioner":
            yield from _labelled(name, value, (), 1)
        elif name not in _MAPS and _is_block(value):
            for inner in _bodies(value):
                yield f"{name} {{"
                yield from _body(inner, depth + 1)
                yield "}"
        else:
            yield f"{name} = {_expression(value, depth)}"


def _is_block(value: object) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)
    )


def _expression(value: object, depth: int) -> str:
    if depth > _MOST_DEPTH:
        return "null"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(_expression(item, depth + 1) for item in value) + "]"
    if isinstance(value, dict):
        pairs = [f"{_quoted(str(key))} = {_expression(item, depth + 1)}" for key, item in value.items()]
        return "{ " + ", ".join(pairs) + " }"
    return "null" if value is None else json.dumps(value)


def _quoted(text: str) -> str:
    """Write a text between quotes; what is between `${` and `}` stays an expression."""
    pieces: list[str] = []
    depth = 0
    for index, character in enumerate(text):
        if character == "{" and (depth or text[index - 1 : index] == "$"):
            depth += 1
        elif character == "}" and depth:
            depth -= 1
        pieces.append(character if depth else _ESCAPED.get(character, character))
    if depth:  # what is never closed is no template
        return json.dumps(text.replace("${", "$${"), ensure_ascii=False)
    return '"' + "".join(pieces) + '"'


_ESCAPED: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
