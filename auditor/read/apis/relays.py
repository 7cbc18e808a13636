"""What one connection gave and another is sent: a relay that the script is itself.

Takes a call that sends, and what it sends; gives effects. Refuses to guess: what is made of what was given is no relay.
"""

from __future__ import annotations

import re

from auditor.read.python.call import Call
from auditor.read.python.objects import External
from auditor.read.values import Known, Unknown, Value, alternatives, known_text


def is_accepted(value: External) -> bool:
    """Say whether a socket is one that somebody else opened to here."""
    here: External | None = value
    while here is not None:
        if "peer" in here.state:
            return "is_accepted" in here.state
        here = here.parent
    return False


def relay(call: Call, data: Value, peer: tuple[Value, Value]) -> None:
    """Say that what one connection gave is sent on over another; both were opened by the script."""
    if is_accepted(call.callee):
        return
    here = (known_text(peer[0]), known_text(peer[1]))
    for single in alternatives(data):
        if isinstance(single, Unknown) and re.fullmatch(r"tcp://.+:[^:/]+", single.hole.detail):
            host, _, port = single.hole.detail.removeprefix("tcp://").rpartition(":")
            if (host, port) != here:
                call.emit("net.relay", Known(host), Known(port), *peer)
