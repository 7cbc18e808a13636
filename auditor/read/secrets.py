"""Files that hold secrets: which paths those are, however they are reached, and what of them is sent away.

Takes paths and values, gives the path that a spelling leads to, and the origins of what is sent. An
origin is the path of a file of secrets whose text is in a value, or `env` for all variables. Looks
at no disk: links and copies are those that the script made.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from typing import Final

from auditor.model.place import Place
from auditor.model.word import Hole, Source, Word
from auditor.read.evaluation import Evaluation
from auditor.read.files import Files
from auditor.read.values import Known, Text, Unknown, Value, alternatives, words_of

_HOME: Final = r"(?:~[\w-]*|/root|/home/[^/]+|/Users/[^/]+)"
_SENSITIVE: Final = re.compile(
    rf"""
    (?:^|/)\.ssh/(?!known_hosts|config$)[^/]+$ | ^/etc/(?:shadow|gshadow|sudoers(?:\.d/.*)?|krb5\.keytab)$
  | ^{_HOME}/\.(?:netrc|git-credentials|pgpass|my\.cnf|npmrc|pypirc|vault-token|s3cfg|boto|ossutilconfig)$
  | (?:^|/)\.aws/(?:credentials|config)$ | (?:^|/)\.config/gcloud/ | (?:^|/)\.azure/ | (?:^|/)\.kube/config$
  | (?:^|/)\.docker/config\.json$ | (?:^|/)\.aliyun/config\.json$ | (?:^|/)\.gnupg/
  | ^{_HOME}/\.(?:bash|zsh|python)_history$
  | (?:^|/)\.env(?:\.(?!example|sample|template)\w+)?$ | ^/proc/[^/]+/(?:environ|mem)$
  | ^%\{{(?:file|unknown)(?:_\d+)?\}}/(?:.*/)?(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|\.git-credentials)$
  | ^/(?:var/)?run/secrets/ | (?:^|/)\.huggingface/token$ | (?:^|/)\.cache/huggingface/token$
    """,
    re.VERBOSE,
)
_TREES: Final = re.compile(rf"^{_HOME}/\.(?:ssh|aws|kube|gnupg|azure|docker|config/gcloud|config/gh)$|^/etc/passwd$")
"""Directories of secrets, and what is worth no word when read but one when sent."""
_ROOT: Final = re.compile(r"/proc/(?:self|thread-self|\d+)/(?:root|task/\d+/root)(?=/)")
_CLIMB: Final = re.compile(r"(?:\.\./){2,}(?=(?:etc|root|home|proc|run|var)/)")
_VARIABLES: Final = frozenset({"env", "printenv", "export", "declare", "set"})
"""Programs and builtins whose whole output is all variables."""
_TAKING: Final = frozenset({"get", "group", "groups", "groupdict"})
_SOURCES: Final = frozenset(source.value for source in Source)
_MOST_LINKS: Final = 4
_MOST_PARENTS: Final = 8
_MOST_ORIGINS: Final = 8
ENVIRONMENT: Final = "env"
_KEY: Final = re.compile(r"(?:^|/)\.(?:ssh|gnupg)/|^/etc/g?shadow$")


def is_sensitive(path: str) -> bool:
    """Whether reading a path is worth an effect."""
    return bool(_SENSITIVE.search(path))


def is_secret(path: str) -> bool:
    """Whether sending what is at a path is worth an effect: a file of secrets, or a directory of them."""
    return is_sensitive(path) or bool(_TREES.search(path.rstrip("/")))


def is_key(path: str) -> bool:
    """Whether each part of a file of secrets is one."""
    return bool(_KEY.search(path))


def located(files: Files, path: str, directory: str | None = None) -> str:
    """Give where a path leads: from its directory, through the script's links and copies, up to the root."""
    name = files.path(Known(path), directory)
    for _ in range(_MOST_LINKS):
        name = _ROOT.sub("", name)
        target = _linked(files, name)
        if target is None:
            break
        name = target
    climbed = re.sub(r"^(?:\.\./)+", "/", name) if path.startswith("~") else _CLIMB.sub("/", name, count=1)
    return climbed if climbed != name and climbed.startswith("/") and is_secret(climbed) else name


def _linked(files: Files, name: str) -> str | None:
    """Give where a link or copy of the script leads from a name, or from the directory above it."""
    head, rest = name, ""
    for _ in range(_MOST_PARENTS):
        file = files.table.get(head) if len(files.table) else None
        if file is not None:
            hole = file.content.hole if isinstance(file.content, Unknown) else None
            if hole is None or hole.source is not Source.FILE or hole.detail in ("", head):
                return None
            return posixpath.join(hole.detail, rest) if rest else hole.detail
        above, last = posixpath.split(head)
        if not last or above in ("", "/", "~"):
            return None
        head, rest = above, posixpath.join(last, rest) if rest else last
    return None


def origins_of(hole: Hole) -> str:
    """Give the origin that a hole has, or nothing."""
    if hole.source is Source.FILE:
        return hole.detail if is_secret(hole.detail) else ""
    if hole.source is Source.ENVIRONMENT:
        return "" if hole.number or hole.detail else ENVIRONMENT  # one of its own is a variable
    if hole.source in (Source.COMMAND, Source.DECODER):
        if hole.detail in _VARIABLES:
            return ENVIRONMENT
        return hole.detail if "/" in hole.detail and is_secret(hole.detail) else ""
    return ""


def origins(values: Iterable[Value]) -> tuple[str, ...]:
    """Give the origins of what some values hold."""
    found: dict[str, None] = {}
    for value in values:
        for single in alternatives(value):
            parts: Sequence[object] = single.parts if isinstance(single, Text) else ()
            holes = [single.hole] if isinstance(single, Unknown) else [part for part in parts if isinstance(part, Hole)]
            for hole in holes:
                if origin := origins_of(hole):
                    found.setdefault(origin)
    return tuple(found)[:_MOST_ORIGINS]


def detail_of_part(hole: Hole, how: str) -> str:
    """Give the detail of what is taken out of a hole: one setting of a file of secrets is not the file."""
    is_part = how in _TAKING or how.startswith(("['", '["'))
    return "" if is_part and hole.source is Source.FILE and passed_on(hole) and not is_key(hole.detail) else hole.detail


def passed_on(hole: Hole) -> str:
    """Give what of a hole's origin stays with what an encoder or a filter makes of it."""
    return hole.detail if origins_of(hole) else ""


def _written(path: str) -> Word:
    """Give a path back as a word, with its unknown parts."""
    parts: list[str | Hole] = []
    for index, piece in enumerate(re.split(r"%\{([a-z]+(?:_\d{1,9})?)\}", path)):
        if index % 2 == 0:
            parts.append(piece)
            continue
        name, _, number = piece.partition("_")
        is_source = name in _SOURCES
        parts.append(Hole(Source(name), int(number or 0)) if is_source else f"%{{{piece}}}")
    return Word.of(*parts)


def note_sent(evaluation: Evaluation, found: Sequence[str], sender: Sequence[Value | str], place: Place) -> None:
    """Record that secrets are sent, as the shell's own commands would send them: `cat FILE | http POST URL`."""
    words = [words_of(Known(word) if isinstance(word, str) else word)[0] for word in sender]
    for origin in found:
        first = (Word.of(ENVIRONMENT),) if origin == ENVIRONMENT else (Word.of("cat"), _written(origin))
        evaluation.emit_stages((first, tuple(words)), place)
