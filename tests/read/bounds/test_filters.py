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


PRODUCERS = {
    "a program that is fed": f"echo 'x{T}' | column -t | sed s/xs/s/ | sh",
    "a macro processor": "echo 'define(x,ss)x' | m4 | sh",
    "code of perl": f"echo 'x{T}' | perl -pe 's/xs/s/' | sh",
    "code of lua": """lua -e 'print((("xsh"):gsub("xs", "s")))' | sh""",
    "code of Python that prints now and then": (f"python3 -c 'import time\nif time.time() > 1: print(\"{T}\")' | sh"),
}


@pytest.mark.parametrize("case", PRODUCERS)
def test_what_a_program_makes_of_the_script_is_the_scripts(case: str) -> None:
    """Output that is made of nothing but text and code of the script is opaque where it runs."""
    assert not read(PRODUCERS[case]).hides


def test_output_that_the_script_does_not_make_stays_the_programs() -> None:
    """The twin: what tools print to be evaluated is theirs."""
    for text in ('eval "$(ssh-agent -s)"', 'eval "$(brew shellenv)"', 'eval "$(perl -I lib -Mlocal::lib)"'):
        assert read(text).hides


def test_a_filter_of_what_somebody_else_gives_stays_theirs() -> None:
    """The twin: what whoever starts the script gives, or a program that is not modelled, is no secret of the script."""
    for text in (f"sed -E 's/{WORDS}|xs/s/' | sh", f"make list | sed -E 's/{WORDS}|xs/s/' | sh"):
        assert "code.load bash unknown" not in read(text).lines


def test_a_filter_that_is_followed_is_known() -> None:
    """The twin within the bounds: the command is found."""
    assert T in read(f"{MADE} | sed -E 's/zz|xs/s/' | sh").lines
