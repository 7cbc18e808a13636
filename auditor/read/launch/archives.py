"""Archives, repositories and compilers: files that come out of other files.

A directory into which a fetched archive is unpacked is remembered whole: what runs from there was
fetched. A cloned repository is out of reach, not fetched code in itself: what runs from there is
`code.run absent`, allowed by default, because building from a checkout is everyday work. A program
compiled from source that the script wrote is code without a reader.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.emission import silent
from auditor.read.launch.identity import TREE, made_at
from auditor.read.launch.made import run_text
from auditor.read.launch.options import Scanned, scan
from auditor.read.launch.surroundings import for_code
from auditor.read.programs.pieces import head_of
from auditor.read.secrets import is_secret, located
from auditor.read.table import File
from auditor.read.values import Known, Unknown, Value, alternatives, concat, known_text, unknown, words_of

_MOST_PACKED = 20


def tar(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`tar xzf FILE [-C DIR]`, or from standard input."""
    words = list(arguments)
    if words and not head_of(words[0]).startswith("-") and set(head_of(words[0])) & set("xct") and head_of(words[0]):
        words[0] = concat((Known("-"), words[0]))
    scanned = scan(
        words, "f C b H I K N T V X directory file exclude strip-components transform to-command owner group"
    )
    if not scanned.has("-x", "--extract", "--get"):
        return _packed(evaluation, scanned, context) if scanned.has("-c", "--create") else None
    path = scanned.last("-f", "--file")
    content = context.stdin if path is None or known_text(path) == "-" else _content(evaluation, path, context)
    _unpacked(evaluation, content, scanned.last("-C", "--directory"), context)
    to_command = scanned.last("--to-command")
    if to_command is not None:
        run_text(evaluation, Language.BASH, to_command, for_code(context), made_by="tar --to-command", argv=())
    return Outcome(stdout=content) if scanned.has("-O", "--to-stdout") and content is not None else silent(None)


def _packed(evaluation: Evaluation, scanned: Scanned, context: Context) -> Outcome | None:
    """`tar c FILE…`: an archive holds the secrets that were put into it; what else it holds is not known."""
    directory = known_text(scanned.last("-C", "--directory") or Known("")) or context.directory
    paths = [located(evaluation.files, text, directory) for word in scanned.operands if (text := known_text(word))]
    secrets = [path for path in paths if is_secret(path)]
    held: list[Value] = [unknown(Source.FILE, 0, path) for path in secrets[:_MOST_PACKED]]
    target = scanned.last("-f", "--file")
    if target is None or known_text(target) == "-":
        return Outcome(stdout=concat(held)) if held else None
    if held:
        evaluation.files.write(target, concat(held), directory=context.directory)
    return silent(None)


def zip_(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`zip ARCHIVE FILE…`."""
    operands = scan(arguments, "b n P t tt i x").operands
    if not operands:
        return None
    options = ((("-f", operands[0])),)
    return _packed(evaluation, Scanned(options, operands[1:]), context)


def unzip(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`unzip FILE [-d DIR]`; with -p to standard output."""
    scanned = scan(arguments, "d P x")
    if not scanned.operands or scanned.has("-l", "-t", "-v"):
        return None
    content = _content(evaluation, scanned.operands[0], context)
    if scanned.has("-p", "-c"):
        return Outcome(stdout=content) if content is not None else None
    _unpacked(evaluation, content, scanned.last("-d"), context)
    return silent(None)


def seven_zip(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`7z x FILE [-oDIR]`, `unrar x FILE`."""
    scanned = scan(arguments, "o p")
    if len(scanned.operands) < 2 or known_text(scanned.operands[0]) not in {"x", "e"}:
        return None
    _unpacked(evaluation, _content(evaluation, scanned.operands[1], context), scanned.last("-o"), context)
    return silent(None)


def cpio(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`cpio -i` unpacks standard input."""
    if scan(arguments, "D F E H I O directory").has("-i", "--extract"):
        _unpacked(evaluation, context.stdin, None, context)
    return silent(None)


def gunzip(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`gunzip FILE.gz` leaves FILE; standard input and `-c` are the filters' business."""
    scanned = scan(arguments, "S o T suffix")
    if scanned.has("-c", "--stdout", "--to-stdout") or not scanned.operands:
        return None
    for path in scanned.operands:
        name, ending = posixpath.splitext(str(words_of(path)[0]))
        content = _content(evaluation, path, context)
        if content is not None and ending in {".gz", ".bz2", ".xz", ".zst", ".lzma"}:
            target = scanned.last("-o") or Known(name)
            evaluation.files.write(target, content, directory=context.directory)
    return silent(None)


def compiler(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`gcc -o X x.c`: where the script wrote x.c, the program is code that we hold and cannot read."""
    scanned = scan(arguments, "o x I L l D U W O f m arch include std isystem")
    sources = [path for path in scanned.operands if made_at(evaluation, str(words_of(path)[0]), context) is not None]
    if known_text(scanned.last("-x") or Known("")) and context.stdin is not None:
        content: Value | None = context.stdin
    else:
        content = _content(evaluation, sources[0], context) if sources else None
    if content is not None:
        target = scanned.last("-o") or Known("a.out")
        evaluation.files.write(target, content, directory=context.directory)
    return silent(None)


def _content(evaluation: Evaluation, path: Value, context: Context) -> Value | None:
    file = made_at(evaluation, str(words_of(path)[0]), context)
    return file.content if file is not None else None


def _unpacked(evaluation: Evaluation, content: Value | None, directory: Value | None, context: Context) -> None:
    """Remember that everything below a directory was fetched, if the archive was."""
    for single in alternatives(content) if content is not None else ():
        if isinstance(single, Unknown) and single.hole.source is Source.NETWORK:
            is_apart = directory is not None and known_text(directory) not in {".", "./", "..", "/", "/tmp", "~"}  # noqa: S108
            tree = concat((directory, Known(f"/{TREE}"))) if directory is not None else Known(TREE)
            name = evaluation.files.path(tree, context.directory)
            evaluation.files.table[name] = File(single, None if is_apart else single.hole.detail)
