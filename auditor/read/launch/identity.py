"""What a program word stands for: a program, a file that the script made, or a name that nothing is known of.

Takes the word as a value, looks it up among the script's files, along the script's own PATH, and
among the well-known programs. A path that is none of these may be a script in reach.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.languages import language_of
from auditor.read.launch.programs import program_of
from auditor.read.programs.pieces import head_of
from auditor.read.table import File
from auditor.read.values import Known, Unknown, Value, known_text, words_of

TREE = "*"
"""The name, in a directory, that stands for all files unpacked there."""
_MOST_ALIASES = 8
_PROGRAM_PLACES = frozenset("/bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin".split())
_READ_BESIDE = frozenset(
    {Language.BASH, Language.PYTHON, Language.JAVASCRIPT, Language.PERL, Language.RUBY, Language.PHP, Language.LUA}
)


@dataclass(frozen=True, slots=True)
class Identity:
    """A program word resolved: `program` its well-known name, or `file` of the script's making at `path`.

    A `path` alone is that of an installed program to which a link or a copy of the script's own leads.
    """

    program: str | None = None
    file: File | None = None
    path: str | None = None
    masks: str | None = None
    """The path under which a program runs that has another name."""


def identify(evaluation: Evaluation, word: Value, context: Context) -> Identity:
    """Resolve a program word; both fields are None where nothing is known of it."""
    text = known_text(word)
    name = text if text is not None else str(words_of(word)[0])
    if not name:
        return Identity()
    # Without a slash: the name of a temporary file, and the script itself as it was started.
    is_path = "/" in name or name == evaluation.script_path or (text is None and name in evaluation.files.table)
    path = name if is_path else _on_path(evaluation, name, context)
    if path is None:
        return Identity(program=program_of(name)) if text is not None else Identity()
    return _resolved(evaluation, path, context, name)


def _resolved(evaluation: Evaluation, path: str, context: Context, name: str) -> Identity:
    first = path
    for _ in range(_MOST_ALIASES):
        file = made_at(evaluation, path, context)
        if file is None:
            program = program_of(path)
            file = _beside(evaluation, path, context) if program is None else None
            if file is None and program is None and path not in (first, name) and _is_installed(path):
                return Identity(path=path)
            if file is None:
                return Identity(program=program, masks=_mask(name, program))
        if file.program is not None:
            program = program_of(file.program) or file.program
            return Identity(program=program, masks=_mask(name, program))
        content = file.content
        if (
            isinstance(content, Unknown)
            and content.hole.source is Source.FILE
            and content.hole.detail not in {"", path}
        ):
            path = content.hole.detail
            continue
        return Identity(file=file, path=evaluation.files.path(Known(path), context.directory))
    return Identity()


def made_at(evaluation: Evaluation, path: str, context: Context, *, strict: bool = True) -> File | None:
    """Give the file that the script made at a path, or the tree that it unpacked above it.

    An archive unpacked where the script stands says little about every other file there: such a tree
    counts (`strict`) only for paths with a part that begins like the archive's name.
    """
    files = evaluation.files
    normal = files.path(Known(path), context.directory)
    if normal in files.table:
        return files.table[normal]
    directory = posixpath.dirname(normal)
    for _ in range(64):
        tree = files.table.get(posixpath.join(directory, TREE))
        if tree is not None and (not strict or tree.program is None or _is_alike(tree, normal)):
            return File(tree.content)
        if directory in {"", "/", "~"}:
            return None
        directory = posixpath.dirname(directory)
    return None


def _beside(evaluation: Evaluation, path: str, context: Context) -> File | None:
    """Give a script on disk that is in reach, in a language that is read in full."""
    file = evaluation.files.find(Known(path), context.directory)
    if file is None or isinstance(file.content, Unknown):
        return file
    return file if language_of(head_of(file.content), path) in _READ_BESIDE else None


def _is_alike(tree: File, path: str) -> bool:
    """Whether a part of a path begins as the name of the archive does that was unpacked above it."""
    archive = re.sub(r"[?#].*", "", tree.program or "").rpartition("/")[2].lower()
    beginning = re.split(r"[-_.\d]", archive)[0]
    return len(beginning) > 1 and any(part.lower().startswith(beginning[:8]) for part in path.split("/"))


def _on_path(evaluation: Evaluation, name: str, context: Context) -> str | None:
    """Find a bare name along PATH among the files of the script's making, in their directories only."""
    path = context.environment.get("PATH")
    if path is None or not evaluation.files.table:
        return None
    directories = [name for word in words_of(path) for name in str(word).split(":")]
    evaluation.spend(len(directories) // 16)
    for directory in directories:
        if (
            directory
            and evaluation.files.path(Known(posixpath.join(directory, name)), context.directory)
            in evaluation.files.table
        ):
            return posixpath.join(directory, name)
    return None


def _is_installed(path: str) -> bool:
    """Whether a path is that of an installed program, whose name says more than that of a copy made elsewhere."""
    return posixpath.dirname(path) in _PROGRAM_PLACES


def _mask(name: str, program: str | None) -> str | None:
    if program is None or program_of(posixpath.basename(name)) == program:
        return None
    return name
