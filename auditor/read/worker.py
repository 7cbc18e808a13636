"""The reading worker: reads one script per request, in a child process that may die of it.

Takes a `Request`, gives a `Reading`, both as msgpack. Run by `auditor.workers`; audited text is
parsed here and nowhere else.
"""

from __future__ import annotations

import gc
import sys

import auditor.read.launch
import auditor.read.python
import auditor.read.shell  # noqa: F401  (the readers that most scripts need are loaded before the first request)
from auditor.read.commands import normalise
from auditor.read.evaluation import Evaluation
from auditor.read.messages import decode_request, encode_reading
from auditor.read.triage import cleared

_RECURSION_LIMIT = 6_000
_OBJECTS = 50_000
"""New objects before the collector looks: trees are made of many, and at its default of 700 it takes a fifth."""
sys.setrecursionlimit(_RECURSION_LIMIT)
gc.freeze()  # what is loaded stays
gc.set_threshold(_OBJECTS, 10, 10)


def handle(body: bytes) -> bytes:
    """Read the script of a request, or write its commands in normal form."""
    request = decode_request(body)
    if request.commands:
        return encode_reading(normalise(request.commands, request.script, request.limits))
    if request.is_triaged and (reading := cleared(request.script, request.limits, request.surroundings)) is not None:
        return encode_reading(reading)
    return encode_reading(
        Evaluation(request.script, request.limits, request.surroundings, request.seconds).read_script()
    )
