"""What bash itself understood: `bash --pretty-print` parses a script, prints it anew and runs nothing.

Gives the printed text, and the normal form in which a script and its printed self agree. Known flaws
of the printer (5.2): after a here-document inside `if`, `case` or a loop it forgets the next `;`.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

from auditor.read.shell.escapes import ansi_c
from tests.read.shell.parsers.rows import Row

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}


def printed(path: Path, bash: str = "bash") -> str | None:
    """Give a script as bash prints it; None where bash refuses it."""
    command = [bash, "--norc", "--noprofile", "--pretty-print", "-O", "extglob", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, env=ENVIRONMENT, stdin=subprocess.DEVNULL)
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 and not done.stderr else None


def accepts(path: Path, bash: str = "bash") -> bool:
    """Whether bash finds no syntax error; nothing runs."""
    command = [bash, "--norc", "--noprofile", "-O", "extglob", "-n", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, env=ENVIRONMENT, stdin=subprocess.DEVNULL)
    return done.returncode == 0


def normal(row: Row) -> Row:
    """Take away what bash's printer changes: blanks, `$'…'` and `$"…"`, an implied `-n`, lines."""
    texts = tuple(_text(text) for text in row.texts)
    children = tuple(normal(child) for child in row.children)
    if row.kind == "test":
        texts = tuple(text for text in texts if text != "-n")
    if row.kind == "document":
        texts = (re.sub(r"\\\n|\s+", "", row.texts[0]),)
    if row.kind == "redirect" and texts[1:] == ("<&", "-"):
        texts = (texts[0], ">&", "-")
    if row.kind == "function" and [child.kind for child in children] != ["group"]:
        children = (Row("group", (), children),)
    return replace(row, texts=texts, children=children, line=0)


def _text(text: str) -> str:
    text = re.sub(r"\$'((?:[^'\\]|\\.)*)'", _decoded, text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", re.sub(r"\$(?=\")", "", text))
    return re.sub(r"^(\w+\+?=\().*", r"\1", text)


def _decoded(match: re.Match[str]) -> str:
    return "'" + ansi_c(match[1]).replace("'", "'\\''") + "'"
