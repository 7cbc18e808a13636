"""The columns of the results, each with what it means; the documentation and the Parquet files say the same.

Needs pyarrow, of the `corpus` extra; without it, UsageError says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from auditor.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

TABLES: Final = ("scripts", "findings", "gaps")

# Name, type, meaning. A `?` behind the type says that it may be missing.
COLUMNS: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "scripts": (
        ("row", "int64", "Number of the input in this run, from 0; joins the three tables."),
        ("id", "string", "The row's own id, or the file's name, or trajectory, step and call."),
        ("verdict", "string", "`allow`, `review` or `deny`."),
        ("would_be", "string", "The verdict of the same policy when it enforces."),
        ("language", "string", "The language that it was read in."),
        ("source", "string", "The file or address that it came from."),
        ("path", "string", "The name by which its language was told; empty where there is none."),
        ("sha256", "string", "Digest of the text as it came."),
        ("text_bytes", "int64", "Size of the text as it came."),
        ("rules", "list", "Ids of the rules that found something that the policy minds."),
        ("families", "list", "Their families."),
        ("findings", "int32", "Number of findings, those that are allowed included."),
        ("gaps", "int32", "Number of gaps."),
        ("reasons", "list", "What the verdict rests on."),
        ("duplicate_of", "string?", "Id of the first input of this run with the same text and surroundings."),
        ("trajectory", "string?", "The episode."),
        ("step", "int32?", "The step of it, from 1."),
        ("time", "time?", "When, in UTC."),
        ("time_zone_assumed", "bool", "Whether the time had no zone and was taken for UTC."),
        ("call", "string?", "The id of the tool call."),
        ("tool", "string?", "The tool that was called."),
        ("text", "string?", "The text, redacted; `--texts` says whose."),
    ),
    "findings": (
        ("row", "int64", "The input."),
        ("id", "string", "Its id."),
        ("rule", "string", "The rule's id."),
        ("title", "string", "The rule's title."),
        ("family", "string", "The rule's family."),
        ("severity", "string", "`critical`, `high`, `medium` or `low`."),
        ("confidence", "string", "`high`, `medium` or `low`."),
        ("status", "string", "`predicted`, or what a trial saw."),
        ("outcome", "string", "What the policy says of this finding."),
        ("message", "string", "What the rule says of this place."),
        ("effect", "string?", "What the script does, in normal form."),
        ("hosts", "list", "Hosts and pools that the effect names."),
        ("line", "int32", "Where in the script, from 1."),
        ("column", "int32", "In code points, from 1."),
        ("end_line", "int32", "Last line."),
        ("end_column", "int32", "One past the last code point."),
        ("trail", "string", "JSON: the steps that led there."),
        ("evidence", "string", "JSON: what a trial saw."),
        ("engines", "list", "The engines that found it."),
        ("fingerprint", "string", "Survives moved lines."),
    ),
    "gaps": (
        ("row", "int64", "The input."),
        ("id", "string", "Its id."),
        ("stage", "string", "`intake`, `read`, `match` or `trial`."),
        ("why", "string", "Why it was not examined."),
        ("what", "string", "What was not."),
        ("line", "int32?", "Where, if it has a place."),
    ),
}


def arrow_schema(table: str) -> pa.Schema:
    """Give the Arrow schema of a table, the meanings as metadata of the fields."""
    pa = needed()
    types = {
        "int64": pa.int64(),
        "int32": pa.int32(),
        "string": pa.string(),
        "bool": pa.bool_(),
        "list": pa.list_(pa.string()),
        "time": pa.timestamp("ns", tz="UTC"),
    }
    return pa.schema(
        [
            pa.field(name, types[kind.rstrip("?")], nullable=kind.endswith("?"), metadata={"meaning": meaning})
            for name, kind, meaning in COLUMNS[table]
        ],
        metadata={"auditor.schema": f"auditor.corpus.{table}/1"},
    )


def needed() -> Any:  # noqa: ANN401 - the package has no types
    """Give pyarrow; raises UsageError that names the extra where it is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise UsageError("this needs pyarrow", hint="pip install 'auditor[corpus]'") from error
    return pyarrow
