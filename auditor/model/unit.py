"""Scripts and units: the text handed in, and every piece of code found inside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum

from auditor.model.place import Span


class Language(Enum):
    """The languages that the intake tells apart; which of them have a reader is the reading stage's business."""

    PYTHON = "python"
    BASH = "bash"
    SSH_CONFIG = "ssh-config"
    NOTEBOOK = "notebook"
    DOCKERFILE = "dockerfile"
    COMPOSE = "compose"
    WORKFLOW = "workflow"
    MANIFEST = "manifest"  # Kubernetes objects, SkyPilot tasks
    MAKEFILE = "makefile"
    SYSTEMD = "systemd"
    CRONTAB = "crontab"
    MARKDOWN = "markdown"
    TERRAFORM = "terraform"
    JAVASCRIPT = "javascript"
    TYPESCRIPT = "typescript"
    PERL = "perl"
    RUBY = "ruby"
    PHP = "php"
    LUA = "lua"
    AWK = "awk"
    POWERSHELL = "powershell"
    OTHER = "other"  # code in a language that is not listed
    DATA = "data"  # text with no code in it
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Script:
    """One text handed in. `origin` says how it came: a file, standard input, a tool call, a row of a data set."""

    text: str
    language: Language
    path: str
    origin: str
    sha256: str  # of the bytes as they came

    @staticmethod
    def of(text: str, language: Language, path: str = "<text>", origin: str = "text") -> Script:
        """Make a script of text that is already decoded."""
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return Script(text=text, language=language, path=path, origin=origin, sha256=digest)


@dataclass(frozen=True, slots=True)
class Unit:
    """Code in one language; unit 0 is the script itself, every other has a parent.

    `span` is the place in the parent's text that hands the code over, `made_by` what does so
    (`os.system`, `bash -c`, `heredoc`, `run /tmp/x.sh`).
    """

    id: int
    language: Language
    text: str
    parent: int | None = None
    span: Span | None = None
    made_by: str = "script"


LINE_BY_LINE: frozenset[tuple[Language, str]] = frozenset(
    (language, made_by)
    for language, names in (
        (Language.NOTEBOOK, "cells"),
        (Language.DOCKERFILE, "RUN"),
        (Language.WORKFLOW, "step script"),
        (Language.MANIFEST, "setup run UserData"),
        (Language.COMPOSE, "setup"),
        (Language.MAKEFILE, "recipe"),
        (Language.MARKDOWN, "fence"),
        (Language.TERRAFORM, "user_data local-exec remote-exec"),
    )
    for made_by in names.split()
)
"""Carriers, and how they hand code on so that its line N is line N of the stretch that holds it."""
