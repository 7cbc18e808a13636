"""What the sinkhole saw: one event per name asked, connection made, or message understood."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_EVENTS = 20_000
_FAILED = "messages on the network that could not be understood"
_TURNED_AWAY = "more connections at once than are answered"
_DETAIL_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class SinkEvent:
    """`kind` is one of dns, tcp, tls, http, ssh, ssh-forward, ssh-exec, ssh-direct, stratum, bytes.

    `host` is the name that the script used where one is known, else the address; `fields` holds the
    kind's own facts (method and path, user, bind and port, wallet), cut to a bounded length.
    """

    kind: str
    moment: float  # seconds since the epoch
    host: str
    port: int
    fields: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """Give a field, or nothing."""
        return dict(self.fields).get(name, "")


@dataclass(slots=True)
class Events:
    """Collects events, bounded, and tells a listener of each."""

    listener: Callable[[SinkEvent], None]
    count: int = 0
    is_closed: bool = False
    """Whether connections were turned away, since there were too many at once."""
    is_broken: bool = False
    """Whether there was something that the sinkhole failed on, instead of answering it."""
    names: dict[str, str] = field(default_factory=dict)
    """Synthetic address → the name that was asked for."""

    @property
    def lost(self) -> tuple[str, ...]:
        """Say what was not recorded."""
        most = (f"more than {MOST_EVENTS:,} messages on the network",) if self.count > MOST_EVENTS else ()
        return (*most, *((_TURNED_AWAY,) if self.is_closed else ()), *((_FAILED,) if self.is_broken else ()))

    def note(self, kind: str, host: str, port: int = 0, **fields: str) -> None:
        """Record an event; past the bound nothing more is recorded, and `lost` says so."""
        self.count += 1
        if self.count > MOST_EVENTS:
            return
        cut = tuple((name, _plain(value[:_DETAIL_CHARACTERS])) for name, value in fields.items() if value)
        self.listener(SinkEvent(kind, time.time(), _plain(self.names.get(host, host)), port, cut))


def _plain(text: str) -> str:
    """Give a text that can be written down: what came as JSON may hold half of a surrogate pair."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
