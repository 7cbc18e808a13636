"""Questions in SQL over the results of a run, by DuckDB.

Takes the folder of a run; gives a connection with the views `scripts`, `findings` and `gaps`, from
which nothing else can be read and nothing written: external access is off and the configuration
locked before the operator's SQL runs. Needs the `corpus` extra.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from auditor.corpora.schema import TABLES, arrow_schema, needed
from auditor.corpora.summary import read_summary
from auditor.errors import UsageError
from auditor.render.escape import cut, safe_json, visible

_CELL = 60


class Results:
    """The results of one or more runs, open for questions."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - the package has no types
        self._connection = connection

    def ask(self, query: str, values: Sequence[object] = ()) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Give the names of the columns, and the rows; raises UsageError with DuckDB's own words."""
        import duckdb

        try:
            answer = self._connection.execute(query, list(values))
            names = [str(column[0]) for column in answer.description or ()]
            return names, answer.fetchall()
        except duckdb.Error as error:
            raise UsageError(
                str(error).partition("\n")[0], hint="views: scripts, findings, gaps; docs/corpus.md has their columns"
            ) from error

    def rows(self, query: str, values: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Give rows as objects."""
        names, rows = self.ask(query, values)
        return [dict(zip(names, row, strict=True)) for row in rows]


@contextmanager
def opened_results(folders: dict[str, Path]) -> Iterator[Results]:
    """Open the results of runs; each prefix stands before the names of its views."""
    pa = needed()
    try:
        import duckdb
        import pyarrow.dataset as ds
    except ImportError as error:
        raise UsageError("this needs duckdb", hint="pip install 'auditor[corpus]'") from error
    connection = duckdb.connect(":memory:")
    try:
        for prefix, folder in folders.items():
            read_summary(folder)
            # a shard is complete once its scripts are there: they come last
            names = sorted(path.name for path in (folder / "scripts").glob("part-*.parquet"))
            for table in TABLES:
                files = [str(folder / table / name) for name in names]
                schema = arrow_schema(table)
                data = (
                    ds.dataset(files, schema=schema, format="parquet")
                    if files
                    else pa.Table.from_pylist([], schema=schema)
                )
                connection.register(f"{prefix}{table}", data)
        connection.execute("SET TimeZone='UTC'")
        for setting in ("python_enable_replacements=false", "enable_external_access=false", "lock_configuration=true"):
            connection.execute(f"SET {setting}")
        yield Results(connection)
    finally:
        connection.close()


def written(names: Sequence[str], rows: Sequence[Sequence[object]], form: str) -> str:
    """Write an answer as `table`, `csv` or `json`."""
    if form == "json":
        objects = [dict(zip(names, (_value(cell) for cell in row), strict=True)) for row in rows]
        return safe_json(json.dumps(objects, ensure_ascii=False, indent=1)) + "\n"
    if form == "csv":
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_text(cell) for cell in row] for row in rows)
        return buffer.getvalue()
    cells = [[cut(visible(_text(cell)), _CELL) for cell in row] for row in rows]
    widths = [max([len(name), *(len(row[index]) for row in cells)]) for index, name in enumerate(names)]
    lines = [
        "  ".join(name.ljust(width) for name, width in zip(names, widths, strict=True)).rstrip(),
        "  ".join("-" * width for width in widths),
    ]
    for row, raw in zip(cells, rows, strict=True):
        padded = [
            cell.rjust(width) if isinstance(value, (int, float)) and not isinstance(value, bool) else cell.ljust(width)
            for cell, width, value in zip(row, widths, raw, strict=True)
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines) + f"\n({len(rows):,} rows)\n"


def _text(cell: object) -> str:
    value = _value(cell)
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _value(cell: object) -> object:
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, (list, tuple)):
        return [_value(each) for each in cell]
    if isinstance(cell, dict):
        return {str(name): _value(each) for name, each in cell.items()}
    return cell if isinstance(cell, (str, int, float, bool)) or cell is None else str(cell)
