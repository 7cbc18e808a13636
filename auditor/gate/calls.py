"""What an agent is about to do, whatever its host calls it: commands, writes, edits, patches, code."""

from __future__ import annotations

from dataclasses import dataclass


class Unclear(Exception):
    """A payload has a shape that the gate does not know, so nothing can be said of the call."""


@dataclass(frozen=True, slots=True)
class Run:
    """A command line for the agent's shell."""

    command: str


@dataclass(frozen=True, slots=True)
class Code:
    """Code of a language, handed to a tool."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Write:
    """A file written whole."""

    path: str
    content: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a file replaced; with an empty `old`, text that is added."""

    path: str
    old: str
    new: str
    every: bool = False


@dataclass(frozen=True, slots=True)
class Patch:
    """Several files changed by a patch, in the form of `*** Begin Patch` or a unified diff."""

    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A notebook's cell inserted or replaced."""

    path: str
    source: str
    is_code: bool


Act = Run | Code | Write | Edit | Patch | Cell


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call: who asks, from where, and its acts in order.

    `is_unsandboxed` says that the call asks its host to switch the sandbox off.
    """

    agent: str
    session: str
    directory: str
    tool: str
    acts: tuple[Act, ...]
    is_unsandboxed: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the hook process prints and with which status it ends."""

    stdout: str
    stderr: str
    exit_code: int


SILENCE = Answer("", "", 0)
