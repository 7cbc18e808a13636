"""The operator's YAML and JSON files, read strictly.

Takes the text of a file and the structure that it must have, gives the value. Refuses, with the
file, the line and the key: text that is not YAML, a key given twice, an unknown key, a value of the
wrong kind.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from auditor.errors import PolicyError

T = TypeVar("T")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MESSAGE = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>[^`]*)`")
_MISSING = re.compile(r"Object missing required field `(?P<key>[^`]*)`")
_PATH_PART = re.compile(r"\.([^.\[]+)|\[(\d+)\]|\[\.\.\.\]")
_MAX_CHARACTERS = 4_000_000


def text_of(path: Path) -> str:
    """Read the operator's file; raises PolicyError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise PolicyError(f"{path}: {error.strerror or 'cannot be read'}", hint="does the file exist?") from error
    except ValueError as error:
        raise PolicyError(f"{path}: not UTF-8 text") from error


def read_strict(text: str, kind: type[T], name: str) -> T:
    """Read a YAML or JSON text as a structure; raises PolicyError that names the line and the key."""
    if len(text) > _MAX_CHARACTERS:
        raise PolicyError(f"{name}: larger than {_MAX_CHARACTERS:,} characters")
    try:
        root = yaml.compose(text, Loader=_LOADER)
        _refuse_duplicates(root, name)
        value = yaml.load(text, Loader=_LOADER)  # noqa: S506 - the safe loader, in C where there is one
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PolicyError(f"{name}:{line}: not valid YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PolicyError(f"{name}: not valid YAML: {error}") from error
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _named(error, root, name) from error


def _named(error: msgspec.ValidationError, root: yaml.Node | None, name: str) -> PolicyError:
    match = _MESSAGE.fullmatch(str(error))
    what, path = (match["what"], match["path"] or "") if match else (str(error), "")
    node = _node_at(root, path)
    unknown = _UNKNOWN.fullmatch(what)
    missing = _MISSING.fullmatch(what)
    where = path.lstrip(".") or "the file"
    if unknown is not None:
        message = f"unknown key `{unknown['key']}` in {where}"
        node = _key_node(node, unknown["key"]) or node
    elif missing is not None:
        message = f"missing key `{missing['key']}` in {where}"
    else:
        message = f"{where}: {what[:1].lower()}{what[1:]}"
    line = node.start_mark.line + 1 if node is not None else 1
    return PolicyError(f"{name}:{line}: {message}")


def _refuse_duplicates(root: yaml.Node | None, name: str) -> None:
    # YAML keeps the last of two equal keys without a word.
    nodes = [root] if root is not None else []
    seen: set[int] = set()
    while nodes:
        node = nodes.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            nodes.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in keys:
                        raise PolicyError(f"{name}:{key.start_mark.line + 1}: the key `{key.value}` is given twice")
                    keys.add(key.value)
                nodes.append(value)


def _node_at(root: yaml.Node | None, path: str) -> yaml.Node | None:
    node = root
    for match in _PATH_PART.finditer(path):
        below: yaml.Node | None = None
        if match[1] is not None and isinstance(node, yaml.MappingNode):
            below = next((value for key, value in node.value if getattr(key, "value", None) == match[1]), None)
        elif match[2] is not None and isinstance(node, yaml.SequenceNode) and int(match[2]) < len(node.value):
            below = node.value[int(match[2])]
        if below is None:
            break
        node = below
    return node


def _key_node(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((key for key, _ in node.value if getattr(key, "value", None) == name), None)
