"""Times as logs write them: ISO 8601 in its variants, counts since 1970 in any unit, syslog's without a year."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d+))?\s*(Z|[+-]\d{2}:?\d{2})?$")
_SYSLOG = re.compile(r"([A-Z][a-z]{2})\s+(\d{1,2}) (\d{2}:\d{2}:\d{2})")
_CEF = re.compile(r"([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d{2}:\d{2}:\d{2})(?:\.(\d+))?")
_MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))  # from which number on it counts that many in a second


def moment_of(value: object) -> tuple[float, bool] | None:
    """Give seconds since 1970 in UTC and whether the zone had to be assumed; None for what is no time."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _of_number(float(value))
    text = str(value).strip()[:64]
    try:
        return _of_number(float(text))
    except ValueError:
        pass
    match = _ISO.match(text)
    if match is not None:
        return _of_parts(f"{match[1]}T{match[2]}", match[3], match[4] or "")
    match = _CEF.match(text)
    if match is None or match[1] not in _MONTHS:
        return None
    return _of_parts(f"{match[3]}-{_MONTHS[match[1]]:02}-{int(match[2]):02}T{match[4]}", match[5], "")


def is_whole_second(value: object) -> bool:
    """Whether a time is written without a fraction, so that it may be up to a second late."""
    if isinstance(value, int | float):
        return float(value).is_integer() and float(value) < _UNITS[-1][0]
    text = str(value)
    return "." not in text and "," not in text and not (text.isdecimal() and len(text) > 11)


def syslog_moment(text: str, year: int) -> float | None:
    """Give the time of an RFC 3164 line, which has neither year nor zone."""
    match = _SYSLOG.search(text)
    if match is None or match[1] not in _MONTHS:
        return None
    found = _of_parts(f"{year}-{_MONTHS[match[1]]:02}-{int(match[2]):02}T{match[3]}", None, "")
    return found[0] if found else None


def _of_parts(second: str, fraction: str | None, zone: str) -> tuple[float, bool] | None:
    whole = _whole(second, "+00:00" if zone == "Z" else zone)
    return None if whole is None else (whole + (float(f"0.{fraction}") if fraction else 0.0), not zone)


@lru_cache(maxsize=4_096)
def _whole(second: str, zone: str) -> float | None:
    try:
        moment = datetime.fromisoformat(second + zone)
        return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).timestamp()
    except (ValueError, OverflowError):
        return None


def _of_number(value: float) -> tuple[float, bool] | None:
    if not 0 < value < 1e19:
        return None
    if value < _UNITS[-1][0]:
        return value, False
    return next(value / scale for least, scale in _UNITS if value >= least), False
