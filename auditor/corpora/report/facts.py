"""What the page says: counts, families over time or step, hosts, episodes, and the scripts to look at.

Takes the results of a run, gives plain values within bounds, so that the page of a million rows is
no larger than that of ten thousand; every bound that is met is said on the page.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from auditor.corpora.query import Results
from auditor.corpora.summary import Summary
from auditor.render.escape import cut, visible, visible_code

MOST_SCRIPTS = 2_000
_MOST_TEXT = 16_000
_MOST_TEXTS = 12_000_000
_MOST_LINES = 600
_MOST_FINDINGS = 30
_TOP = 12
_BUCKETS = 48
_FAMILIES = 6
_ORDER = "CASE verdict WHEN 'deny' THEN 0 WHEN 'review' THEN 1 ELSE 2 END"
_LISTED = "duplicate_of IS NULL AND (verdict <> 'allow' OR findings > 0 OR gaps > 0)"
_SEVERITIES = "CASE severity WHEN 'critical' THEN 3 WHEN 'high' THEN 2 WHEN 'medium' THEN 1 ELSE 0 END"


@dataclass(frozen=True, slots=True)
class Series:
    """Families along an axis: for each bucket its label and the count of each family."""

    axis: str
    families: tuple[str, ...]
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything on the page."""

    summary: Summary
    series: Series | None
    hosts: tuple[dict[str, Any], ...]
    episodes: tuple[dict[str, Any], ...]
    scripts: tuple[dict[str, Any], ...]
    listed_of: int
    """How many scripts there were to list."""
    host_count: int = 0
    episode_count: int = 0


def facts_of(results: Results, summary: Summary) -> Facts:
    """Ask for everything."""
    return Facts(
        summary=summary,
        series=_series(results),
        hosts=tuple(_hosts(results)),
        episodes=tuple(_episodes(results)),
        scripts=tuple(_scripts(results)),
        listed_of=_count(results, f"SELECT count(*) AS n FROM scripts WHERE {_LISTED}"),
        host_count=_count(
            results, "SELECT count(DISTINCT host) AS n FROM (SELECT unnest(hosts) AS host FROM findings)"
        ),
        episode_count=_count(
            results, "SELECT count(DISTINCT trajectory) AS n FROM scripts WHERE verdict <> 'allow' OR gaps > 0"
        ),
    )


def _count(results: Results, query: str) -> int:
    return int(results.rows(query)[0]["n"])


