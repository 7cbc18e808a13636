"""The report: self-contained, safe against what it shows, and usable; opened in a browser where there is one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="the corpus extra is not installed")
pytest.importorskip("duckdb", reason="the corpus extra is not installed")
pytest.importorskip("jinja2", reason="the corpus extra is not installed")

import itertools

from auditor.cli import main
from auditor.corpora.pool import Pool
from auditor.corpora.query import opened_results
from auditor.corpora.report.chart import HEIGHT, WIDTH, chart_of
from auditor.corpora.report.facts import Series, facts_of
from auditor.corpora.summary import read_summary
from auditor.render.page import embedded
from tests.corpora.test_scan import scan, write_rows
from tests.intake import trajectories

HOSTILE = (
    "deny </script><script>document.title='owned'</script><img src=x onerror=alert(1)> \u202e\u2028 {{ 7*7 }} &amp;"
)
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def page(tmp_path: Path, pool: Pool) -> Path:
    """Give the page of a run with a hostile text, and one named as hostile."""
    source = write_rows(tmp_path / "d<b>.jsonl", [HOSTILE, "clean", "review two\nline", "gap", HOSTILE])
    scan(source, tmp_path / "out", pool)
    assert main(["corpus", "report", str(tmp_path / "out")]) == 0
    return tmp_path / "out" / "report.html"


class Links(HTMLParser):
    """Collects what a page would fetch, and what tags it has."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        self.tags.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]


def test_the_page_fetches_nothing(page: Path) -> None:
    """No address but anchors of its own and an empty icon; its policy refuses all others."""
    text = page.read_text(encoding="utf-8")
    links = Links()
    links.feed(text)
    assert set(links.fetched) == {"#scripts", "data:,"}
    assert re.search(r"url\(|@import|https?://|fetch\(|XMLHttpRequest", text) is None
    assert "default-src 'none'" in text
    assert links.tags.count("script") == 2
    assert "img" not in links.tags


def test_what_is_shown_cannot_leave_its_place(page: Path) -> None:
    """The data block is JSON without a tag in it, and holds the text as it was, made visible."""
    text = page.read_text(encoding="utf-8")
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert block is not None
    assert not set("<>&\u2028\u202e") & set(block[1])
    data = json.loads(block[1])
    first = data["scripts"][0]
    assert first["lines"][0].startswith("deny </script><script>")
    assert "\\u202e\\u2028" in first["lines"][0]
    assert first["copies"] == 2
    assert [script["verdict"] for script in data["scripts"]] == ["deny", "review", "review"]
    assert data["rules"]["ssh-remote-forward"]["why"] if data["rules"] else True
    assert json.loads(embedded("</script>\u2028&")) == "</script>\u2028&"
    assert "<" not in embedded("</script>")


def test_series_follow_time_then_step_then_order(tmp_path: Path, pool: Pool) -> None:
    """Whichever the rows have; episodes and hosts are counted."""
    source = tmp_path / "s.jsonl"
    source.write_text(trajectories.claude().replace("import os", "deny = 1"), encoding="utf-8")
    scan(source, tmp_path / "a", pool)
    with opened_results({"": tmp_path / "a"}) as results:
        facts = facts_of(results, read_summary(tmp_path / "a"))
    assert facts.series is not None
    assert (facts.series.axis, facts.series.families) == ("step", ("reverse-tunnel",))
    assert [(each["trajectory"], each["deny"], each["first_step"]) for each in facts.episodes] == [("s-1", 2, 1)]
    assert [(each["host"], each["scripts"]) for each in facts.hosts] == [("203.0.113.5", 2)]
    assert (facts.host_count, facts.episode_count, facts.listed_of) == (1, 1, 2)
    later = trajectories.TIME.replace("10:00", "12:00")
    lines = source.read_text(encoding="utf-8").splitlines()
    source.write_text("\n".join([*lines[:-2], lines[-2].replace(trajectories.TIME, later)]), encoding="utf-8")
    scan(source, tmp_path / "b", pool)
    with opened_results({"": tmp_path / "b"}) as results:
        timed = facts_of(results, read_summary(tmp_path / "b")).series
    assert timed is not None
    assert timed.axis == "time"
    assert timed.labels[0].startswith("2026-03-01 10:00")
    assert (sum(timed.counts[0]), sum(timed.counts[-1])) == (1, 1)


def test_a_chart_stays_in_its_frame() -> None:
    """Every bar, for one bucket and for many."""
    for counts in (((5, 0),), tuple((number, 2 * number) for number in range(48)), ((0, 0), (1, 0))):
        chart = chart_of(Series("row", ("a", "b"), tuple(map(str, range(len(counts)))), counts))
        assert len(chart.bars) == sum(value > 0 for each in counts for value in each)
        for bar in chart.bars:
            assert 0 <= bar.x <= bar.x + bar.width <= WIDTH + 0.01
            assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT + 0.01


@pytest.mark.parametrize(("highest", "top"), [(1, "1"), (3, "3"), (5, "8"), (103, "120"), (1_999, "2,000")])
def test_an_axis_ends_a_little_above_its_highest_bar(highest: int, top: str) -> None:
    """With whole numbers along it."""
    chart = chart_of(Series("row", ("a",), ("0",), ((highest,),)))
    assert chart.ticks[-1][1] == top
    numbers = [int(text.replace(",", "")) for _, text in chart.ticks]
    assert len({after - before for before, after in itertools.pairwise(numbers)}) == 1


def test_the_first_lines_are_sentences(page: Path) -> None:
    """Nothing runs into what comes before it."""
    text = re.search(r'<p class="lede">(.*?)</p>', page.read_text(encoding="utf-8"), re.DOTALL)
    assert text is not None
    said = " ".join(text[1].split())
    assert said == "5 inputs, 5 rows. 1 are duplicates of others. 1 were not examined whole."


def test_an_empty_run_has_a_page(tmp_path: Path, pool: Pool) -> None:
    """Nothing in it is divided by nothing."""
    (tmp_path / "empty").mkdir()
    scan(tmp_path / "empty", tmp_path / "out", pool)
    assert main(["corpus", "report", str(tmp_path / "out")]) == 0


def dom(page: Path, fragment: str, tmp_path: Path) -> str:
    """Open a page and give what it has become."""
    assert BROWSER is not None
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    command = [BROWSER, *flags, profile, "--virtual-time-budget=3000", "--dump-dom", f"{page.as_uri()}#{fragment}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=50, check=True).stdout


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
@pytest.mark.slow
def test_in_a_browser(page: Path, tmp_path: Path) -> None:
    """It filters, opens a finding, marks the right line, and nothing of the hostile text runs."""
    text = dom(page, "verdict=review&search=two&row=2", tmp_path)
    assert 'data-ready="yes"' in text
    assert "1 of 3 scripts" in text
    assert re.search(r"<dialog[^>]* open", text)
    assert re.search(r'<li class="marked review" id="L1"><span>1</span><span>review two</span></li>', text)
    assert re.search(r'<li id="L2"><span>2</span><span>line</span></li>', text)
    hostile = dom(page, "verdict=deny&row=0", tmp_path)
    assert "<title>out: audit</title>" in hostile
    assert "<img" not in hostile
    assert "deny &lt;/script&gt;" in hostile
