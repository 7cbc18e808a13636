"""Kinds of text that Semgrep scans, told apart by the ends of file names, and their canaries.

Takes nothing; gives the suffix for transcripts and for each language's source, and the line that
ends every text and proves that it was parsed to there.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from auditor.model.unit import Language

EFFECTS: Final = ".effects.sh"
"""The suffix of transcripts."""

CANARY_PREFIX: Final = "auditor-canary-"
TEXT_CANARY: Final = "auditor-canary-text"
TEXT_CANARY_PATTERN: Final = r"(?:__auditor_canary__\(\"|auditor\.canary )(n[0-9a-f]{16})\b"
_CALL: Final = '__auditor_canary__("%s")'
_COMMAND: Final = "auditor.canary %s"


@dataclass(frozen=True, slots=True)
class Dialect:
    """A language that Semgrep parses: the end of its files' names, its name in rules, and its canary."""

    extension: str
    name: str
    canary: str
    pattern: str

    @property
    def rule(self) -> str:
        """The id of the rule that reports the canary."""
        return CANARY_PREFIX + self.name


DIALECTS: Final[Mapping[Language, Dialect]] = {
    Language.PYTHON: Dialect("py", "python", _CALL, "__auditor_canary__($N)"),
    Language.BASH: Dialect("sh", "bash", _COMMAND, "auditor.canary $N"),
    Language.JAVASCRIPT: Dialect("js", "javascript", _CALL, "__auditor_canary__($N)"),
    Language.TYPESCRIPT: Dialect("ts", "typescript", _CALL, "__auditor_canary__($N)"),
    Language.RUBY: Dialect("rb", "ruby", _CALL, "__auditor_canary__($N)"),
    Language.LUA: Dialect("lua", "lua", _CALL, "__auditor_canary__($N)"),
}
CODE: Final = frozenset(Language) - {Language.DATA, Language.BINARY}
"""Languages whose text the textual rules read."""
TEXT_LANGUAGES: Final = frozenset({"regex", "generic"})
SOURCE_LANGUAGES: Final = frozenset(dialect.name for dialect in DIALECTS.values()) | TEXT_LANGUAGES


def nonce() -> str:
    """Make up a canary's number that no text can know."""
    return "n" + secrets.token_hex(8)


def source_suffix(language: Language) -> str:
    """Give the end of the file names for source text of a language."""
    dialect = DIALECTS.get(language)
    return f".{language.value}.source.{dialect.extension if dialect else 'txt'}"


def dialect_of(suffix: str) -> Dialect | None:
    """Give the language in which texts of a kind are parsed; None where only textual rules read them."""
    if suffix == EFFECTS:
        return DIALECTS[Language.BASH]
    return next((dialect for language, dialect in DIALECTS.items() if suffix == source_suffix(language)), None)


def canary_line(suffix: str, number: str) -> str:
    """Write the line that proves that a text was parsed to its end."""
    dialect = dialect_of(suffix)
    return (dialect.canary if dialect else _CALL) % number
