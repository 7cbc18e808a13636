"""`getopts` over arguments that are known: options one by one, as bash gives them.

Where an argument is not known, the option and its value are not, and the loop around it is walked once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from auditor.model.word import Source
from auditor.read.shell.memory import Variable
from auditor.read.values import Known, Value, known_text

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_PLACE = "\0letter"
"""A variable that no script can name, so that a loop sees that something is left to do."""


def getopts(shell: Shell, arguments: tuple[Value, ...]) -> None:
    """Set the next option."""
    name = known_text(arguments[1]) if len(arguments) > 1 else None
    letters = known_text(arguments[0]) if arguments else None
    given = arguments[2:] or shell.memory.arguments
    knows = len(arguments) > 2 or shell.memory.knows_arguments
    words = [known_text(value) for value in given]
    current = shell.look("OPTIND")
    index = known_text(current or Known("1")) or "1"
    at, left = shell.option_place
    is_moved = at > 1 and left is not current  # OPTIND was set meanwhile, or on another path
    if name is None or letters is None or not re.fullmatch(r"[A-Za-z_]\w*", name):
        shell.status = None
    elif not knows or words[:1] == [None] or not index.isdigit() or is_moved:
        _unknown(shell, name)
    else:
        _next(shell, letters, name, given, (int(index[:6]), at))


def _unknown(shell: Shell, name: str) -> None:
    shell.assign(name, shell.evaluation.fresh(Source.ARGUMENT, "getopts"))
    shell.assign("OPTARG", shell.evaluation.fresh(Source.ARGUMENT, "OPTARG"))
    shell.option_place = (1, None)
    shell.status = None


def _next(shell: Shell, letters: str, name: str, given: tuple[Value, ...], place: tuple[int, int]) -> None:
    index, at = place
    word = known_text(given[index - 1]) if 0 < index <= len(given) else ""
    if word is None:
        _unknown(shell, name)
        return
    if not word.startswith("-") or word in ("-", "--"):
        shell.assign(name, Known("?"))
        _leave(shell, index + (word == "--"), 1)
        shell.status = 1
        return
    at = at if at < len(word) else 1
    letter, rest = word[at : at + 1], word[at + 1 :]
    shell.option_names.add(name)
    takes = re.search(re.escape(letter) + ":", letters[1:] if letters.startswith(":") else letters) is not None
    is_missing = takes and not rest and index >= len(given)
    found = letter if letter and letter in letters.replace(":", "") else "?"
    shell.assign(name, Known((":" if letters.startswith(":") else "?") if is_missing else found))
    if letters.startswith(":") and (is_missing or found == "?"):
        shell.assign("OPTARG", Known(letter))
    if takes:
        if not is_missing:
            shell.assign("OPTARG", Known(rest) if rest else given[index])
        index, at = index + (1 if rest or is_missing else 2), 1
    elif rest:
        at += 1
    else:
        index, at = index + 1, 1
    _leave(shell, index, at)
    shell.status = 0


def _leave(shell: Shell, index: int, at: int) -> None:
    """Remember which argument comes next, and which letter in it."""
    shell.assign("OPTIND", Known(str(index)))
    shell.option_place = (at, shell.look("OPTIND"))
    shell.memory.scopes[0][_PLACE] = Variable(Known(str(at)))
