"""Text for people: golden pages, at widths that people have."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from auditor.model.finding import Match
from auditor.model.gap import Gap, Stage, Why
from auditor.model.report import Report
from auditor.model.unit import Language
from auditor.render.effects import effects_text
from auditor.render.look import Look
from auditor.render.summary import Summary
from auditor.render.text import TextOptions, TextRenderer
from tests.judge.made import at, match, rule
from tests.render.golden import assert_golden
from tests.render.made import SUMMARY, clean, hidden_tunnel, hostile, report

OBSERVE = "version: 1\nmode: observe\ndefault: deny\n"
GRANT = (
    "version: 1\ndefault: allow\noutcomes: [{family: reverse-tunnel, outcome: deny}]\n"
    "grants: [{rule: ssh-remote-forward, effect: 'ssh -N -R ...', reason: 'preview, ticket 7', expires: 2027-01-01}]\n"
)


def shown(made: Report, *, verbosity: int = 0, is_many: bool = False, look: Look | None = None) -> str:
    """Render one report."""
    return TextRenderer(TextOptions(look or Look(), verbosity, is_many)).report(made)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("denied.txt", lambda: shown(hidden_tunnel())),
        ("denied-verbose.txt", lambda: shown(hidden_tunnel(), verbosity=1)),
        ("denied-60-columns.txt", lambda: shown(hidden_tunnel(), look=Look(60))),
        ("denied-ascii.txt", lambda: shown(hidden_tunnel(), look=Look(80, is_unicode=False))),
        ("denied-colour.txt", lambda: shown(hidden_tunnel(), look=Look(100, is_coloured=True))),
        ("observed.txt", lambda: shown(hidden_tunnel(OBSERVE))),
        ("granted.txt", lambda: shown(hidden_tunnel(GRANT))),
        ("clean.txt", lambda: shown(clean())),
        ("hostile.txt", lambda: shown(hostile(), look=Look(100))),
        ("effects.txt", lambda: effects_text(hidden_tunnel().script, hidden_tunnel().reading, Look())),
    ],
)
def test_pages(name: str, text: object) -> None:
    """Each page looks as it did when someone last looked at it."""
    assert callable(text)
    assert_golden(name, text())


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_page_or_ends_in_blanks(width: int) -> None:
    """Whatever the text."""
    for made in (hidden_tunnel(), hostile()):
        for line in shown(made, verbosity=1, look=Look(width)).splitlines():
            assert cell_len(line) <= width
            assert line == line.rstrip()


def test_without_colour_there_is_no_escape_sequence() -> None:
    """Piped text is plain; with colour, only styles are used."""
    assert "\x1b" not in shown(hidden_tunnel())
    coloured = shown(hidden_tunnel(), look=Look(is_coloured=True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(hidden_tunnel())


def test_quiet_says_the_verdict_and_nothing_of_what_is_allowed() -> None:
    """One line for each script that is held back."""
    assert shown(hidden_tunnel(), verbosity=-1) == "DENY   scripts/setup.py\n"
    assert shown(clean(), verbosity=-1) == ""


def test_among_many_a_clean_script_is_left_to_the_summary() -> None:
    """Unless everything is wanted."""
    assert shown(clean(), is_many=True) == ""
    assert shown(clean(), is_many=True, verbosity=1).startswith("ALLOW")


def test_among_many_a_script_with_allowed_findings_only_is_one_line() -> None:
    """Which rules fired, and how often; among others it is a listing, not a report."""
    card = rule(id="ssh-local-forward", family="local-forward")
    made = report("x\ny\n", (match("ssh -L a", at(1), card), match("ssh -L b", at(2), card)), path="x.sh")
    assert shown(made, is_many=True) == "ALLOW  x.sh  ssh-local-forward (2)\n"
    assert "ssh -L b" in shown(made, is_many=True, verbosity=1)
    assert "ssh -L b" in shown(made)


def test_findings_on_one_effect_stand_together_and_advice_is_given_once() -> None:
    """Two rules on one line: one place, two headings; a rule that fires twice explains itself once."""
    second = rule(id="another", title="Another thing", why="Another reason.", instead="Another way.")
    text = shown(
        report("x\ny\n", (match("ssh -R a", at(1)), match("ssh -R a", at(1), second), match("ssh -R b", at(2))))
    )
    assert text.count("effect   ssh -R a") == 1
    assert text.count("scripts/setup.py:1:1") == 1
    assert text.count("Another reason.") == 1
    assert text.count("It gives whoever holds the other end") == 1


def test_a_rule_explains_itself_once_in_a_run() -> None:
    """The second script with the same finding is shorter; with everything wanted, it is not."""
    for verbosity, count in ((0, 1), (1, 2)):
        renderer = TextRenderer(TextOptions(verbosity=verbosity, is_many=True))
        pages = [renderer.report(report("x\n", (match("ssh -R a", at(1)),), path=path)) for path in ("a.sh", "b.sh")]
        assert "".join(pages).count("It gives whoever holds the other end") == count
        assert pages[1].count("effect   ssh -R a") == 1


def test_many_findings_are_cut_short_and_said_so() -> None:
    """A page has an end."""
    made = report("x\n" * 300, tuple(match(f"ssh -R {line}", at(line)) for line in range(1, 301)))
    assert "and 260 more findings; -v shows all" in shown(made)
    assert shown(made, verbosity=1).count("effect   ssh -R") == 300


def test_the_mark_stands_under_the_span() -> None:
    """Tabs, wide characters and a margin in front of it."""
    made = report("\t \t名 = run(x); y\n", (Match(rule(), at(1, 8, 6), "m"),))
    lines = shown(made).splitlines()
    index = next(index for index, line in enumerate(lines) if "run(x)" in line)
    before = lines[index][: lines[index].index("run(x)")]
    mark = lines[index + 1]
    assert cell_len(mark[: mark.index("^")]) == cell_len(before)
    assert mark.count("^") == len("run(x)")


def test_a_place_past_the_text_does_not_stop_the_report() -> None:
    """A reader may be wrong about a line."""
    assert "ssh -R x" in shown(report("x\n", (match("ssh -R x", at(99, 70)),)))


def test_carriage_returns_end_lines_and_do_not_reach_the_page() -> None:
    """CRLF and bare CR."""
    for text in ("one\r\ntwo\r\n", "one\rtwo\r"):
        page = shown(report(text, (match("ssh -R x", at(2)),)))
        assert "2 │ two\n" in page
        assert "\r" not in page


def test_gaps_alone_are_shown_with_their_outcome() -> None:
    """A script in a language without a reader."""
    gap = Gap(Stage.READ, Why.NO_READER, "javascript")
    page = shown(report("x\n", gaps=(gap,), language=Language.JAVASCRIPT, path="x.js"))
    assert page.startswith("REVIEW x.js\n")
    assert "javascript (no reader for this language)" in page


def test_the_summary_counts() -> None:
    """For many scripts, and for a run that was interrupted."""
    renderer = TextRenderer(TextOptions(Look(100), is_many=True))
    assert renderer.finish(SUMMARY) == (
        "4 scripts audited: 1 deny, 1 review, 2 allow · 1 gap · 3 skipped (2 binary, 1 link) · 0.42 s\n"
    )
    stopped = Summary(SUMMARY.verdicts, 4, 1, (), 1.0, interrupted=True)
    assert "was not audited" in TextRenderer(TextOptions()).finish(stopped)
    assert TextRenderer(TextOptions()).finish(SUMMARY) == ""
