"""From a trace to effects: each kind of call, what the sandbox changed undone, and nothing made of noise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.trial.decode import decode
from auditor.trial.emerged import emerged
from auditor.trial.families import families_filter
from auditor.trial.marks import LONGEST_PIECE, MOST_PIECES
from auditor.trial.proofs import Proof, proofs_of
from auditor.trial.request import FileChange
from auditor.trial.sinkhole.bodies import script
from auditor.trial.sinkhole.events import SinkEvent
from tests.judge.made import at, effect
from tests.trial.made import recording

TO = '{sa_family=AF_INET, sin_port=htons(4444), sin_addr=inet_addr("203.0.113.9")}, 16'
FROM = "16 2.{} "


def seen(*lines: str) -> list[str]:
    """Give the words observed, those of what failed with a mark."""
    return [" ".join(each.words) + ("" if each.succeeded else " !") for each in decode(recording(*lines))]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('execve("/usr/bin/ssh", ["ssh", "-R", "1:h:2", "x"], 0x1) = 0', "ssh -R 1:h:2 x"),
        ('execve("/trial/bin/xmrig", ["xmrig", "-o", "a:1"], 0x1) = 0', "xmrig -o a:1"),
        ('execve("/home/worker/x", ["x"], 0x1) = -1 EACCES (Permission denied)', "~/x !"),
        ('execveat(3</memfd:m (deleted)>, "", ["m", "-a"], 0x1, AT_EMPTY_PATH) = 0', "/memfd:m -a"),
        (f"connect(3<socket:[5]>, {TO}) = 0", "net.connect tcp 203.0.113.9 4444"),
        (f"connect(3<socket:[5]>, {TO}) = -1 EINPROGRESS (x)", "net.connect tcp 203.0.113.9 4444"),
        (f"connect(3<socket:[5]>, {TO}) = -1 ECONNREFUSED (x)", "net.connect tcp 203.0.113.9 4444 !"),
        (f'sendto(3<socket:[5]>, "x", 1, 0, {TO}) = 1', "net.connect udp 203.0.113.9 4444"),
        ('openat(AT_FDCWD</home/worker>, ".bashrc", O_WRONLY|O_APPEND) = 3</x>', "file.write ~/.bashrc"),
        (
            'openat(AT_FDCWD</work>, "/root/.ssh/x", O_WRONLY|O_CREAT, 0666) = -1 ENOENT (x)',
            "file.write /root/.ssh/x !",
        ),
        ('renameat2(AT_FDCWD</work>, "a", AT_FDCWD</etc/cron.d>, "b", 0) = 0', "file.write /etc/cron.d/b"),
        ('unlinkat(AT_FDCWD</work>, "a", 0) = 0', "file.delete ./a"),
        ('fchmodat(AT_FDCWD</tmp>, "a", 0755) = 0', "file.chmod /tmp/a 755"),
        ("ptrace(PTRACE_TRACEME) = -1 EPERM (x)", "process.hide ptrace !"),
        ("io_uring_setup(8, 0x1) = -1 ENOSYS (Function not implemented) (INJECTED)", "process.hide io_uring_setup !"),
    ],
)
def test_a_call_becomes_an_effect(line: str, words: str) -> None:
    """In the words of predictions: base names, `~`, hosts; what failed is kept as failed."""
    assert seen(f"16 2.0 {line}") == [words]


@pytest.mark.parametrize(
    "line",
    [
        'openat(AT_FDCWD</work>, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3</etc/passwd>',
        'openat(AT_FDCWD</work>, "/dev/null", O_WRONLY) = 3</dev/null>',
        'openat(AT_FDCWD</work>, "/trial/cov/lines", O_WRONLY|O_APPEND) = 3</trial/cov/lines>',
        'execve("/usr/local/sbin/ls", ["ls"], 0x1) = -1 ENOENT (No such file)',
        'connect(3<socket:[5]>, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.2.3")}, 16) = 0',
        'unlinkat(AT_FDCWD</work>, "a", 0) = -1 ENOENT (x)',
    ],
)
def test_noise_is_nothing(line: str) -> None:
    assert seen(f"16 2.0 {line}") == []


def test_a_socket_on_input_and_output_is_a_shell() -> None:
    """Input and output on one socket make a shell; one of them for the time of an echo does not."""
    connect = f"16 2.0 connect(3<socket:[5]>, {TO}) = 0"
    shell = "process.stdio socket 203.0.113.9 4444"
    one = (connect, "16 2.1 dup2(3<socket:[5]>, 1</dev/null>) = 1<socket:[5]>")
    assert shell not in seen(*one)
    assert shell in seen(*one, "16 2.2 dup2(3<socket:[5]>, 0</dev/null>) = 0<socket:[5]>")
    assert shell in seen(*one, '16 2.2 execve("/bin/sh", ["sh", "-i"], 0x1) = 0')
    back = "16 2.2 dup2(10</dev/null>, 1<socket:[5]>) = 1</dev/null>"
    assert shell not in seen(*one, back, '16 2.3 execve("/bin/sh", ["sh"], 0x1) = 0')


def test_evidence_names_the_process() -> None:
    """What the sinkhole saw is ascribed to the process that made the connection, with its argv."""
    lines = (
        "15 1.2 clone(flags=SIGCHLD) = 16",
        '16 1.3 execve("/usr/bin/ssh", ["ssh", "-N", "h"], 0x1) = 0',
        f"16 2.0 connect(3<socket:[5]>, {TO}) = 0",
    )
    event = SinkEvent("ssh-forward", 2.5, "203.0.113.9", 4444, (("forward", "remote"), ("bind_port", "22")))
    told = [each.evidence for each in decode(recording(*lines, sink=(event,))) if each.words[0] == "ssh.forward"]
    assert [(evidence.pid, evidence.program, evidence.source) for evidence in told] == [(16, "ssh -N h", "sinkhole")]


def test_a_beacon_names_what_was_fetched() -> None:
    fetched = SinkEvent("http", 1.5, "x.example", 443, (("method", "GET"), ("url", "https://x.example/i.sh")))
    line = '16 2.0 execve("/.trial-beacon/abc/sh", ["sh", "i.sh"], 0x1) = -1 ENOENT (x)'
    words = [" ".join(each.words) for each in decode(recording(line, sink=(fetched,)))]
    assert "code.fetch https://x.example/i.sh bash" in words
    forged = line.replace("/abc/", "/other/")
    assert not any("code.fetch" in word for word in seen(forged))


def test_code_emerges_from_arguments_and_files() -> None:
    """`-c` text and files that were written and run, but no decoy."""
    files = (
        FileChange("/tmp/x.sh", "created", 0o755, b"#!/bin/sh\nid\n", 13),
        FileChange("/work/y.py", "created", 0o644, b"print(1)\n", 9),
        FileChange("/tmp/d", "created", 0o755, script("abc"), len(script("abc"))),
    )
    lines = (
        '16 2.0 execve("/usr/bin/bash", ["bash", "-ec", "uptime"], 0x1) = 0',
        '16 2.1 execve("/tmp/x.sh", ["/tmp/x.sh"], 0x1) = 0',
        '16 2.2 execve("/usr/bin/python3", ["python3", "-u", "y.py"], 0x1) = 0',
        '16 2.3 execve("/tmp/d", ["/tmp/d"], 0x1) = 0',
        '16 2.4 execve("/usr/bin/bash", ["bash", "-c", "uptime"], 0x1) = 0',
    )
    found = [(each.language.value, each.text) for each in emerged(recording(*lines, files=files)).pieces]
    assert found == [("bash", "uptime"), ("bash", "#!/bin/sh\nid\n"), ("python", "print(1)\n")]


@pytest.mark.parametrize(
    "start",
    [
        'execve("./x.sh", ["./x.sh"], 0x1) = 0',
        'execve("../s/x.sh", ["x.sh"], 0x1) = 0',
        'execve("/usr/bin/sh", ["sh", "x.sh"], 0x1) = 0',
        'execve("/work/s/x.sh", ["x"], 0x1) = 0',
        'execveat(AT_FDCWD</work>, "s/x.sh", ["x"], 0x1, 0) = 0',
    ],
)
def test_code_that_is_run_by_a_relative_name_emerges(start: str) -> None:
    """Where it was run from is not told, so it is found by the end of its path."""
    code = b"#!/bin/sh\nid\n"
    files = (FileChange("/work/s/x.sh", "created", 0o755, code, len(code)),)
    found = emerged(recording(f"16 2.1 {start}", files=files))
    assert [piece.text for piece in found.pieces] == [code.decode()]
    assert found.gone == ()


def test_code_of_which_nothing_is_left_is_said() -> None:
    memory, gone = "a program that was run from memory, or by a descriptor", "code that was written, run, and gone by"
    write = '16 2.0 openat(AT_FDCWD</work>, "x.sh", O_WRONLY|O_CREAT, 0666) = 3</work/x.sh>'
    for lines, said in (
        (('16 2.1 execveat(3</memfd:m (deleted)>, "", ["m"], 0x1, AT_EMPTY_PATH) = 0',), memory),
        (('16 2.1 execve("/proc/self/fd/3", ["m"], 0x1) = 0',), memory),
        (('16 2.1 execve("/usr/bin/python3", ["python3", "/proc/7/fd/3"], 0x1) = 0',), memory),
        ((write, '16 2.1 execve("./x.sh", ["x"], 0x1) = 0'), gone),
        ((write, '16 2.1 execve("/usr/bin/bash", ["bash", "/work/x.sh"], 0x1) = 0'), gone),
    ):
        assert [each.startswith(said) for each in emerged(recording(*lines)).gone] == [True], lines
    for lines in (
        (write,),
        ('16 2.1 execve("/usr/bin/ls", ["ls", "x.sh"], 0x1) = 0',),
        (write, '16 2.1 execve("./x.sh", ["x"], 0x1) = -1 ENOENT (No such file or directory)'),
        ('16 2.1 execveat(3</usr/bin/true>, "", ["m"], 0x1, AT_EMPTY_PATH) = 0',),
    ):
        assert emerged(recording(*lines)).gone == (), lines


def test_code_that_emerges_is_told_to_the_limit_and_past_it() -> None:
    """What is cut, too long or one too many is said; what imitates a decoy in part is code like any other."""
    long = FileChange("/tmp/long.sh", "created", 0o755, b"#!/bin/sh\n", 70_000)
    text = b"#!/bin/sh\n: /.trial-beacon/abc/sh\nid\n"
    sly = FileChange("/tmp/sly.sh", "created", 0o755, text, len(text))
    starts = (
        '16 2.1 execve("/tmp/long.sh", ["/tmp/long.sh"], 0x1) = 0',
        '16 2.2 execve("/tmp/sly.sh", ["/tmp/sly.sh"], 0x1) = 0',
    )
    seen_all = emerged(recording(*starts, files=(long, sly)))
    assert [piece.text for piece in seen_all.pieces] == [sly.content.decode()]
    assert seen_all.lost == ("code of more than 65,536 characters",)
    most = tuple(f"x = {number}".encode() for number in range(MOST_PIECES))
    assert emerged(replace(recording(), pieces=(*most, b""))).lost != ()
    within = emerged(replace(recording(), pieces=most))
    assert (len(within.pieces), within.lost) == (MOST_PIECES, ())
    cut = emerged(replace(recording(), pieces=(b"x" * LONGEST_PIECE, b"y" * (LONGEST_PIECE + 1))))
    assert (len(cut.pieces), cut.lost) == (1, ("code of more than 65,536 bytes",))


def test_names_that_a_machines_resolver_is_asked_for_are_read_from_the_packets() -> None:
    """Where no sinkhole answers: the connection to the resolver itself is nothing."""
    packet = '"\\253\\362\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\4pool\\7example\\0\\0\\1\\0\\1"'
    to = TO.replace("4444", "53").replace("203.0.113.9", "192.0.2.7")
    lines = (
        f"16 2.0 connect(3<socket:[5]>, {to}) = 0",
        f"16 2.1 sendmmsg(3<socket:[5]>, [{{msg_hdr={{msg_iov=[{{iov_base={packet}}}]}}}}], 1, 0) = -1 ENOSYS (x)",
    )
    made = replace(recording(*lines), resolvers=("192.0.2.7",))
    assert [each.words for each in decode(made)] == [("dns.query", "pool.example")]


@pytest.mark.parametrize(
    ("lines", "proofs"),
    [
        (("ssh -N -R 1:h:2 x",), (Proof("ssh-forward"),)),
        (("ssh -N -L 1:h:2 x",), None),
        (
            ("stratum.login pool.example 3333 w a", "xmrig -o a:1"),
            (Proof("stratum", "pool.example"), Proof("exec", "xmrig")),
        ),
        (("xmrig", "file.write ~/.bashrc"), None),
        ((), None),
    ],
)
def test_proofs_are_waited_for_only_when_all_are_known(
    lines: tuple[str, ...], proofs: tuple[Proof, ...] | None
) -> None:
    assert proofs_of([effect(line, at(1)) for line in lines]) == proofs


def test_the_filter_is_whole_instructions() -> None:
    """Eight bytes each, few enough for the kernel, and the last one returns."""
    program = families_filter()
    assert len(program) % 8 == 0
    assert 20 < len(program) // 8 < 4096
    assert program[-8:][0] == 0x06
