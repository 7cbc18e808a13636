"""Settings in text are what the script's own parser makes of them, or nobody knows."""

from __future__ import annotations

from tests.read.python.readings import effects_of


def _started(parser: str, text: str) -> list[str]:
    return effects_of(f"""
import configparser, os
settings = {parser}
settings.read_string({text!r})
os.system(settings["s"]["c"])
""")


def test_an_interpolation_that_is_not_followed_leaves_values_unknown() -> None:
    """Text with references of a kind that nobody resolves here is not taken for the command."""
    text = "[s]\nu = ss\nc = ${u}h a.example\n"
    assert _started("configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())", text) == [
        "code.load bash unknown"
    ]
    assert _started("configparser.ConfigParser(interpolation=some)", text) == ["code.load bash unknown"]


def test_values_are_told_with_and_without_interpolation() -> None:
    """The parser's own way, and none, are followed."""
    assert _started("configparser.ConfigParser()", "[s]\nu = ss\nc = %(u)sh a.example\n") == ["ssh a.example"]
    assert _started("configparser.ConfigParser(interpolation=None)", "[s]\nc = ssh %h\n") == ["ssh %h"]
