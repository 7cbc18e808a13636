"""Parquet files: rows of a data set, a batch at a time, only the columns that are needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from auditor.errors import UsageError
from auditor.intake.datasets.columns import Columns
from auditor.intake.datasets.input import Input, unreadable
from auditor.intake.datasets.lines import BadLine, inputs_of_row
from auditor.intake.trajectories.episode import Episode

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 256
_BATCH_BYTES = 64_000_000
_ROW_BYTES = 64_000_000
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
        texts = [each.path for each in pq.ParquetFile(stream).schema if each.physical_type == "BYTE_ARRAY"]
        stream.seek(0)
        # a value that stands in many rows of a page is held once, and a small file cannot become a large batch
        file = pq.ParquetFile(stream, read_dictionary=texts)
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
            for row in _rows(batch):
                number += 1
                yield from inputs_of_row(
                    name, (number, row) if row is not None else _large(number), columns, chosen, episode
                )
    except (pa.ArrowException, OSError, ValueError) as error:
        yield unreadable(Input(f"{name}:{number + 1}", name, "", b""), f"the rest cannot be read: {error}")


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, object] | None]:
    """Give the rows of a batch, one by one where they are large; None for one that is too large to be taken out."""
    if _expanded(batch) <= _BATCH_BYTES:
        yield from _plain(batch).to_pylist()
        return
    for index in range(batch.num_rows):
        row = batch.slice(index, 1)
        yield row.to_pylist()[0] if _expanded(row) <= _ROW_BYTES else None


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Give a batch whose texts are each their own: a small one is taken out faster so."""
    import pyarrow as pa

    columns = [each.dictionary_decode() if pa.types.is_dictionary(each.type) else each for each in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _expanded(array: pa.RecordBatch | pa.Array) -> int:
    """Give what an array takes when each of its texts is its own."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(array, pa.RecordBatch):
        return sum(_expanded(column) for column in array.columns)
    if pa.types.is_dictionary(array.type):
        lengths = pc.binary_length(array.dictionary)
        return int(pc.sum(pc.take(lengths, array.indices)).as_py() or 0)
    if pa.types.is_struct(array.type):
        return sum(_expanded(field) for field in array.flatten())
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type) or pa.types.is_map(array.type):
        return _expanded(array.flatten()) if not pa.types.is_map(array.type) else int(array.nbytes)
    return int(array.nbytes)


def _large(number: int) -> BadLine:
    return BadLine(number, f"a row longer than {_ROW_BYTES:,} bytes", _ROW_BYTES)
