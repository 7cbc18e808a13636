"""Units prepared for reading: what bash drops from a text, and where each offset stood before."""

from __future__ import annotations

import re

from auditor.model.unit import Unit
from auditor.read.shell.memory import Home


def home_of(unit: Unit) -> Home:
    """Prepare a unit's text: bash drops NULs, and a script with Windows line ends is read without them."""
    text = unit.text
    starts = [0]
    starts.extend(found.end() for found in re.finditer("\n", text))
    if "\0" not in text and "\r\n" not in text:
        return Home(unit, text, tuple(starts))
    kept: list[str] = []
    dropped: list[int] = []
    for index, character in enumerate(text):
        if character == "\0" or (character == "\r" and text[index + 1 : index + 2] == "\n"):
            dropped.append(len(kept))
        else:
            kept.append(character)
    return Home(unit, "".join(kept), tuple(starts), tuple(dropped))
