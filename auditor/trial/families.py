"""A seccomp filter over socket families: what a network namespace does not hold is refused.

AF_VSOCK leads to the machine's hypervisor, past every namespace; other rare families lead into
kernel code that a suspect needs not reach. The filter is classic BPF as in seccomp(2) and goes to
bwrap, so that it stands whatever becomes of the tracer.
"""

from __future__ import annotations

from auditor.trial.bpf import (
    AARCH64,
    ALLOW,
    ARCH_AT,
    AT_LEAST,
    EAFNOSUPPORT,
    ENOSYS,
    EQUAL,
    FIRST_ARGUMENT_AT,
    I386,
    LOAD,
    NUMBER_AT,
    RETURN,
    RISCV64,
    X32_NUMBERS,
    X86_64,
    one_of,
    refuse,
    step,
)  # fmt: skip

_SOCKET = {X86_64: 41, I386: 359, AARCH64: 198, RISCV64: 198}
_I386_SOCKETCALL = 102
_FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK


def families_filter() -> bytes:
    """Give the filter's program."""
    blocks = [_block(arch, number) for arch, number in _SOCKET.items()]
    program = [step(LOAD, ARCH_AT)]
    for arch, block in zip(_SOCKET, blocks, strict=True):
        program += [step(EQUAL, arch, 0, len(block)), *block]
    program.append(refuse(ENOSYS))  # an architecture that is not known
    return b"".join(program)


def _block(arch: int, number: int) -> list[bytes]:
    """Give the steps for one architecture; every path through them returns."""
    steps = [step(LOAD, NUMBER_AT)]
    if arch == X86_64:
        steps += [step(AT_LEAST, X32_NUMBERS, 0, 1), refuse(ENOSYS)]
    if arch == I386:  # its arguments lie in memory, where no filter sees them
        steps += [step(EQUAL, _I386_SOCKETCALL, 0, 1), refuse(ENOSYS)]
    steps += [step(EQUAL, number, 1, 0), step(RETURN, ALLOW), step(LOAD, FIRST_ARGUMENT_AT)]
    return [*steps, *one_of(_FAMILIES, EAFNOSUPPORT)]
