"""What must never come out of a renderer, whatever goes in."""

from __future__ import annotations

import unicodedata


def unsafe_characters(text: str) -> set[str]:
    """Give the characters of a text that steer a terminal, hide, or turn the direction of writing."""
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return {character for character in text if character != "\n" and unicodedata.category(character) in hidden}
