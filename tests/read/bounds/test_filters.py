"""Filters over what a script itself holds: what is not computed is opaque where it runs, and not somebody else's."""

from __future__ import annotations

import pytest

from tests.read.bounds.scripts import TUNNEL as T
from tests.read.bounds.scripts import read

WORDS = "|".join(f"zz{number:04}" for number in range(200))
MADE = f"printf '%s\\n' true 'x{T}'"
CASES = {
    "a long expression": f"{MADE} | sed -E 's/{WORDS}|xs/s/' | sh",
    "a long script of sed": f"{MADE} | sed '{'s/q/q/;' * 210}s/xs/s/' | sh",
    "many lines": f"seq 20000 | sed 's/.*/true/;$s/.*/{T}/' | sh",
    "many tokens of awk": f"awk 'BEGIN {{ {'x = 1; ' * 2000}print \"{T}\" }}' | sh",
    "many steps of awk": f"awk 'BEGIN {{ for (i = 0; i < 99999; i++) x = x + 1; print \"{T}\" }}' | sh",
    "an option that is not modelled": f"{MADE} | sed --sandbox 's/xs/s/' | sh",
}


@pytest.mark.parametrize("case", CASES)
def test_a_filter_that_gives_up_on_what_is_known_is_opaque(case: str) -> None:
    """The text is in the script, so that it runs unread is the script's doing."""
    told = read(CASES[case])
    assert T in told.lines or "code.load bash unknown" in told.lines


def test_a_filter_of_what_somebody_else_gives_stays_theirs() -> None:
    """The twin: what whoever starts the script gives, or a program that is not modelled, is no secret of the script."""
    for text in (f"sed -E 's/{WORDS}|xs/s/' | sh", f"make list | sed -E 's/{WORDS}|xs/s/' | sh"):
        assert "code.load bash unknown" not in read(text).lines


def test_a_filter_that_is_followed_is_known() -> None:
    """The twin within the bounds: the command is found."""
    assert T in read(f"{MADE} | sed -E 's/zz|xs/s/' | sh").lines
