"""What is said over a connection: the mining protocol's first words, and secrets that were read.

Takes what is sent as a value, and host and port of the far end; gives effects. Refuses to guess:
text that is not known says nothing.
"""

from __future__ import annotations

import json

from auditor.model.place import Place
from auditor.read.evaluation import Evaluation
from auditor.read.secrets import note_sent, origins
from auditor.read.values import EMPTY, Text, Unknown, Value, alternatives, as_text, known_text

_MARKS = ("mining.subscribe", "mining.authorize", '"login"', "eth_submitLogin")
_MOST_LINES = 20


def say(evaluation: Evaluation, data: Value, peer: tuple[Value, Value], place: Place) -> None:
    """Record what is sent to a host and port, as far as it matters."""
    if found := origins([data]):
        note_sent(evaluation, found, ("nc", *peer), place)
    for single in alternatives(as_text(data)):
        if isinstance(single, Unknown):
            continue
        parts = single.parts if isinstance(single, Text) else (known_text(single) or "",)
        text = "".join(part if isinstance(part, str) else evaluation.placeholder(part) for part in parts)
        if any(mark in text for mark in _MARKS):
            for line in text.splitlines()[:_MOST_LINES]:
                _speak(evaluation, line, peer, place)


def _speak(evaluation: Evaluation, line: str, peer: tuple[Value, Value], place: Place) -> None:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return
    if not isinstance(message, dict):
        return
    method, params = message.get("method"), message.get("params")

    def word(value: object) -> Value:
        return evaluation.restore(str(value)) if value is not None else EMPTY

    items = params if isinstance(params, list) else []
    if method == "mining.subscribe":
        evaluation.emit("stratum.subscribe", *peer, word(items[0] if items else None), place=place)
    elif method in {"mining.authorize", "eth_submitLogin"}:
        evaluation.emit("stratum.login", *peer, word(items[0] if items else None), EMPTY, place=place)
    elif method == "login" and isinstance(params, dict) and "login" in params:
        login, agent = word(params.get("login")), word(params.get("agent"))
        evaluation.emit("stratum.login", *peer, login, agent, place=place)
