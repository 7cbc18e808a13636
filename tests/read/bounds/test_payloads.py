"""Serialised payloads: one that is not read to its end is code that nobody knows."""

from __future__ import annotations

import base64
import marshal
import pickle
import random
import zlib

import pytest

from auditor.model.unit import Language
from auditor.read.python.marshals import read_marshal
from auditor.read.python.pickles import MOST_BYTES, MOST_OPCODES, read_pickle
from tests.read.bounds.scripts import TUNNEL, Told, read

CALL = b"cos\nsystem\n(S'" + TUNNEL.encode() + b"'\ntR"
OPAQUE = "code.load python decoder"


def loaded(payload: bytes, module: str = "pickle") -> Told:
    """Read a script that loads a payload, packed so that the text stays small."""
    packed = base64.b64encode(zlib.compress(payload)).decode()
    wrap = "exec(marshal.loads" if module == "marshal" else "(pickle.loads"
    text = f"import base64, zlib, {module}\n{wrap}(zlib.decompress(base64.b64decode('{packed}'))))"
    return read(text, Language.PYTHON)


def test_a_call_within_the_bounds_is_told() -> None:
    """The last opcode that fits is followed, and nothing is opaque then."""
    assert TUNNEL in loaded(CALL + b".").lines
    assert OPAQUE not in loaded(CALL + b".").lines
    most = read_pickle(b"N0" * ((MOST_OPCODES - 6) // 2) + CALL + b".")
    assert most.is_whole
    assert most.gadgets[0].args == (TUNNEL,)
    assert not read_pickle(b"N0" * ((MOST_OPCODES - 4) // 2) + CALL + b".").is_whole
    assert not read_pickle(b"V" + b"a" * MOST_BYTES + b"\n0" + CALL + b".").is_whole


@pytest.mark.parametrize(
    "payload",
    [
        random.Random(1).randbytes(150_000).replace(b"\n", b"").join((b"V", b"\n0")) + CALL,
        CALL,
        b"\xff" + CALL + b".",
        b"cbuiltins\ngetattr\n(cos\nS'system'\ntR(S'" + TUNNEL.encode() + b"'\ntR.",
        b"P1\n(S'" + TUNNEL.encode() + b"'\ntR.",
    ],
    ids=["long and cut", "no stop", "no opcode", "computed", "persistent"],
)
def test_a_pickle_that_is_not_read_to_its_end_is_opaque(payload: bytes) -> None:
    """Too long, broken off, or with a call that cannot be followed."""
    assert OPAQUE in loaded(payload).lines


def test_one_of_two_pickles_is_each_of_them() -> None:
    """A payload that depends on a branch is followed in both."""
    text = f"import pickle, sys\np = {CALL + b'.'!r}\nif len(sys.argv) > 1:\n    p = b'N.'\npickle.loads(p)"
    assert TUNNEL in read(text, Language.PYTHON).lines


def test_a_payload_that_is_too_large_to_be_decoded_is_unknown_code() -> None:
    """Nobody knows what loading it does, and that is said."""
    assert "code.load python limit" in loaded(b"V" + b"a" * MOST_BYTES + b"\n0" + CALL + b".").lines


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_data_is_read_to_its_end(protocol: int) -> None:
    """Ordinary objects, of every protocol, are not opaque."""
    value = {
        "a": [1, 2.5, None, True, b"x" * 300, "y" * 300, 10**30],
        "b": ({1, 2}, frozenset({3}), (1, 2, 3, 4), bytearray(b"z")),
        "c": [complex(1, 2), range(3), slice(1, 2), ValueError("v")],
    }
    value["d"] = value["a"]
    assert read_pickle(pickle.dumps(value, protocol)).is_whole
    assert loaded(pickle.dumps(value, protocol)).is_silent


def test_marshalled_code_is_read_to_its_end_or_opaque() -> None:
    """A whole code object gives its calls alone; one that is cut gives them and says that it is cut."""
    code = marshal.dumps(compile(f"import os\ndef f(x=1):\n  return [x]\nos.system('{TUNNEL}')", "x", "exec"))
    assert read_marshal(code)[1]
    told = loaded(code, "marshal")
    assert TUNNEL in told.lines
    assert OPAQUE not in told.lines
    assert OPAQUE in loaded(code[:-8], "marshal").lines
