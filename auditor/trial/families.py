"""A seccomp filter over socket families: what a network namespace does not hold is refused.

AF_VSOCK leads to the machine's hypervisor, past every namespace; other rare families lead into
kernel code that a suspect needs not reach. The filter is classic BPF as in seccomp(2) and goes to
bwrap, so that it stands whatever becomes of the tracer.
"""

from __future__ import annotations

import struct

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _ERRNO = 0x7FFF_0000, 0x0005_0000
_NUMBER_AT, _ARCH_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_X86_64, _I386, _AARCH64, _RISCV64 = 0xC000_003E, 0x4000_0003, 0xC000_00B7, 0xC000_00F3
_SOCKET = {_X86_64: 41, _I386: 359, _AARCH64: 198, _RISCV64: 198}
_X32_NUMBERS = 0x4000_0000
_I386_SOCKETCALL = 102
_FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK
_ENOSYS, _EAFNOSUPPORT = 38, 97


def families_filter() -> bytes:
    """Give the filter's program."""
    blocks = [_block(arch, number) for arch, number in _SOCKET.items()]
    program = [_step(_LOAD, _ARCH_AT)]
    for arch, block in zip(_SOCKET, blocks, strict=True):
        program += [_step(_EQUAL, arch, 0, len(block)), *block]
    program.append(_step(_RETURN, _ERRNO | _ENOSYS))  # an architecture that is not known
    return b"".join(program)


def _block(arch: int, number: int) -> list[bytes]:
    """Give the steps for one architecture; every path through them returns."""
    steps = [_step(_LOAD, _NUMBER_AT)]
    if arch == _X86_64:
        steps += [_step(_AT_LEAST, _X32_NUMBERS, 0, 1), _step(_RETURN, _ERRNO | _ENOSYS)]
    if arch == _I386:  # its arguments lie in memory, where no filter sees them
        steps += [_step(_EQUAL, _I386_SOCKETCALL, 0, 1), _step(_RETURN, _ERRNO | _ENOSYS)]
    steps += [_step(_EQUAL, number, 1, 0), _step(_RETURN, _ALLOW), _step(_LOAD, _FIRST_ARGUMENT_AT)]
    for left, family in zip(range(len(_FAMILIES), 0, -1), _FAMILIES, strict=True):
        steps.append(_step(_EQUAL, family, left, 0))
    return [*steps, _step(_RETURN, _ERRNO | _EAFNOSUPPORT), _step(_RETURN, _ALLOW)]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
