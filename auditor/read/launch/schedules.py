"""Descriptions that other programs carry out: crontabs, at jobs, systemd units, makefiles, images, manifests.

Takes the program that is told to carry one out, and reads the description where the script wrote it
or feeds it: as a unit of its own language, whose reader opens the commands inside. One out of reach
is nothing that we hold.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.emission import silent
from auditor.read.launch.identity import made_at
from auditor.read.launch.made import run_text
from auditor.read.launch.options import scan
from auditor.read.launch.surroundings import for_code
from auditor.read.values import Known, Unknown, Value, alternatives, concat, known_text, words_of

_STARTS = frozenset("start enable restart reenable reload-or-restart link try-restart".split())
_COMPOSE_FILES = ("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml")
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")


def carry_out(
    evaluation: Evaluation, language: Language, content: Value | None, context: Context, made_by: str
) -> None:
    """Read a description as a unit; what is not known of it is no code that is run."""
    for single in alternatives(content) if content is not None else ():
        if not isinstance(single, Unknown):
            run_text(evaluation, language, single, for_code(context), made_by=made_by, argv=())


def content_of(evaluation: Evaluation, path: Value | None, context: Context) -> Value | None:
    """Give the content of a file that the script made, or of standard input for `-`; None where out of reach."""
    if path is None:
        return None
    if known_text(path) in {"-", "/dev/stdin"}:
        return context.stdin
    file = made_at(evaluation, str(words_of(path)[0]), context)
    return file.content if file is not None else None


def crontab(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`crontab -` and `crontab FILE`."""
    scanned = scan(arguments, "u s")
    if scanned.has("-l", "-e", "-r"):
        # what is listed ends its line, so that an entry put behind it stands on one of its own
        listed = concat((evaluation.fresh(Source.COMMAND, "crontab"), Known("\n")))
        return Outcome(stdout=listed) if scanned.has("-l") else silent(None)
    path = scanned.operands[0] if scanned.operands else Known("-")
    carry_out(evaluation, Language.CRONTAB, content_of(evaluation, path, context), context, "crontab")
    return silent(None)


def at(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`at TIME`: standard input, or a file with -f, is code."""
    scanned = scan(arguments, "f q t")
    if scanned.has("-l", "-r", "-d", "-c"):
        return None
    content = content_of(evaluation, scanned.last("-f") or Known("-"), context)
    if content is not None:
        run_text(evaluation, Language.BASH, content, for_code(context), made_by="at", argv=(Known("sh"),))
    return silent(None)


def systemctl(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`systemctl start|enable NAME`: where the script wrote the unit file, its commands are read."""
    operands = [known_text(word) for word in scan(arguments, "H M t p n root host machine type property").operands]
    if not operands or operands[0] not in _STARTS:
        return None
    for name in operands[1:]:
        if name is None:
            continue
        base = posixpath.basename(name)
        wanted = {base, f"{base}.service", re.sub(r"\.(?:timer|path|socket)$", ".service", base)}
        for path, file in list(evaluation.files.table.items()):
            if posixpath.basename(path) in wanted:
                carry_out(evaluation, Language.SYSTEMD, file.content, context, f"systemctl {operands[0]} {base}")
    return silent(None)


def make(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`make [-f FILE] [-C DIR]` with a makefile that the script wrote."""
    scanned = scan(arguments, "f C I o W E file makefile directory include-dir eval", joined="jl")
    for text in scanned.every("--eval", "-E"):
        carry_out(evaluation, Language.MAKEFILE, text, context, "make --eval")
    directory = scanned.last("-C", "--directory")
    named = scanned.last("-f", "--file", "--makefile")
    for path in (named,) if named is not None else tuple(Known(name) for name in _MAKEFILES):
        where = path if directory is None else concat((directory, Known("/"), path))
        content = content_of(evaluation, where, context)
        if content is not None:
            carry_out(evaluation, Language.MAKEFILE, content, context, "make")
            break
    return None


def docker(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`docker build [-f FILE] DIR` and `docker compose up` with files that the script wrote."""
    texts = [known_text(word) or "" for word in arguments]
    if "compose" in texts[:1]:
        return compose(evaluation, arguments[1:], context)
    words = arguments[2:] if texts[:2] in (["buildx", "build"], ["image", "build"]) else arguments[1:]
    if "build" not in texts[:2]:
        return None
    scanned = scan(words, "f t m o file tag build-arg target platform network secret output label cache-from add-host")
    named = scanned.last("-f", "--file")
    directory = scanned.operands[-1] if scanned.operands else Known(".")
    path = named or (directory if known_text(directory) == "-" else concat((directory, Known("/Dockerfile"))))
    carry_out(evaluation, Language.DOCKERFILE, content_of(evaluation, path, context), context, "docker build")
    return None


def compose(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`docker compose up|run|build` with a file that the script wrote."""
    scanned = scan(arguments, "f p file project-name profile env-file project-directory")
    if not any(known_text(word) in {"up", "run", "start", "create", "build", "exec"} for word in scanned.operands):
        return None
    for path in scanned.every("-f", "--file") or tuple(Known(name) for name in _COMPOSE_FILES):
        carry_out(evaluation, Language.COMPOSE, content_of(evaluation, path, context), context, "docker compose")
    return None


def kubectl(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """`kubectl apply|create -f FILE`, or from standard input."""
    scanned = scan(arguments, "n f k l o namespace filename context kubeconfig selector output")
    if not any(known_text(word) in {"apply", "create", "replace", "run"} for word in scanned.operands[:1]):
        return None
    for path in scanned.every("-f", "--filename"):
        carry_out(evaluation, Language.MANIFEST, content_of(evaluation, path, context), context, "kubectl apply")
    return None
