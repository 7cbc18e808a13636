"""The formats that an operator can name instead of having them told."""

from __future__ import annotations

from enum import Enum


class Format(Enum):
    """What the files of a source hold."""

    AUTO = "auto"
    ROWS = "rows"
    CLAUDE = "claude"
    CODEX = "codex"
    GEMINI = "gemini"
    QWEN = "qwen"
    COPILOT = "copilot"
    OPENHANDS = "openhands"
    SCRIPTS = "scripts"
