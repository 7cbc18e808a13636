"""`getopts` over arguments that are known: options one by one, as bash gives them.

Where an argument is not known, the option and its value are not, and the loop around it is walked once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from auditor.model.word import Source
from auditor.read.values import EMPTY, Known, Value, known_text

if TYPE_CHECKING:
    from auditor.read.shell.interpreter import Shell

_PLACE = "\0OPTPLACE"


def getopts(shell: Shell, arguments: tuple[Value, ...]) -> None:
    """Set the next option."""
    name = known_text(arguments[1]) if len(arguments) > 1 else None
    letters = known_text(arguments[0]) if arguments else None
    given = arguments[2:] or shell.memory.arguments
    knows = len(arguments) > 2 or shell.memory.knows_arguments
    words = [known_text(value) for value in given]
    index = known_text(shell.look("OPTIND") or Known("1")) or "1"
    if name is None or letters is None or not re.fullmatch(r"[A-Za-z_]\w*", name):
        shell.status = None
    elif not knows or any(word is None and number == 0 for number, word in enumerate(words)) or not index.isdigit():
        _unknown(shell, name)
    else:
        _next(shell, letters, name, given, int(index[:6]))


def _unknown(shell: Shell, name: str) -> None:
    shell.assign(name, shell.evaluation.fresh(Source.ARGUMENT, "getopts"))
    shell.assign("OPTARG", shell.evaluation.fresh(Source.ARGUMENT, "OPTARG"))
    shell.status = None


def _next(shell: Shell, letters: str, name: str, given: tuple[Value, ...], index: int) -> None:
    place = known_text(shell.look(_PLACE) or EMPTY) or "1"
    at = int(place) if place.isdigit() else 1
    word = known_text(given[index - 1]) if 0 < index <= len(given) else ""
    if word is None:
        _unknown(shell, name)
        return
    if not word.startswith("-") or word in ("-", "--"):
        shell.assign(name, Known("?"))
        shell.assign("OPTIND", Known(str(index + (word == "--"))))
        shell.assign(_PLACE, Known("1"))
        shell.status = 1
        return
    at = at if at < len(word) else 1
    letter, rest = word[at : at + 1], word[at + 1 :]
    shell.option_names.add(name)
    takes = re.search(re.escape(letter) + ":", letters) is not None
    shell.assign(name, Known(letter if letter and letter in letters.replace(":", "") else "?"))
    if takes:
        following = given[index] if index < len(given) else EMPTY
        shell.assign("OPTARG", Known(rest) if rest else following)
        index, at = index + (1 if rest else 2), 1
    elif rest:
        at += 1
    else:
        index, at = index + 1, 1
    shell.assign("OPTIND", Known(str(index)))
    shell.assign(_PLACE, Known(str(at)))
    shell.status = 0
