"""What a script is refused where it has no namespaces of its own: by the kernel's filter, and by the tracer.

The tracer refuses by name what is to be seen in its log; `--seccomp-bpf` makes those calls fail too
where a process has no tracer. The filter refuses what depends on arguments: socket families, new
namespaces, limits of other processes; and every architecture but the machine's own.
"""

from __future__ import annotations

import platform

from auditor.trial import bpf

_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6
_NEW_NAMESPACES = 0x7E02_0000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_CLONE3 = 435
# socket, clone, prlimit64: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h
_NUMBERS = {
    "x86_64": (bpf.X86_64, 41, 56, 302),
    "aarch64": (bpf.AARCH64, 198, 220, 261),
    "riscv64": (bpf.RISCV64, 198, 220, 261),
}
# A connection seems to succeed, so that a client goes on to what it would say; what it sends fails.
_TO_THE_NETWORK = ("connect:retval=0", "sendto,sendmsg,sendmmsg:error=ENETUNREACH", "bind,listen:error=EADDRNOTAVAIL")
# Landlock does not hold these (landlock(7)): files keep their permissions, whatever the script is told.
_TO_FILES = (
    "?chmod,fchmod,fchmodat,?fchmodat2,?utime,?utimes,?futimesat,utimensat:retval=0",
    "?chown,?lchown,fchown,fchownat,setxattr,lsetxattr,fsetxattr,removexattr,lremovexattr,fremovexattr:error=EPERM",
)
_TO_THE_MACHINE = (
    "ptrace,process_vm_readv,process_vm_writev,mount,umount2,pivot_root,chroot,unshare,setns,?open_tree,?move_mount,"
    "?fsopen,?fsmount,?fsconfig,?mount_setattr,init_module,finit_module,?pidfd_getfd,shmget,shmat,shmctl,semget,semop,"
    "semctl,msgget,msgsnd,msgrcv,msgctl,mq_open,mq_unlink,setpriority,ioprio_set,sched_setaffinity,sched_setscheduler,"
    "sched_setparam,sched_setattr,rt_sigqueueinfo,rt_tgsigqueueinfo,?kcmp,?process_madvise,migrate_pages,move_pages:"
    "error=EPERM"
)
_SIGNALS = "kill,tkill,tgkill,?pidfd_send_signal:error=EPERM"


def is_known_machine() -> bool:
    """Whether the filter can be written for this architecture."""
    return platform.machine() in _NUMBERS


def injections(*, are_signals_held: bool) -> tuple[str, ...]:
    """Give what the tracer refuses; signals only where Landlock does not keep them within."""
    return (*_TO_THE_NETWORK, *_TO_FILES, _TO_THE_MACHINE, *(() if are_signals_held else (_SIGNALS,)))


def attempts_filter() -> bytes:
    """Give the filter's program for this machine."""
    arch, socket, clone, prlimit = _NUMBERS[platform.machine()]
    steps = [
        bpf.step(bpf.LOAD, bpf.ARCH_AT),
        bpf.step(bpf.EQUAL, arch, 1, 0),
        bpf.refuse(bpf.ENOSYS),
        bpf.step(bpf.LOAD, bpf.NUMBER_AT),
    ]
    if arch == bpf.X86_64:
        steps += [bpf.step(bpf.AT_LEAST, bpf.X32_NUMBERS, 0, 1), bpf.refuse(bpf.ENOSYS)]
    # its flags lie in memory; the C library goes on with clone
    steps += [bpf.step(bpf.EQUAL, _CLONE3, 0, 1), bpf.refuse(bpf.ENOSYS)]
    no_namespaces = [
        bpf.step(bpf.ANY_BIT, _NEW_NAMESPACES, 0, 1),
        bpf.refuse(bpf.EPERM),
        bpf.step(bpf.RETURN, bpf.ALLOW),
    ]
    blocks = {
        socket: bpf.one_of(_FAMILIES, bpf.EAFNOSUPPORT),
        clone: no_namespaces,
        prlimit: bpf.one_of((0,), bpf.EPERM),  # of the caller itself
    }
    for number, block in blocks.items():
        steps += [bpf.step(bpf.EQUAL, number, 0, len(block) + 1), bpf.step(bpf.LOAD, bpf.FIRST_ARGUMENT_AT), *block]
    return b"".join([*steps, bpf.step(bpf.RETURN, bpf.ALLOW)])
