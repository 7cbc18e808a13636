"""Terminal multiplexers: commands started in a detached session, and keys typed into one.

Takes the arguments of screen or tmux, gives what is started or typed; None where nothing is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.words import joined
from auditor.read.launch.wrappers import Peeled
from auditor.read.programs.pieces import head_of
from auditor.read.values import Known, Value, known_text

_STARTS = frozenset(
    """new new-session neww new-window splitw split-window respawn-pane respawnp respawn-window respawnw
    run run-shell popup display-popup if if-shell""".split()
)
_TAKES = frozenset("c e E F f h n s S t T w x y l L".split())
_KEYS = frozenset({"Enter", "C-m", "KPEnter", "C-c", "C-d", "C-l", "Space", "Escape", "Up", "Tab"})


def screen(evaluation: Evaluation, arguments: tuple[Value, ...], context: Context) -> Peeled | None:
    """`screen -dmS NAME COMMAND…`, and `screen -S NAME -X stuff TEXT`."""
    index = 0
    while index < len(arguments):
        head = head_of(arguments[index])
        if not re.match(r"[-+]\w", head):
            break
        if head == "-X":
            return _typed(arguments[index + 1 :], context)
        if re.fullmatch(r"-(?:list|ls|wipe|v|version|help|r|R|RR|x)", head):
            return None
        takes = re.fullmatch(r"-[a-zA-Z]*?([ScesthTpL])(.*)", head)
        index += 2 if takes and not takes[2] and takes[1] != "L" else 1
    words = arguments[index:]
    return Peeled(context, (words,)) if words else None


def _typed(words: Sequence[Value], context: Context) -> Peeled | None:
    """Give the text that is typed into a session, or the command of a new window."""
    command = known_text(words[0]) if words else None
    if command == "stuff" and len(words) > 1:
        return Peeled(context, codes=(_returned(words[1]),))
    if command == "screen" and len(words) > 1:
        return Peeled(context, (tuple(words[1:]),))
    if command in {"exec", "eval"} and len(words) > 1:
        return Peeled(context, codes=(joined(words[1:]),))
    return None


def tmux(evaluation: Evaluation, arguments: tuple[Value, ...], context: Context) -> Peeled | None:
    """`tmux new -d 'TEXT'`, `tmux send-keys -t NAME 'TEXT' Enter`, and several of these in a row."""
    codes: list[Value] = []
    for words in _parts(_without_options(arguments)):
        name = known_text(words[0]) if words else None
        if name in _STARTS:
            rest = _without_options(words[1:])
            if rest:
                codes.append(joined(rest))
        elif name in {"send-keys", "send"}:
            keys = [word for word in _without_options(words[1:]) if known_text(word) not in _KEYS]
            if keys:
                codes.append(_returned(joined(keys)))
    return Peeled(context, codes=tuple(codes)) if codes else None


def _parts(arguments: Sequence[Value]) -> list[list[Value]]:
    parts: list[list[Value]] = [[]]
    for word in arguments:
        if known_text(word) in {";", "\\;"}:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _without_options(arguments: Sequence[Value]) -> Sequence[Value]:
    index = 0
    while index < len(arguments):
        head = head_of(arguments[index])
        if head == "--":
            return arguments[index + 1 :]
        if not head.startswith("-") or head == "-":
            break
        index += 2 if head[-1] in _TAKES and len(head) <= 3 and not head.startswith("--") else 1
    return arguments[index:]


def _returned(text: Value) -> Value:
    """Give typed text without the key that ends it (a carriage return)."""
    known = known_text(text)
    return text if known is None else Known(re.sub(r"(?:\^M|\\n|\\r|\\015|\r)+", "\n", known))
