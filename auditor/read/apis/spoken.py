"""What is said over a connection: the mining protocol's first words, and what another connection gave.

Takes a call that sends, and what it sends; gives effects. Refuses to guess: text that is not known says nothing.
"""

from __future__ import annotations

import json
import re

from auditor.read.python.call import Call
from auditor.read.python.native import Lowering, Many, Unfit
from auditor.read.python.objects import External, PyValue
from auditor.read.values import EMPTY, Known, Unknown, Value, alternatives, as_text, known_text


def speak_stratum(call: Call, data: Value, peer: tuple[Value, Value]) -> None:
    """Emit the mining protocol's first words where sent text holds them."""
    for single in alternatives(as_text(data)):
        lowering = Lowering(allows_holes=True)
        try:
            text = str(lowering.lower(single))
        except (Unfit, Many):
            continue
        if not any(mark in text for mark in ("mining.subscribe", "mining.authorize", '"login"', "eth_submitLogin")):
            continue
        for line in text.splitlines() or [text]:
            _one_message(call, line, peer, lowering)


def _one_message(call: Call, line: str, peer: tuple[Value, Value], lowering: Lowering) -> None:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return
    if not isinstance(message, dict):
        return
    method, params = message.get("method"), message.get("params")

    def word(value: object) -> PyValue:
        return call.machine.word(lowering.lift(str(value), call.machine.limits)) if value is not None else EMPTY

    items = params if isinstance(params, list) else []
    if method == "mining.subscribe":
        call.emit("stratum.subscribe", *peer, word(items[0] if items else None))
    elif method in ("mining.authorize", "eth_submitLogin"):
        call.emit("stratum.login", *peer, word(items[0] if items else None), EMPTY)
    elif method == "login" and isinstance(params, dict) and "login" in params:
        call.emit("stratum.login", *peer, word(params.get("login")), word(params.get("agent")))


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
