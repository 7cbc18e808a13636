"""Arguments that nobody here knows: which of them a script means to be given."""

from __future__ import annotations

import re

_MANY = re.compile(r"\$[@*#]|\$\{[@*#]|\bshift\b|\bgetopts\b|\bBASH_ARGV\b")


def may_be_given(name: str, script: str) -> bool:
    """Say whether a script that uses `$9` means an argument: it does if it uses those before it, too.

    An argument that is never given is an old way to end a name or to pad a word (`$IFS$9-N`).
    """
    if not name.isdigit() or int(name[:6]) < 2:
        return True
    number = int(name[:6])
    if number < 5 and _MANY.search(script):
        return True
    return all(re.search(rf"\$\{{?[#!]?{each}(?!\d)", script) for each in range(1, min(number, 20)))
