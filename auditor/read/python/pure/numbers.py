"""Pure functions over numbers and sequences of them: `int`, `chr`, `sum`, `math`, `operator`, `struct`, `itertools`."""

from __future__ import annotations

import itertools
import math
import operator
import struct
from collections.abc import Callable, Iterable

from auditor.read.python.fold import Pure, TooLong

_MOST = 4_194_304
_MOST_ITEMS = 50_000


def _bytes(value: object = b"", encoding: object = "utf-8", errors: object = "strict") -> object:
    if isinstance(value, str):
        return value.encode(str(encoding), str(errors))
    if isinstance(value, int):
        if value > _MOST:
            raise TooLong
        return bytes(value)
    if isinstance(value, bytes | list | tuple | set | frozenset):
        return bytes(value)
    raise TypeError


def _int(value: object = 0, base: object = 10) -> object:
    if isinstance(value, str | bytes) and isinstance(base, int):
        if len(value) > 100_000:
            raise TooLong
        return int(value, base)
    if isinstance(value, int | float):
        return int(value)
    raise TypeError


def _to_bytes(value: object, length: object = 1, byteorder: object = "big", signed: object = False) -> object:
    if not isinstance(value, int) or not isinstance(length, int) or length > _MOST:
        raise TooLong
    return value.to_bytes(length, "little" if byteorder == "little" else "big", signed=bool(signed))


def _from_bytes(value: object, byteorder: object = "big", signed: object = False) -> object:
    if not isinstance(value, bytes | list | tuple) or len(value) > 100_000:
        raise TooLong
    return int.from_bytes(value, "little" if byteorder == "little" else "big", signed=bool(signed))


def _power(base: object, exponent: object, modulus: object = None) -> object:
    if not all(isinstance(number, int) for number in (base, exponent)):
        raise TypeError
    assert isinstance(base, int)
    assert isinstance(exponent, int)
    if isinstance(modulus, int):
        if max(base.bit_length(), exponent.bit_length(), modulus.bit_length()) > 8192:
            raise TooLong
        return pow(base, exponent, modulus)
    if base.bit_length() * max(exponent, 1) > 400_000:
        raise TooLong
    return base**exponent


def _pack(form: object, *values: object) -> object:
    text = form.decode() if isinstance(form, bytes) else str(form)
    if struct.calcsize(text) > _MOST:
        raise TooLong
    return struct.pack(text, *values)


def _unpack(form: object, payload: object) -> object:
    text = form.decode() if isinstance(form, bytes) else str(form)
    if not isinstance(payload, bytes):
        raise TypeError
    return struct.unpack(text, payload)


def _bounded(function: Callable[..., Iterable[object]]) -> Callable[..., object]:
    def run(*args: object, **kwargs: object) -> object:
        items = list(itertools.islice(function(*args, **kwargs), _MOST_ITEMS + 1))
        if len(items) > _MOST_ITEMS:
            raise TooLong
        return items

    return run


def _repeat(item: object, times: object = None) -> object:
    if not isinstance(times, int) or times > _MOST_ITEMS:
        raise TooLong
    return [item] * times


def _factorial(number: object) -> object:
    if not isinstance(number, int) or number > 2000:
        raise TooLong
    return math.factorial(number)


_OPERATORS = (
    "add sub truediv floordiv mod and_ or_ xor neg pos invert not_ eq ne lt le gt ge concat getitem contains truth "
    "index rshift"
)
_MATH = "sqrt floor ceil gcd isqrt trunc fabs log log2 log10 pow"

NUMBERS: dict[str, Pure] = {
    "bytes": Pure(_bytes),
    "bytearray": Pure(_bytes),
    "int": Pure(_int),
    "long": Pure(_int),
    "float": Pure(float),
    "bool": Pure(bool),
    "complex": Pure(complex),
    "chr": Pure(chr, "chr"),
    "unichr": Pure(chr, "chr"),
    "ord": Pure(ord),
    "hex": Pure(hex),
    "oct": Pure(oct),
    "bin": Pure(bin),
    "abs": Pure(abs),
    "sum": Pure(sum),
    "min": Pure(min),
    "max": Pure(max),
    "round": Pure(round),
    "divmod": Pure(divmod),
    "pow": Pure(_power),
    "repr": Pure(repr),
    "ascii": Pure(ascii),
    "slice": Pure(slice),
    "int.to_bytes": Pure(_to_bytes, "decode_int"),
    "int.from_bytes": Pure(_from_bytes),
    "int.bit_length": Pure(int.bit_length),
    "int.bit_count": Pure(int.bit_count),
    "bool.bit_length": Pure(int.bit_length),
    "float.is_integer": Pure(float.is_integer),
    "struct.pack": Pure(_pack, "decode_int"),
    "struct.unpack": Pure(_unpack),
    "struct.calcsize": Pure(struct.calcsize),
    "itertools.islice": Pure(_bounded(itertools.islice)),
    "itertools.repeat": Pure(_repeat),
    "itertools.product": Pure(_bounded(itertools.product)),
    "itertools.permutations": Pure(_bounded(itertools.permutations)),
    "itertools.combinations": Pure(_bounded(itertools.combinations)),
    "itertools.zip_longest": Pure(_bounded(itertools.zip_longest)),
    "itertools.accumulate": Pure(_bounded(itertools.accumulate)),
    "itertools.compress": Pure(_bounded(itertools.compress)),
    "itertools.pairwise": Pure(_bounded(itertools.pairwise)),
    "math.factorial": Pure(_factorial),
    **{f"math.{name}": Pure(getattr(math, name)) for name in _MATH.split()},
    **{
        f"operator.{name}": Pure(getattr(operator, name), "xor" if name == "xor" else "") for name in _OPERATORS.split()
    },
    **{
        f"int.__{name.strip('_')}__": Pure(getattr(operator, name))
        for name in ("add", "sub", "mod", "xor", "or_", "and_")
    },
}
