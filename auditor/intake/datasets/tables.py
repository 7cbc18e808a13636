"""Parquet files: rows of a data set, a batch at a time, only the columns that are needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from auditor.errors import UsageError
from auditor.intake.datasets.columns import Columns
from auditor.intake.datasets.input import Input, unreadable
from auditor.intake.datasets.lines import inputs_of_row
from auditor.intake.trajectories.episode import Episode

_ROWS = 256
_TRAJECTORIES = frozenset(
    {"messages", "trajectory", "conversations", "steps", "info", "agent", "schema_version", "history"}
)
_NAMES = frozenset({"trajectory_id", "session_id", "conversation_id", "trajectory_format"})


def inputs_of_parquet(name: str, stream: BinaryIO, columns: Columns, chosen: str, *, is_given: bool) -> Iterator[Input]:
    """Give the inputs of a Parquet file, in order."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise UsageError(f"{name}: Parquet needs pyarrow", hint="pip install 'auditor[corpus]'") from error
    try:
        file = pq.ParquetFile(stream)
        names = list(file.schema_arrow.names)
    except (pa.ArrowException, OSError, ValueError) as error:
        if is_given:
            raise UsageError(f"{name}: no Parquet file: {error}") from error
        yield unreadable(Input(name, name, "", b""), f"no Parquet file: {error}")
        return
    columns.refuse_unknown(names, name)
    wanted = [each for each in names if each in {*columns.wanted, *_TRAJECTORIES, *_NAMES}]
    if not wanted:
        raise UsageError(
            f"{name}: no known column of text", hint=f"name it with --column; there are: {', '.join(names)[:400]}"
        )
    episode = Episode(name)
    number = 0
    try:
        for batch in file.iter_batches(batch_size=_ROWS, columns=wanted):
            for row in batch.to_pylist():
                number += 1
                yield from inputs_of_row(name, (number, row), columns, chosen, episode)
    except (pa.ArrowException, OSError, ValueError) as error:
        yield unreadable(Input(f"{name}:{number + 1}", name, "", b""), f"the rest cannot be read: {error}")
