"""Standard streams on sockets: when a process listens to and answers a socket, or becomes a shell that does.

One stream alone is no shell: `echo x >/dev/tcp/host/port` ties one for the time of a builtin.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.trial.trace import Call, string_of

Peer = tuple[str, int]
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "busybox", "rbash", "fish", "pwsh"})
_INPUT, _OUTPUTS = "0", frozenset({"1", "2"})


@dataclass(slots=True)
class Streams:
    """Which of its standard streams each process has on a socket; the first that makes a shell of it is told."""

    _tied: dict[int, dict[str, Peer]] = field(default_factory=dict)
    _told: set[tuple[int, Peer]] = field(default_factory=set)

    def forked(self, parent: int, child: int) -> None:
        """Let a child have its parent's streams."""
        if self._tied.get(parent):
            self._tied[child] = dict(self._tied[parent])

    def moved(self, call: Call, peer: Peer | None) -> Peer | None:
        """Note a dup2; give the peer once input and output are both on its socket."""
        stream = call.arguments[1].partition("<")[0]
        if stream != _INPUT and stream not in _OUTPUTS:
            return None
        tied = self._tied.setdefault(call.pid, {})
        if peer is None:
            tied.pop(stream, None)
            return None
        tied[stream] = peer
        is_both = tied.get(_INPUT) == peer and any(tied.get(output) == peer for output in _OUTPUTS)
        return self._once(call.pid, peer) if is_both else None

    def started(self, call: Call) -> Peer | None:
        """Give the peer where a shell starts with a stream on a socket."""
        tied = self._tied.get(call.pid)
        path = (string_of(call.arguments[0]) or b"").decode("utf-8", "replace")
        if not tied or not call.succeeded or path.rpartition("/")[2] not in _SHELLS:
            return None
        return self._once(call.pid, next(iter(tied.values())))

    def _once(self, pid: int, peer: Peer) -> Peer | None:
        if (pid, peer) in self._told:
            return None
        self._told.add((pid, peer))
        return peer
