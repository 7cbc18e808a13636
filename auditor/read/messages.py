"""What passes between the audit and a reading worker: msgpack, decoded into frozen values by type."""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec

from auditor.model.reading import Reading
from auditor.model.surroundings import NOTHING, Surroundings
from auditor.model.unit import Script
from auditor.settings import Limits


@dataclass(frozen=True, slots=True)
class Request:
    """A script to read, within limits; or, where `commands` are given, program starts to write in normal form."""

    script: Script
    limits: Limits
    surroundings: Surroundings = NOTHING
    commands: tuple[tuple[str, ...], ...] = ()
    is_triaged: bool = False
    """Whether a script that provably reaches nothing is answered with a cleared reading."""
    seconds: float = math.inf
    """Wall time after which there is nobody left to answer to."""


_ENCODER = msgspec.msgpack.Encoder()
_REQUEST = msgspec.msgpack.Decoder(Request)
_READING = msgspec.msgpack.Decoder(Reading)


def encode_request(request: Request) -> bytes:
    """Encode what a worker is asked."""
    return _ENCODER.encode(request)


def decode_request(body: bytes) -> Request:
    """Decode what a worker is asked."""
    return _REQUEST.decode(body)


def encode_reading(reading: Reading) -> bytes:
    """Encode a worker's answer; lone surrogates in audited text become question marks, which no rule reads."""
    try:
        return _ENCODER.encode(reading)
    except UnicodeEncodeError:
        plain = msgspec.to_builtins(reading)
        return _ENCODER.encode(_without_surrogates(plain))


def decode_reading(body: bytes) -> Reading:
    """Decode a worker's answer; raises msgspec.ValidationError where it is none."""
    return _READING.decode(body)


def _without_surrogates(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _without_surrogates(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_surrogates(item) for item in value]
    return value
