"""The page: template, style and script in one file that asks the network for nothing.

Takes the folder of a run, writes `report.html`. Everything of the audited texts is escaped by the
template, or lies in a JSON block that cannot be closed from inside; the page's policy lets only
its own script run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from auditor.corpora.query import opened_results
from auditor.corpora.report.chart import chart_of
from auditor.corpora.report.facts import MOST_SCRIPTS, Facts, facts_of
from auditor.corpora.shards import write_whole
from auditor.corpora.summary import duration, read_summary
from auditor.errors import UsageError
from auditor.match import load_ruleset
from auditor.render.escape import safe_json

NAME = "report.html"
_FOLDER = Path(__file__).parent / "page"
_VERDICTS = ("deny", "review", "allow")


def write_report(folder: Path) -> Path:
    """Write the page of a run; gives its path."""
    with opened_results({"": folder}) as results:
        facts = facts_of(results, read_summary(folder))
    target = folder / NAME
    write_whole(target, page_of(facts, folder.absolute().name).encode("utf-8"))
    return target


def page_of(facts: Facts, title: str) -> str:
    """Give the page as text."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise UsageError("this needs jinja2", hint="pip install 'auditor[corpus]'") from error
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value: f"{value:,}"
    script = (_FOLDER / "page.js").read_text(encoding="utf-8")
    summary = facts.summary
    total = max(summary.rows, 1)
    return environment.get_template("page.html").render(
        title=title,
        facts=facts,
        summary=summary,
        verdicts=[(name, summary.verdicts[name], summary.verdicts[name] / total * 100) for name in _VERDICTS],
        chart=chart_of(facts.series) if facts.series else None,
        took=duration(summary.seconds),
        most=MOST_SCRIPTS,
        style=Markup((_FOLDER / "page.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        data=Markup(embedded({"scripts": facts.scripts, "rules": _rules(facts)})),  # noqa: S704 - escaped for it
    )


def embedded(value: object) -> str:
    """Write JSON that can stand inside a page: no tag, no entity and no line separator in it."""
    text = safe_json(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _rules(facts: Facts) -> dict[str, dict[str, str]]:
    """Say why each rule matters and what to do instead, as the rules that ship have it."""
    named = {finding["rule"] for script in facts.scripts for finding in script["findings"]}
    return {
        card.id: {"why": card.why, "instead": card.instead} for card in load_ruleset(None).cards if card.id in named
    }
