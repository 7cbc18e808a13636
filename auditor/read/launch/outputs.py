"""What a program is given that another printed: processes on the GPUs that are ended, secrets that are sent.

Takes a program start whose arguments, input or named files hold another program's output or the text
of a file of secrets, records what that means. Pipelines that say so themselves are rules' own business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from auditor.model.word import Hole, Source, Word
from auditor.read.bounds import within
from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.options import scan
from auditor.read.launch.takes import CURL_TAKES, WGET_TAKES
from auditor.read.programs.normal import Normal
from auditor.read.programs.pieces import drop, head_of
from auditor.read.secrets import is_secret, is_sensitive, located, note_sent, origins
from auditor.read.values import Known, Value, concat, known_text, words_of

_GPU_TOOLS = frozenset({"nvidia-smi", "rocm-smi"})
_SENDERS = frozenset({"curl", "wget", "http", "https", "xh"})
_READERS = frozenset(
    """cat bat head tail less more tac nl rev cp dd base64 base32 basenc xxd od hexdump strings grep egrep fgrep zgrep
    awk sed sort uniq cut paste tar zip gpg openssl vi vim nano view""".split()
)
"""Programs whose operands are files that they read."""
_COPIERS: Final[Mapping[str, str]] = {
    "scp": "c D F i J l o P S X",
    "rsync": "e f M T B exclude include rsh files-from exclude-from include-from log-file password-file bwlimit",
}
_BODIES = ("-d", "--data", "--data-ascii", "--data-binary", "--data-raw", "--data-urlencode", "--json")
_FORMS = ("-F", "--form", "--form-string")
_MOST_LINES = 500
_MOST_ADDRESSES = 16
_ENVIRONMENT_FILE = re.compile(r"(?:^|/)\.env[^/]*$")


def note_output(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> None:
    """Record `kill $(nvidia-smi …)`, `curl -d "$(env)" …` and files of secrets that are read or sent under a detour."""
    if program in _READERS:
        _note_read(evaluation, arguments, context)
    elif program in _SENDERS:
        _note_environment(evaluation, program, arguments, context)
        _note_request(evaluation, program, arguments, context)
    elif program in _COPIERS:
        _note_copied(evaluation, program, arguments, context)
    elif program == "sftp" and context.stdin is not None:
        _note_batch(evaluation, arguments, context)
    elif program == "kill":
        for argument in arguments:
            if _tools(argument) & _GPU_TOOLS:
                evaluation.emit("process.kill", "gpu", argument, place=context.place)


def note_input(evaluation: Evaluation, normal: Normal, context: Context) -> None:
    """Record secrets that go into a program which only passes them on: `nc HOST PORT < FILE`."""
    if context.stdin is None:
        return
    found = origins([context.stdin])
    for effect in normal.effects if found else ():
        if effect[0] == "net.connect" and len(effect) > 3:
            note_sent(evaluation, found, ("nc", *effect[2:4]), context.place)


def _tools(argument: Value) -> set[str]:
    holes = [part for word in words_of(argument) for part in word.parts if isinstance(part, Hole)]
    return {hole.detail for hole in holes if hole.source is Source.COMMAND}


def _note_environment(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> None:
    for argument in arguments:
        if _tools(argument) & {"env", "printenv"}:
            row = (Word.of(program), *(words_of(each)[0] for each in arguments))
            evaluation.emit_stages(((Word.of("env"),), row), context.place)


def _note_read(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> None:
    """Record a file of secrets that a program reads under a name that does not say so."""
    for argument in arguments:
        for word in words_of(argument):
            path = (word.text or "").removeprefix("if=")
            if not path or path.startswith("-"):
                continue
            for place in _places(evaluation, path, context):
                if place != path and is_sensitive(place) and not _ENVIRONMENT_FILE.search(place):
                    evaluation.emit("file.read", place, place=context.place)


def _places(evaluation: Evaluation, path: str, context: Context) -> tuple[str, ...]:
    """Give where a path leads; a pattern leads to what it names."""
    place = located(evaluation.files, path, context.directory)
    return (place, *named_by(place)) if re.search(r"[*?\[]", place) else (place,)


_WELL_KNOWN = (
    "/etc/shadow", "/etc/gshadow", "/etc/sudoers", "~/.ssh/id_rsa", "~/.ssh/id_ed25519", "~/.ssh/id_ecdsa",
    "/root/.ssh/id_rsa", "/root/.ssh/id_ed25519", "~/.aws/credentials", "/root/.aws/credentials", "~/.netrc",
    "~/.git-credentials", "~/.kube/config", "~/.docker/config.json", "/proc/self/environ",
)  # fmt: skip
"""Files that stand on many machines, and which a pattern may name."""


def named_by(pattern: str) -> tuple[str, ...]:
    """Give the well-known files of secrets that a pattern names; one of bare stars names nothing in particular."""
    pieces = pattern.split("/")
    if any(not re.sub(r"[*?\[\].!^-]", "", piece) for piece in pieces[1:]):
        return ()
    spelled = "/".join(_piece(piece) for piece in pieces)
    return tuple(path for path in _WELL_KNOWN if re.fullmatch(spelled, path))


def _piece(piece: str) -> str:
    """Give a part of a shell pattern as an expression."""
    found: list[str] = []
    for part in re.split(r"(\[[^\]/]{1,400}\]|[*?])", piece[:2_000]):
        if part in ("*", "?"):
            found.append("[^/]*" if part == "*" else "[^/]")
        elif re.fullmatch(r"\[[\w^!-]+\]", part):
            found.append(part.replace("[!", "[^"))
        else:
            found.append(re.escape(part))
    return "".join(found)


def _note_request(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> None:
    """Record what a downloader sends: text from elsewhere in a body or an address, files, its input."""
    urls, method, bodies, files = _wget_parts(arguments) if program == "wget" else _curl_parts(arguments)
    if program not in ("curl", "wget"):
        urls, method, bodies, files = _httpie_parts(arguments)
    held: list[Value] = [*bodies, *urls]
    found: dict[str, None] = {}
    for path in files:
        text = known_text(path)
        if text in ("-", ".", "/dev/stdin"):
            held += [context.stdin] if context.stdin is not None else []
            continue
        file = evaluation.files.find(path, context.directory)
        if file is not None:
            held.append(file.content)
        place = located(evaluation.files, text, context.directory) if text else ""
        if place != text and is_secret(place):
            found.setdefault(place)
    for origin in origins(held):
        found.setdefault(origin)
    for url in within(evaluation, urls, _MOST_ADDRESSES, "addresses of one request", context.place) if found else ():
        note_sent(evaluation, tuple(found), ("http", method, url), context.place)


_Parts = tuple[list[Value], Value, list[Value], list[Value]]


def _curl_parts(arguments: Sequence[Value]) -> _Parts:
    scanned = scan(arguments, CURL_TAKES)
    files = list(scanned.every("-T", "--upload-file"))
    bodies = scanned.every(*_BODIES, *_FORMS)
    method = "PUT" if files else "POST" if bodies else "GET"
    for body in bodies:
        marked = re.match(r"(?:[^=@]*=)?[@<]|[\w.-]+@", head_of(body))
        if marked is not None:
            files.append(_path_in(drop(body, marked.end())))
    return [*scanned.every("--url"), *scanned.operands], Known(method), list(bodies), files


def _path_in(value: Value) -> Value:
    """Give a path without what a form says of it (`;type=…`)."""
    text = known_text(value)
    return Known(text.partition(";")[0].strip('"')) if text is not None else value


def _wget_parts(arguments: Sequence[Value]) -> _Parts:
    scanned = scan(arguments, WGET_TAKES, joined="n")
    files = list(scanned.every("--post-file", "--body-file"))
    return list(scanned.operands), Known("POST"), list(scanned.every("--post-data", "--body-data")), files


def _httpie_parts(arguments: Sequence[Value]) -> _Parts:
    operands = list(scan(arguments, "o a A output auth auth-type session timeout verify proxy cert").operands)
    if operands and re.fullmatch(r"[A-Z]{3,7}", head_of(operands[0])):
        operands.pop(0)
    files: list[Value] = [Known("-")]
    for item in operands[1:]:
        marked = re.match(r"[\w.-]+(?::?=)?@", head_of(item))
        if marked is not None:
            files.append(drop(item, marked.end()))
    return operands[:1], Known("POST"), operands[1:], files


def _note_copied(evaluation: Evaluation, program: str, arguments: Sequence[Value], context: Context) -> None:
    """Record a copy to another machine of what lies elsewhere than its name says."""
    operands = scan(arguments, _COPIERS[program]).operands
    if len(operands) < 2 or ":" not in str(words_of(operands[-1])[0]):
        return
    for source in operands[:-1]:
        text = known_text(source)
        place = located(evaluation.files, text, context.directory) if text else ""
        if text and place != posix_trimmed(text) and is_secret(place):
            evaluation.emit(program, place, operands[-1], place=context.place)


def posix_trimmed(path: str) -> str:
    """Give a path without slashes at its end."""
    return path.rstrip("/") or path


def _note_batch(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> None:
    """Record what the commands of a batch put on the other machine: `sftp HOST <<< 'put FILE'`."""
    operands = scan(arguments, "b B c D F i J l o P R S s X").operands
    text = known_text(context.stdin) if context.stdin is not None else None
    if text is None or not operands:
        return
    for line in within(evaluation, text.splitlines(), _MOST_LINES, "commands of sftp", context.place):
        words = line.split()
        if len(words) > 1 and words[0] in ("put", "reput", "mput"):
            names = [word for word in words[1:] if not word.startswith("-")]
            place = located(evaluation.files, names[0], context.directory) if names else ""
            target: Value = concat((operands[0], Known(":" + (names[1] if len(names) > 1 else ""))))
            if place:
                evaluation.emit("scp", place, target, place=context.place)
