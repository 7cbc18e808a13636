"""The Bandit worker: checks one Python text per request, in a child process that may die of it.

Takes a `Request`, gives an `Answer`, both as msgpack. Run by `auditor.workers`.
"""

from __future__ import annotations

import sys

import msgspec

from auditor.match.bandit import NotChecked, run_bandit

_RECURSION_LIMIT = 3_000
sys.setrecursionlimit(_RECURSION_LIMIT)


class Request(msgspec.Struct, frozen=True):
    """A text and the checks to run on it."""

    text: str
    checks: tuple[str, ...]


class Found(msgspec.Struct, frozen=True):
    """One hit: the check, the span's four numbers, what Bandit says."""

    check: str
    span: tuple[int, int, int, int]
    message: str


class Answer(msgspec.Struct, frozen=True):
    """The hits, or why there can be none."""

    found: tuple[Found, ...] = ()
    not_checked: str | None = None


def handle(body: bytes) -> bytes:
    """Check the text of a request."""
    request = msgspec.msgpack.decode(body, type=Request)
    try:
        hits = run_bandit(request.text, request.checks)
    except NotChecked as reason:
        return msgspec.msgpack.encode(Answer(not_checked=str(reason)))
    found = tuple(
        Found(hit.check, (hit.span.line, hit.span.column, hit.span.end_line, hit.span.end_column), hit.message)
        for hit in hits
    )
    return msgspec.msgpack.encode(Answer(found=found))