def _series(results: Results) -> Series | None:
    """Count families over time where rows have one, else over steps, else over the rows' own order."""
    span = results.rows(
        "SELECT count(*) AS n, count(time) AS timed, count(step) AS stepped, count(trajectory) AS told,"
        " epoch_ns(min(time)) AS first, epoch_ns(max(time)) AS last, max(step) AS steps, max(row) AS rows FROM scripts"
    )[0]
    if not span["n"]:
        return None
    if span["timed"] * 2 > span["n"] and span["last"] > span["first"]:
        axis, value, low, high = "time", "epoch_ns(s.time)", span["first"], span["last"]
    elif span["stepped"] * 2 > span["n"] and span["steps"] > 1:
        axis, value, low, high = "step", "s.step", 1, span["steps"]
    else:
        axis, value, low, high = "row", "s.row", 0, max(span["rows"], 1)
    width = max((high - low + _BUCKETS) // _BUCKETS, 1)
    found = results.rows(
        f"SELECT family, bucket, count(*) AS n FROM (SELECT unnest(s.families) AS family,"
        f" (({value} - ?) // ?)::INTEGER AS bucket FROM scripts s WHERE {value} IS NOT NULL) GROUP BY ALL",
        [low, width],
    )
    if not found:
        return None
    totals: dict[str, int] = {}
    for each in found:
        totals[each["family"]] = totals.get(each["family"], 0) + each["n"]
    names = sorted(totals, key=lambda name: (-totals[name], name))
    shown = names[:_FAMILIES]
    families = (*shown, *(("other",) if len(names) > len(shown) else ()))
    count = (high - low) // width + 1
    counts = [[0] * len(families) for _ in range(count)]
    for each in found:
        index = shown.index(each["family"]) if each["family"] in shown else len(shown)
        counts[min(each["bucket"], count - 1)][index] += each["n"]
    labels = tuple(_label(axis, low + number * width, width) for number in range(count))
    return Series(axis, families, labels, tuple(tuple(each) for each in counts))


def _label(axis: str, start: int, width: int) -> str:
    if axis == "time":
        moment = datetime.fromtimestamp(start // 1_000_000_000, UTC)
        return moment.strftime("%Y-%m-%d" if width > 40_000_000_000_000 else "%Y-%m-%d %H:%M:%S")
    return f"{axis} {start:,}"


def _hosts(results: Results) -> list[dict[str, Any]]:
    rows = results.rows(
        "SELECT host, count(DISTINCT row) AS scripts, list_sort(list(DISTINCT family)) AS families,"
        " max(CASE outcome WHEN 'deny' THEN 2 WHEN 'review' THEN 1 ELSE 0 END) AS worst"
        " FROM (SELECT row, family, outcome, unnest(hosts) AS host FROM findings)"
        f" GROUP BY host ORDER BY worst DESC, scripts DESC, host LIMIT {_TOP}"
    )
    for row in rows:
        row["host"] = cut(visible(row["host"]), 120)
        row["verdict"] = ("allow", "review", "deny")[row["worst"]]
    return rows


def _episodes(results: Results) -> list[dict[str, Any]]:
    rows = results.rows(
        "SELECT * FROM (SELECT trajectory, count(*) AS calls, count(*) FILTER (verdict = 'deny') AS deny,"
        " count(*) FILTER (verdict = 'review') AS review, min(step) FILTER (verdict <> 'allow') AS first_step,"
        " epoch_ns(min(time) FILTER (verdict <> 'allow')) AS first_time,"
        " list_sort(list_distinct(flatten(list(families)))) AS families"
        " FROM scripts WHERE trajectory IS NOT NULL GROUP BY trajectory"
        " HAVING count(*) FILTER (verdict <> 'allow') > 0)"
        f" ORDER BY deny DESC, len(families) DESC, review DESC, trajectory LIMIT {_TOP}"
    )
    for row in rows:
        row["trajectory"] = cut(visible(row["trajectory"]), 160)
        row["when"] = _when(row["first_time"])
    return rows


def _scripts(results: Results) -> list[dict[str, Any]]:
    scripts = results.rows(
        f"SELECT row, id, verdict, language, source, path, sha256, text_bytes, families, reasons, trajectory, step,"
        f" epoch_ns(time) AS time, time_zone_assumed, call, tool, text FROM scripts"
        f" WHERE {_LISTED}"
        f" ORDER BY {_ORDER}, len(families) DESC, findings DESC, row LIMIT {MOST_SCRIPTS}"
    )
    rows = [script["row"] for script in scripts]
    findings = _by_row(
        results.rows(
            "SELECT * EXCLUDE (id) FROM findings WHERE row IN (SELECT unnest(?))"
            f" ORDER BY row, {_SEVERITIES} DESC, line",
            [rows],
        )
    )
    gaps = _by_row(results.rows("SELECT * EXCLUDE (id) FROM gaps WHERE row IN (SELECT unnest(?)) ORDER BY row", [rows]))
    copies = {
        each["sha256"]: each["n"]
        for each in results.rows(
            "SELECT sha256, count(*) AS n FROM scripts WHERE text_bytes > 0 AND sha256 IN (SELECT unnest(?))"
            " GROUP BY sha256",
            [list({script["sha256"] for script in scripts})],
        )
    }
    left = _MOST_TEXTS
    made = []
    for script in scripts:
        lines, is_cut = _lines(script["text"], left)
        left -= sum(map(len, lines))
        made.append(
            {
                "row": script["row"],
                "id": visible(script["id"]),
                "verdict": script["verdict"],
                "language": script["language"],
                "from": visible(script["source"]),
                "path": visible(script["path"]),
                "bytes": script["text_bytes"],
                "families": script["families"],
                "reasons": [visible(reason) for reason in script["reasons"]],
                "episode": None if script["trajectory"] is None else visible(script["trajectory"]),
                "step": script["step"],
                "time": _when(script["time"]),
                "zone": "assumed" if script["time_zone_assumed"] else "",
                "call": visible(script["call"] or ""),
                "tool": visible(script["tool"] or ""),
                "copies": copies.get(script["sha256"], 1),
                "findings": [_finding(each) for each in findings.get(script["row"], [])[:_MOST_FINDINGS]],
                "gaps": [
                    {"why": each["why"], "what": visible(each["what"]), "line": each["line"], "stage": each["stage"]}
                    for each in gaps.get(script["row"], [])[:_MOST_FINDINGS]
                ],
                "lines": lines,
                "cut": is_cut,
            }
        )
    return made


def _finding(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "rule": row["rule"],
        "title": row["title"],
        "family": row["family"],
        "severity": row["severity"],
        "outcome": row["outcome"],
        "status": row["status"],
        "message": visible(row["message"]),
        "effect": None if row["effect"] is None else cut(visible(row["effect"]), 2_000),
        "hosts": [visible(host) for host in row["hosts"]],
        "line": row["line"],
        "end": row["end_line"],
        "trail": [
            {
                "language": step["language"],
                "unit": step["unit"],
                "line": step["line"],
                "what": visible(step["operation"]),
            }
            for step in json.loads(row["trail"])
        ],
        "evidence": [
            {"source": each["source"], "event": visible(each["event"]), "detail": cut(visible(each["detail"]), 500)}
            for each in json.loads(row["evidence"])
        ],
        "engines": row["engines"],
    }


def _lines(text: str | None, left: int) -> tuple[list[str], bool]:
    if not text or left <= 0:
        return [], bool(text)
    short = text[: min(_MOST_TEXT, left)]
    lines = short.split("\n")
    kept = [cut(visible_code(line.rstrip("\r")), 1_000) for line in lines[:_MOST_LINES]]
    return kept, len(short) < len(text) or len(lines) > _MOST_LINES


def _by_row(rows: Sequence[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["row"], []).append(row)
    return found


def _when(nanoseconds: int | None) -> str:
    if nanoseconds is None:
        return ""
    return datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC).strftime("%Y-%m-%d %H:%M:%S")
