"""The normal form of git: commands that its configuration and options make it run.

Source: git-config(1), git(1), gitremote-helpers(7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auditor.read.programs.grammar import Grammar, Parsed
from auditor.read.programs.normal import Normal, joined, plain_form
from auditor.read.programs.pieces import drop, head_of, search
from auditor.read.values import Known, Value, alternatives, known_text

_COMMAND_KEYS = frozenset(
    "core.sshcommand core.pager core.editor core.fsmonitor core.gitproxy core.askpass sequence.editor diff.external "
    "credential.helper gpg.program uploadpack.packobjectshook".split()
)
_COMMAND_OPTIONS = ("--upload-pack", "--receive-pack", "--exec", "--tree-filter", "--index-filter", "--msg-filter")
_RUN = {("bisect", "run"): 2, ("submodule", "foreach"): 2}


def git_form(program: str, grammar: Grammar, arguments: Sequence[Value]) -> Normal:
    """Give the form of a git command, and the commands that it runs beyond git's own."""
    normal = plain_form(program, grammar, arguments)
    parsed = normal.parsed
    if parsed is None:
        return normal
    pairs = [pair for value in parsed.every("-c", "--config") for pair in _pairs(value)]
    words = parsed.operands
    names = tuple(known_text(word) for word in words[:2])
    if names[:1] == ("config",):
        settings = [word for word in words[1:] if known_text(word) not in ("set", "add")]
        pairs += [(settings[0], settings[1])] if len(settings) > 1 else []
    commands = [command for key, value in pairs for command in _command(key, value)]
    commands += parsed.every(*_COMMAND_OPTIONS)
    commands += [drop(word, len("ext::")) for word in words if head_of(word).startswith("ext::")]
    tail = _tail(names, parsed)
    return replace(normal, commands=(*commands, *([tail] if tail is not None else [])))


def _pairs(value: Value) -> list[tuple[Value, Value]]:
    pairs = []
    for single in alternatives(value):
        key, text = search(single, r"^([^=]+)="), search(single, r"(?s)^[^=]+=(.*)$")
        if key is not None and text is not None:
            pairs.append((key, text))
    return pairs


def _command(key: Value, value: Value) -> list[Value]:
    """Give the command that a setting makes git run; an alias does so where it begins with `!`."""
    name = (known_text(key) or "").lower()
    if name.startswith("alias.") or name == "credential.helper":
        return [drop(value, 1)] if head_of(value).startswith("!") else []
    is_command = name in _COMMAND_KEYS or (
        name.startswith(("filter.", "difftool.", "mergetool.", "diff.", "merge."))
        and name.endswith((".clean", ".smudge", ".process", ".cmd", ".textconv", ".driver"))
    )
    return [value] if is_command and value != Known("") and known_text(value) not in ("true", "false", "cat") else []


def _tail(names: tuple[str | None, ...], parsed: Parsed) -> Value | None:
    start = _RUN.get((names[0] or "", names[1] or "")) if len(names) == 2 else None
    return None if start is None else joined(parsed.operands[start:])
