"""`find`: what it runs for the paths that it finds.

Takes the evaluation, the arguments and the context, and gives what is started, or None. Paths are the
script's own files where a name is asked for that they have; any others are unknown.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import pairwise, takewhile

from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.words import put
from auditor.read.launch.wrappers import Peeled
from auditor.read.secrets import is_secret, located
from auditor.read.values import Known, Value, concat, known_text, one_of

Arguments = tuple[Value, ...]


def find(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`find … -exec COMMAND ;`: the paths are those of the script's files that fit, else unknown."""
    commands: list[tuple[Value, ...]] = []
    index = 0
    while index < len(arguments):
        if known_text(arguments[index]) not in {"-exec", "-execdir", "-ok", "-okdir"}:
            index += 1
            continue
        end = index + 1
        while end < len(arguments) and not _ends(arguments, end):
            end += 1
        found = _found(evaluation, arguments, context)
        commands.append(tuple(put(word, "{}", found) for word in arguments[index + 1 : end]))
        index = end + 1
    commands = [words for words in commands if words]
    return Peeled(replace(context, stdin=None), tuple(commands)) if commands else None


def _found(evaluation: Evaluation, arguments: Arguments, context: Context) -> Value:
    """Give the paths that a search finds: where a name is asked for that files of the script have, those."""
    words = [known_text(word) for word in arguments]
    names = [pattern for option, pattern in pairwise(words) if option in {"-name", "-iname"}]
    starts = list(takewhile(lambda word: word is not None and not word.startswith(("-", "(", "!")), words)) or ["."]
    folders = [evaluation.files.path(Known(start), context.directory) for start in starts if start]
    fitting = [
        Known(path)
        for path in evaluation.files.table
        if any(path == folder or path.startswith(f"{folder.rstrip('/')}/") for folder in folders)
        and all(name is not None and fnmatchcase(posixpath.basename(path), name) for name in names)
    ]
    if not names or not fitting:
        return evaluation.fresh(Source.FILE)
    return one_of(fitting, evaluation.limits.alternatives)


def found_secrets(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`find DIRECTORY` of secrets: the names that it prints are paths of secrets."""
    words = [known_text(word) for word in arguments]
    starts = list(takewhile(lambda word: word is not None and not word.startswith(("-", "(", "!")), words))
    places = [located(evaluation.files, start, context.directory) for start in starts if start]
    names = [pattern for option, pattern in pairwise(words) if option in {"-name", "-iname"} and pattern]
    if not any(map(is_secret, places)) or any(name.endswith(".pub") for name in names[:1]):
        return None
    end = "\0" if "-print0" in words else "\n"
    pieces = [piece for place in places for piece in (Known(f"{place}/"), evaluation.fresh(Source.FILE), Known(end))]
    return Outcome(stdout=concat(pieces))


def _ends(arguments: Arguments, index: int) -> bool:
    text = known_text(arguments[index])
    return text in {";", "\\;"} or (text == "+" and known_text(arguments[index - 1]) == "{}")
