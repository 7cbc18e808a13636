"""Steps of a seccomp filter: classic BPF over seccomp_data, as in seccomp(2)."""

from __future__ import annotations

import struct

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, ERRNO = 0x7FFF_0000, 0x0005_0000
NUMBER_AT, ARCH_AT, FIRST_ARGUMENT_AT = 0, 4, 16
EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97
X86_64, I386, AARCH64, RISCV64 = 0xC000_003E, 0x4000_0003, 0xC000_00B7, 0xC000_00F3
X32_NUMBERS = 0x4000_0000


def step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """Give one instruction; the jumps are counted from the next one."""
    return struct.pack("=HBBI", code, if_true, if_false, value)


def refuse(error: int) -> bytes:
    """Give the instruction that lets the call fail."""
    return step(RETURN, ERRNO | error)


def one_of(values: tuple[int, ...], error: int) -> list[bytes]:
    """Give steps that refuse all but some values of what was loaded; they return on every path."""
    steps = [step(EQUAL, value, left) for left, value in zip(range(len(values), 0, -1), values, strict=True)]
    return [*steps, refuse(error), step(RETURN, ALLOW)]
