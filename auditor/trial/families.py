"""A seccomp filter over socket families: what a network namespace does not hold is refused.

AF_VSOCK leads to the machine's hypervisor, past every namespace; other rare families lead into
kernel code that a suspect needs not reach. The filter is classic BPF as in seccomp(2) and goes to
bwrap, so that it stands whatever becomes of the tracer.
"""

from __future__ import annotations

from auditor.trial import bpf

_SOCKET = {bpf.X86_64: 41, bpf.I386: 359, bpf.AARCH64: 198, bpf.RISCV64: 198}
_I386_SOCKETCALL = 102
_FAMILIES = (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK


def families_filter() -> bytes:
    """Give the filter's program."""
    blocks = [_block(arch, number) for arch, number in _SOCKET.items()]
    program = [bpf.step(bpf.LOAD, bpf.ARCH_AT)]
    for arch, block in zip(_SOCKET, blocks, strict=True):
        program += [bpf.step(bpf.EQUAL, arch, 0, len(block)), *block]
    program.append(bpf.refuse(bpf.ENOSYS))  # an architecture that is not known
    return b"".join(program)


def _block(arch: int, number: int) -> list[bytes]:
    """Give the steps for one architecture; every path through them returns."""
    steps = [bpf.step(bpf.LOAD, bpf.NUMBER_AT)]
    if arch == bpf.X86_64:
        steps += [bpf.step(bpf.AT_LEAST, bpf.X32_NUMBERS, 0, 1), bpf.refuse(bpf.ENOSYS)]
    if arch == bpf.I386:  # its arguments lie in memory, where no filter sees them
        steps += [bpf.step(bpf.EQUAL, _I386_SOCKETCALL, 0, 1), bpf.refuse(bpf.ENOSYS)]
    steps += [
        bpf.step(bpf.EQUAL, number, 1, 0),
        bpf.step(bpf.RETURN, bpf.ALLOW),
        bpf.step(bpf.LOAD, bpf.FIRST_ARGUMENT_AT),
    ]
    return [*steps, *bpf.one_of(_FAMILIES, bpf.EAFNOSUPPORT)]
