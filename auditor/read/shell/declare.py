"""`declare`, `local`, `export`, `readonly`, `typeset`: attributes and assignments.

Takes the words as written, since assignments among them are not split. Refuses nothing; what it
does not model (`-p`, `-f`, traces) changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from auditor.model.word import Source
from auditor.read.shell.commands import array_items, telling
from auditor.read.shell.functions import exported
from auditor.read.shell.history import VARIABLES
from auditor.read.shell.memory import Variable
from auditor.read.shell.numbers import run_index
from auditor.read.shell.redirects import write
from auditor.read.shell.syntax import Assignment, Word
from auditor.read.shell.words import single, word_fields
from auditor.read.values import EMPTY, Known, Value, known_text, unknown, words_of

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_ASSIGNED = re.compile(r"([A-Za-z_]\w*)(?:\[(.*?)\])?(\+?)=(.*)", re.DOTALL)


def declare(shell: Shell, builtin: str, words: tuple[Word | Assignment, ...]) -> None:
    """Do a declaration builtin."""
    flags: set[str] = set()
    removed: set[str] = set()
    given: dict[str, Value] = {}
    is_named = False
    for word in words:
        if isinstance(word, Assignment):
            is_named = True
            _assignment(shell, builtin, flags, word)
            found = shell.look(word.name)
            if found is not None:
                given[word.name] = found
            continue
        for value in word_fields(shell, word)[0]:
            text = known_text(value)
            if text is not None and re.fullmatch(r"[-+][a-zA-Z]+", text):
                (flags if text[0] == "-" else removed).update(text[1:])
                continue
            is_named = True
            if "f" in flags and (builtin == "export" or "x" in flags):
                exported(shell, text or "")
                continue
            _field(shell, builtin, flags, removed, value, given)
    shell.status = 0
    if not is_named and builtin in ("export", "declare", "typeset") and flags <= {"p", "x"}:
        write(shell, unknown(Source.COMMAND, 0, "export"))  # all variables, with their values
    if builtin == "export" or "x" in flags:
        telling(shell, given)
    else:
        telling(shell, {name: value for name, value in given.items() if name in VARIABLES})


def _assignment(shell: Shell, builtin: str, flags: set[str], word: Assignment) -> None:
    # The value is expanded before the name is made local: `local x=$x`.
    if word.items is not None:
        found = shell.memory.find(word.name)
        is_map = "A" in flags or (found is not None and found[1].is_map)
        items = array_items(shell, word, is_map=is_map)
        _prepare(shell, builtin, flags, set(), word.name)
        shell.set_items(word.name, items, append=word.is_append, is_map=is_map)
        return
    value = single(shell, word.value) if word.value is not None else EMPTY
    _prepare(shell, builtin, flags, set(), word.name, is_assigned=True)
    _give(shell, flags, word.name, value, word.subscript, word.is_append)
    _seal(shell, builtin, flags, word.name)


def _seal(shell: Shell, builtin: str, flags: set[str], name: str) -> None:
    """Keep a variable as it is from here on."""
    found = shell.memory.find(name) if builtin == "readonly" or "r" in flags else None
    if found is not None:
        found[0][name] = replace(found[1], is_readonly=True)


def _give(shell: Shell, flags: set[str], name: str, value: Value, subscript: Word | None, append: bool) -> None:
    if "n" in flags:
        found = shell.memory.find(name)
        scope = found[0] if found is not None else shell.memory.scopes[-1]
        scope[name] = Variable(value, is_reference=True)
        run_index(shell, known_text(value))
        return
    shell.assign(name, value, subscript, append=append)


def _field(
    shell: Shell, builtin: str, flags: set[str], removed: set[str], value: Value, given: dict[str, Value]
) -> None:
    """Do one argument that came out of expansions: `NAME`, or `NAME=VALUE` as text."""
    parts = words_of(value)[0].parts
    head = parts[0] if parts and isinstance(parts[0], str) else ""
    match = _ASSIGNED.match(head)
    if match is None:
        if re.fullmatch(r"[A-Za-z_]\w*", known_text(value) or "") and not flags & set("fFp"):
            name = known_text(value) or ""
            _prepare(shell, builtin, flags, removed, name)
            found = shell.memory.find(name)
            if found is not None and found[1].scalar is not None:
                given[name] = found[1].scalar
        return
    from auditor.read.values import Text, Unknown, concat

    rest = [Known(match[4])] + [Known(part) if isinstance(part, str) else Unknown(part) for part in parts[1:]]
    assigned = concat(rest) if len(rest) > 1 else rest[0]
    if isinstance(assigned, (Known, Text)) and not isinstance(value, Known):
        assigned = replace(assigned, trail=getattr(value, "trail", ()))
    _prepare(shell, builtin, flags, removed, match[1], is_assigned=True)
    subscript = shell.words_in(match[2]) if match[2] is not None else None
    _give(shell, flags, match[1], assigned, subscript, bool(match[3]))
    _seal(shell, builtin, flags, match[1])
    given[match[1]] = assigned


def _prepare(
    shell: Shell, builtin: str, flags: set[str], removed: set[str], name: str, *, is_assigned: bool = False
) -> None:
    """Set attributes, and make the name local where it is."""
    scopes = shell.memory.scopes
    is_local = len(scopes) > 1 and (builtin == "local" or (builtin in ("declare", "typeset") and "g" not in flags))
    found = shell.memory.find(name)
    if is_local:
        scope = scopes[-1]
        old = scope.get(name) or Variable()
    elif found is not None:
        scope, old = found
    else:
        scope, old = scopes[0], Variable()
        if not is_assigned and (builtin in ("export", "readonly") or flags & {"x", "r"}):
            # Exporting a name that only the environment may know keeps what it has there.
            known = shell.look(name)
            old = Variable(known if known is not None else shell.unset(name))
    case = "u" if "u" in flags else "l" if "l" in flags else "" if removed & {"u", "l"} else old.case
    items = old.items
    if items is None and flags & {"A", "a"}:
        items = {} if old.value is None else {("0" if "A" in flags else 0): old.value}
        old = replace(old, value=None)
    scope[name] = replace(
        old,
        items=items,
        is_map=old.is_map or "A" in flags,
        is_exported=(old.is_exported or builtin == "export" or "x" in flags)
        and not ("x" in removed or (builtin == "export" and "n" in flags)),
        is_integer=(old.is_integer or "i" in flags) and "i" not in removed,
        is_reference=(old.is_reference and not is_local) or ("n" in flags and builtin != "export"),
        case=case,
    )
    if builtin == "export" and "n" in flags:
        flags.discard("n")
