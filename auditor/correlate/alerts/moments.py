"""Times as logs write them: ISO 8601 in its variants, seconds or milliseconds since 1970, syslog's without a year."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d+))?\s*(Z|[+-]\d{2}:?\d{2})?$")
_SYSLOG = re.compile(r"([A-Z][a-z]{2})\s+(\d{1,2}) (\d{2}:\d{2}:\d{2})")
_MILLISECONDS_FROM = 100_000_000_000


def moment_of(value: object) -> tuple[float, bool] | None:
    """Give seconds since 1970 in UTC and whether the zone had to be assumed; None for what is no time."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _of_number(float(value))
    text = str(value).strip()
    try:
        return _of_number(float(text))
    except ValueError:
        pass
    match = _ISO.match(text)
    if match is None:
        return None
    zone = match[4] or ""
    zone = "+00:00" if zone == "Z" else zone
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}{zone}")
    except ValueError:
        return None
    fraction = float(f"0.{match[3]}") if match[3] else 0.0
    is_assumed = moment.tzinfo is None
    return (moment.replace(tzinfo=UTC) if is_assumed else moment).timestamp() + fraction, is_assumed


def syslog_moment(text: str, year: int) -> float | None:
    """Give the time of an RFC 3164 line, which has neither year nor zone."""
    match = _SYSLOG.search(text)
    if match is None:
        return None
    try:
        moment = datetime.strptime(f"{year} {match[1]} {match[2]} {match[3]}", "%Y %b %d %H:%M:%S")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC).timestamp()


def _of_number(value: float) -> tuple[float, bool] | None:
    if not 0 < value < 1e19:
        return None
    if value >= 1e17:
        return value / 1e9, False
    return (value / 1000 if value >= _MILLISECONDS_FROM else value), False
