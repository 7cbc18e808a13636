"""Clearing: a bash script of nothing but harmless commands, written out, is not read any further.

Takes a text, gives yes or no. Every word is literal, every command is on a closed list, and nothing
is expanded, redirected or defined, so that what stands there is what runs.
"""

from __future__ import annotations

import re
from typing import Final

from auditor.settings import Limits

_MOST_BYTES: Final = 20_000
_COMMANDS: Final = r"(?:echo|true|false|:|cd|pwd|ls|date|whoami|uname)"
_BARE: Final = r"[A-Za-z0-9_./:=,@%+-]++"
_WORD: Final = rf"(?:{_BARE}|'[ !-&(-~]*+'|\"[ #%-\[\]-_a-~]*+\")"
_COMMAND: Final = rf"{_COMMANDS}(?:[ \t]++{_WORD})*+[ \t]*+"
_LINE: Final = rf"[ \t]*+(?:{_COMMAND}(?:(?:&&|\|\||;)[ \t]*+{_COMMAND})*+;?[ \t]*+)?(?:(?:(?<=[ \t;\n])|^)\#[ -~]*+)?"
_SCRIPT: Final = re.compile(rf"(?:{_LINE}\n)*+{_LINE}", re.MULTILINE)


def is_cleared(text: str, limits: Limits) -> bool:
    """Whether a script is nothing but harmless commands that are written out."""
    return len(text) <= min(_MOST_BYTES, limits.line_bytes) and _SCRIPT.fullmatch(text) is not None
