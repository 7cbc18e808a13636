"""Tool calls, as every format of trajectory has them, and the small readings that the formats share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

_FRACTION = re.compile(r"([T ]\d{2}:\d{2}:\d{2})[.,](\d{1,12})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS_FROM = 100_000_000_000  # as seconds, the year 5138


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool. `text` holds what stands in place of arguments: fenced code, a bare command."""

    trajectory: str
    step: int
    id: str
    tool: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    text: str = ""
    language: str = ""
    time: object = None
    """As the format gives it: ISO 8601, or seconds or milliseconds since 1970."""
    directory: str = ""


def time_ns(value: object) -> tuple[int | None, bool]:
    """Give nanoseconds since 1970 in UTC, and whether the zone had to be assumed; None for what is no time."""
    if isinstance(value, bool):
        return None, False
    if isinstance(value, (int, float)):
        if not 0 < value < 10**19:
            return None, False
        if value >= 10**17:
            return int(value), False
        scale = 1_000_000 if value >= _MILLISECONDS_FROM else 1_000_000_000
        return int(value * scale) if isinstance(value, int) else round(value * 1_000_000) * (scale // 1_000_000), False
    if not isinstance(value, str) or len(value) > 64:
        return None, False
    fraction = _FRACTION.search(value)
    digits = fraction[2][:9].ljust(9, "0") if fraction else "0"
    try:
        moment = datetime.fromisoformat(_FRACTION.sub(r"\1", value.strip()))
    except ValueError:
        return None, False
    is_assumed = moment.tzinfo is None
    moment = moment.replace(tzinfo=UTC) if is_assumed else moment
    try:
        since = moment - _EPOCH
    except OverflowError:
        return None, False
    return (since // timedelta(seconds=1)) * 1_000_000_000 + int(digits), is_assumed


def arguments_of(value: object) -> Mapping[str, object]:
    """Give a call's arguments: an object, or JSON of one; any other text is the argument `input`."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, str):
        try:
            decoded = msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            return {"input": value}
        return decoded if isinstance(decoded, dict) else {"input": value}
    return {}


def text_of(value: object) -> str:
    """Give a text, or "" for anything else."""
    return value if isinstance(value, str) else ""


def mapping_of(value: object) -> Mapping[str, object]:
    """Give an object, or an empty one for anything else."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: object) -> Iterator[Mapping[str, object]]:
    """Give the objects of a list; anything else has none."""
    if isinstance(value, (list, tuple)):
        yield from (each for each in value if isinstance(each, Mapping))


def content_text(value: object) -> str:
    """Give the text of a message: a string, or the text parts of a list."""
    if isinstance(value, str):
        return value
    return "\n".join(text_of(part.get("text")) for part in mappings(value) if part.get("text"))
