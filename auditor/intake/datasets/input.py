"""One input of a corpus: a text, where it came from, and what surrounds it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from auditor.model.gap import Gap, Stage, Why
from auditor.model.surroundings import NOTHING, Surroundings
from auditor.model.unit import Language
from auditor.settings import DEFAULT_LIMITS

_USER_INFO = re.compile(r"(?<=://)[^/@\s]*@")


@dataclass(frozen=True, slots=True)
class Moment:
    """Where in a trajectory a text stands; `time_ns` counts from 1970 in UTC."""

    trajectory: str
    step: int
    call: str = ""
    tool: str = ""
    time_ns: int | None = None
    is_zone_assumed: bool = False
    """Whether the time came without a zone, and is taken for UTC."""


@dataclass(frozen=True, slots=True)
class Input:
    """One text. `data` is empty where `gaps` say why there is none, and `text_bytes` is its size as it came."""

    id: str
    source: str
    path: str
    data: bytes
    language: Language | None = None
    moment: Moment | None = None
    surroundings: Surroundings = NOTHING
    gaps: tuple[Gap, ...] = ()
    text_bytes: int = field(default=-1)
    is_bare: bool = False
    """Whether this is a call that holds no code, with its arguments as JSON for its text; nothing to audit."""

    @property
    def size(self) -> int:
        """The size of the text as it came."""
        return self.text_bytes if self.text_bytes >= 0 else len(self.data)


def bounded(made: Input, limit: int = DEFAULT_LIMITS.script_bytes) -> Input:
    """Drop the text of an input that is past the limit: it is a gap either way, and takes no memory."""
    if len(made.data) <= limit:
        return made
    return unreadable(made, f"{len(made.data):,} bytes; the limit is {limit:,}", Why.TOO_LARGE)


def unreadable(made: Input, what: str, why: Why = Why.UNREADABLE) -> Input:
    """Give the input that stands for a text that could not be taken in."""
    return Input(
        id=made.id,
        source=made.source,
        path=made.path,
        data=b"",
        language=made.language,
        moment=made.moment,
        gaps=(Gap(Stage.INTAKE, why, what[:300]),),
        text_bytes=made.size,
    )


def clean(text: str) -> str:
    """Replace what UTF-8 cannot hold, and credentials inside an address."""
    return _USER_INFO.sub("", text).encode("utf-8", "backslashreplace").decode("utf-8")
