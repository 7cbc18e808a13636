"""Results as JSON Lines: every row with its findings and gaps, or as a labelled data set for scoring.

Takes the folder of a run, gives lines a shard at a time. A row whose text the run did not keep
cannot be labelled, and is counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from auditor.corpora.schema import TABLES, needed
from auditor.errors import AuditorError
from auditor.render.escape import safe_json

Row = Mapping[str, object]


def shards_of(folder: Path) -> Iterator[dict[str, list[Row]]]:
    """Give the completed shards of a run, each with the rows of its tables."""
    pa = needed()
    for path in sorted((folder / "scripts").glob("part-*.parquet")):
        if all((folder / table / path.name).exists() for table in TABLES):
            yield {table: pa.parquet.read_table(folder / table / path.name).to_pylist() for table in TABLES}


def write_lines(folder: Path) -> None:
    """Write `results.jsonl`: one object a row, with its findings and gaps."""
    target = folder / "results.jsonl"
    temporary = target.with_suffix(".writing")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.writelines(result_lines(folder))
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise AuditorError(f"{target}: {error.strerror}", hint="is there room on the disk?") from error


def result_lines(folder: Path) -> Iterator[str]:
    """Give each row with its findings and gaps as a line."""
    for shard in shards_of(folder):
        for row in nested(shard):
            yield _line(row)


def nested(shard: Mapping[str, list[Row]]) -> Iterator[dict[str, object]]:
    """Give the scripts of a shard, each with its findings and gaps."""
    parts: dict[str, dict[object, list[dict[str, object]]]] = {"findings": {}, "gaps": {}}
    for table, found in parts.items():
        for row in shard[table]:
            kept = {name: value for name, value in row.items() if name not in ("row", "id")}
            for name in ("trail", "evidence"):
                if name in kept:
                    kept[name] = json.loads(str(kept[name]))
            found.setdefault(row["row"], []).append(kept)
    for row in shard["scripts"]:
        yield {**row, **{table: found.get(row["row"], []) for table, found in parts.items()}}


def labelled_lines(folder: Path) -> Iterator[str | None]:
    """Give each row that has a text as a labelled line, `expected` being its verdict; None for one without."""
    for shard in shards_of(folder):
        for row in shard["scripts"]:
            if row["duplicate_of"] is not None:
                continue
            families = row["families"]
            yield (
                None
                if row["text"] is None
                else _line(
                    {
                        "id": row["id"],
                        "language": row["language"],
                        "expected": row["verdict"],
                        "family": families[0] if isinstance(families, list) and families else "none",
                        "source": row["source"],
                        "text": row["text"],
                    }
                )
            )


def _line(row: Row) -> str:
    return safe_json(json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_plain)) + "\n"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
