"""What is said over a connection: the mining protocol's first words, and secrets that were read.

Takes what is sent as a value, and host and port of the far end; gives effects. Refuses to guess:
text that is not known says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from auditor.model.place import Place
from auditor.read.evaluation import Evaluation
from auditor.read.secrets import note_sent, origins
from auditor.read.values import EMPTY, Text, Unknown, Value, alternatives, as_text, known_text

_MARKS = ("mining.subscribe", "mining.authorize", '"login"', "eth_submitLogin")


def say(evaluation: Evaluation, data: Value, peer: tuple[Value, Value], place: Place) -> None:
    """Record what is sent to a host and port, as far as it matters."""
    if found := origins([data]):
        note_sent(evaluation, found, ("nc", *peer), place)
    for name, words in mining_messages(evaluation, data):
        evaluation.emit(name, *peer, *words, place=place)


def mining_messages(evaluation: Evaluation, data: Value) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """Give the mining protocol's first words in what is sent: an effect's name, and its words after host and port."""
    for single in alternatives(as_text(data)):
        if isinstance(single, Unknown):
            continue
        parts = single.parts if isinstance(single, Text) else (known_text(single) or "",)
        text = "".join(part if isinstance(part, str) else evaluation.placeholder(part) for part in parts)
        if any(mark in text for mark in _MARKS):
            for line in text.splitlines():
                evaluation.spend()
                yield from _message(evaluation, line)


def _message(evaluation: Evaluation, line: str) -> Iterator[tuple[str, tuple[Value, ...]]]:
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
        yield "stratum.subscribe", (word(items[0] if items else None),)
    elif method in {"mining.authorize", "eth_submitLogin"}:
        yield "stratum.login", (word(items[0] if items else None), EMPTY)
    elif method == "login" and isinstance(params, dict) and "login" in params:
        yield "stratum.login", (word(params.get("login")), word(params.get("agent")))
