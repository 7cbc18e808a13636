"""The page of a corpus: what was found in all scripts, in one file.

Takes the folder of a run, writes `report.html`; `auditor.render.page` escapes what it shows.
"""

from __future__ import annotations

from pathlib import Path

from auditor.corpora.query import opened_results
from auditor.corpora.report.chart import chart_of
from auditor.corpora.report.facts import MOST_SCRIPTS, Facts, facts_of
from auditor.corpora.shards import write_whole
from auditor.corpora.summary import duration, read_summary
from auditor.match import load_ruleset
from auditor.render.page import Template

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
    summary = facts.summary
    total = max(summary.rows, 1)
    template = Template(_FOLDER, "corpus", {"number": lambda value: f"{value:,}"})
    return template.page(
        {"scripts": facts.scripts, "rules": _rules(facts)},
        {
            "title": title,
            "facts": facts,
            "summary": summary,
            "verdicts": [(name, summary.verdicts[name], summary.verdicts[name] / total * 100) for name in _VERDICTS],
            "chart": chart_of(facts.series) if facts.series else None,
            "took": duration(summary.seconds),
            "most": MOST_SCRIPTS,
        },
    )


def _rules(facts: Facts) -> dict[str, dict[str, str]]:
    """Say why each rule matters and what to do instead, as the rules that ship have it."""
    named = {finding["rule"] for script in facts.scripts for finding in script["findings"]}
    return {
        card.id: {"why": card.why, "instead": card.instead} for card in load_ruleset(None).cards if card.id in named
    }
