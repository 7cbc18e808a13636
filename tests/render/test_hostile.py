"""Audited text in every field: nothing of it steers a terminal, and no secret comes out, in any format."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auditor.model.finding import Match
from auditor.model.gap import Gap, Stage, Why
from auditor.model.place import Place, Span, Step
from auditor.model.report import Report
from auditor.model.rule import Reads
from auditor.model.unit import Language, Unit
from auditor.render.effects import effects_json, effects_text
from auditor.render.json import JsonLinesRenderer, JsonRenderer
from auditor.render.look import Look
from auditor.render.renderer import Renderer
from auditor.render.sarif import SarifRenderer
from auditor.render.text import TextOptions, TextRenderer
from tests.judge.made import at, match, rule
from tests.render.made import HOSTILE, SUMMARY, hostile, report
from tests.render.unsafe import unsafe_characters

SECRET = "hunter22-Zq7"


def through(make: Callable[[], Renderer]) -> Callable[[Report], str]:
    """Give a function that renders one report in a format."""

    def render(made: Report) -> str:
        renderer = make()
        return renderer.start() + renderer.report(made) + renderer.finish(SUMMARY)

    return render


FORMATS: dict[str, Callable[[Report], str]] = {
    "text": through(lambda: TextRenderer(TextOptions(verbosity=1, is_many=True))),
    "json": through(lambda: JsonRenderer(is_many=False)),
    "json of many": through(lambda: JsonRenderer(is_many=True)),
    "jsonl": through(JsonLinesRenderer),
    "sarif": through(lambda: SarifRenderer(root="/")),
    "effects": lambda made: effects_text(made.script, made.reading, Look()),
    "effects as json": lambda made: effects_json(made.script, made.reading),
}


def secretive() -> Report:
    """Make a report with a secret in each field that quotes the script."""
    line = f"sshpass -p {SECRET} ssh -R 1:h:2 x"
    trail = (Step(0, Span(1, 1, 1, 3), f"--password {SECRET}"),)
    return report(
        f'run("{line}")\n',
        (
            match(line, at(1, trail=trail)),
            Match(rule(id="two", reads=Reads.SOURCE), Place(1, Span(1, 1, 1, 9), trail), f"password='{SECRET}'"),
        ),
        units=(Unit(1, Language.BASH, line, 0, Span(1, 1, 1, 4), f"curl -u me:{SECRET}"),),
        gaps=(Gap(Stage.READ, Why.NOT_PARSED, f"TOKEN={SECRET}", at(1)),),
    )


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_steers_a_terminal(name: str) -> None:
    """Not one control, bidi, zero-width or private character of the script comes out."""
    assert unsafe_characters(HOSTILE)
    output = FORMATS[name](hostile())
    assert len(output) > 100
    assert unsafe_characters(output) == set()
    output.encode("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_no_secret_comes_out(name: str) -> None:
    """Effect, message, snippet, trail, unit and gap."""
    output = FORMATS[name](secretive())
    assert "[redacted]" in output
    assert "Zq7" not in output
