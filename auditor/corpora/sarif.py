"""Results as SARIF 2.1.0: the worst findings of a run, as many as code scanning services take.

Takes the folder of a run, writes `results.sarif`, gives how many findings were left out. Each
result carries its trajectory, step and call as properties.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from auditor.corpora.export import Row, nested, shards_of
from auditor.corpora.shards import write_whole
from auditor.corpora.summary import read_summary
from auditor.render.escape import cut, safe_json, visible
from auditor.render.sarif import INFORMATION_URI, SCHEMA

# The most results of one run that GitHub reads: https://docs.github.com/en/code-security (SARIF support).
MOST_RESULTS = 25_000
_LEVELS = {"deny": "error", "review": "warning", "allow": "note"}
_WORST = {"deny": 2, "review": 1, "allow": 0}
_SEVERITIES = {"critical": 3, "high": 2, "medium": 1, "low": 0}


def write_sarif(folder: Path, most: int = MOST_RESULTS) -> int:
    """Write the log."""
    total = 0
    worst: list[tuple[int, int, int, Row, Row]] = []
    for number, (script, finding) in enumerate(_findings(folder)):
        total += 1
        rank = (_WORST[str(finding["outcome"])], _SEVERITIES[str(finding["severity"])], -number)
        if len(worst) < most:
            heapq.heappush(worst, (*rank, script, finding))
        elif rank > worst[0][:3]:
            heapq.heapreplace(worst, (*rank, script, finding))
    chosen = sorted(worst, key=lambda each: -each[2])
    rules: dict[str, int] = {}
    for each in chosen:
        rules.setdefault(str(each[4]["rule"]), len(rules))
    titles = {str(each[4]["rule"]): each[4] for each in chosen}
    summary = read_summary(folder)
    driver = {
        "name": "auditor",
        "informationUri": INFORMATION_URI,
        "version": summary.version,
        "semanticVersion": summary.version,
        "rules": [_rule(name, titles[name]) for name in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": summary.complete}],
        "results": [_result(script, finding, rules) for *_, script, finding in chosen],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    write_whole(folder / "results.sarif", (safe_json(json.dumps(log, ensure_ascii=False, indent=1)) + "\n").encode())
    return total - len(chosen)


def _findings(folder: Path) -> Iterator[tuple[Row, Row]]:
    for shard in shards_of(folder):
        for script in nested(shard):
            found = script["findings"]
            for finding in found if isinstance(found, list) else ():
                yield (
                    {name: value for name, value in script.items() if name not in ("findings", "gaps", "text")},
                    finding,
                )


def _rule(name: str, finding: Row) -> dict[str, object]:
    title = str(finding["title"])
    return {
        "id": name,
        "name": "".join(word.capitalize() for word in name.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": title},
        "help": {"text": title},
        "properties": {"tags": ["security", str(finding["family"])], "precision": str(finding["confidence"])},
    }


def _result(script: Row, finding: Row, rules: dict[str, int]) -> dict[str, object]:
    kept = ("row", "id", "trajectory", "step", "call", "tool", "time", "verdict")
    properties = {name: _plain(script[name]) for name in kept if script[name] is not None}
    return {
        "ruleId": finding["rule"],
        "ruleIndex": rules[str(finding["rule"])],
        "level": _LEVELS[str(finding["outcome"])],
        "message": {"text": cut(visible(str(finding["message"])), 1_000)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(str(script["path"]) or str(script["id"]), safe="/._-~")},
                    "region": {
                        "startLine": finding["line"],
                        "startColumn": finding["column"],
                        "endLine": finding["end_line"],
                        "endColumn": finding["end_column"],
                    },
                }
            }
        ],
        "partialFingerprints": {"auditor/v1": finding["fingerprint"]},
        "properties": {**properties, "effect": finding["effect"], "hosts": finding["hosts"]},
    }


def _plain(value: object) -> object:
    return value if isinstance(value, (str, int)) else str(value)
