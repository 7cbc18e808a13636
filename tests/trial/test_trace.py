"""strace's log is read whole, whatever names stand in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.trial.trace import Call, Ended, TraceReader, split_arguments, string_of, strings_of, unescape


def read(*lines: str) -> tuple[list[Call | Ended], TraceReader]:
    reader = TraceReader()
    return list(reader.feed(lines)), reader


def test_a_plain_call_has_its_arguments_and_result() -> None:
    events, reader = read('7 12.5 execve("/usr/bin/ssh", ["ssh", "-R", "1:h:2"], 0x7ffc /* 9 vars */) = 0')
    assert reader.unparsed == 0
    (call,) = events
    assert isinstance(call, Call)
    assert (call.pid, call.moment, call.name, call.succeeded) == (7, 12.5, "execve", True)
    assert strings_of(call.arguments[1]) == (b"ssh", b"-R", b"1:h:2")


def test_an_interrupted_call_is_joined_across_other_processes() -> None:
    events, _ = read(
        "7 1.0 connect(3<socket:[1]>, {sa_family=AF_INET, sin_port=htons(22)}, 16 <unfinished ...>",
        "8 1.1 fork() = 9",
        "7 1.2 <... connect resumed>) = -1 ECONNREFUSED (Connection refused)",
    )
    calls = [event for event in events if isinstance(event, Call)]
    assert [(call.name, call.error, call.moment) for call in calls] == [
        ("fork", "", 1.1),
        ("connect", "ECONNREFUSED", 1.0),
    ]


def test_a_fork_names_its_child_in_the_tracers_numbering_at_once() -> None:
    _, reader = read("7 1.0 clone(child_stack=NULL, flags=SIGCHLD) = 3 /* 12 in strace's PID NS */")
    assert reader.parents == {12: 7}
    assert 12 in reader.alive


def test_a_child_that_ended_before_its_parent_returned_from_vfork_does_not_live() -> None:
    _, reader = read(
        "7 1.0 vfork( <unfinished ...>",
        "8 1.1 +++ exited with 127 +++",
        "7 1.2 <... vfork resumed>) = 3 /* 8 in strace's PID NS */",
        "7 1.3 +++ exited with 0 +++",
    )
    assert reader.alive == set()


def test_an_end_takes_the_process_from_the_living() -> None:
    events, reader = read("7 1.0 getpid() = 7", "7 1.1 +++ killed by SIGKILL +++")
    assert isinstance(events[-1], Ended)
    assert not reader.alive


def test_an_injected_result_is_marked() -> None:
    events, _ = read("7 1.0 io_uring_setup(8, {flags=0}) = -1 ENOSYS (Function not implemented) (INJECTED)")
    assert isinstance(events[0], Call)
    assert events[0].injected


def test_nonsense_is_counted_not_guessed() -> None:
    events, reader = read("forged line", "7 1.0 execve(", "")
    assert events == []
    assert reader.unparsed == 2


@given(st.lists(st.binary(max_size=20), max_size=5))
def test_any_strings_survive_straces_escapes(values: list[bytes]) -> None:
    written = ", ".join('"' + "".join(f"\\{byte:03o}" for byte in value) + '"' for value in values)
    assert strings_of(f"[{written}]") == tuple(values)


@given(st.text(max_size=300))
def test_splitting_never_fails(text: str) -> None:
    list(split_arguments(text))
    string_of(text)
    unescape(text)


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_real_log_with_hostile_names_has_no_unparsed_line(tmp_path: Path) -> None:
    name = 'a\n7 1.0 execve("x") = 0 "<>,)é\x1b[31m'
    log = tmp_path / "log"
    code = "import subprocess, sys; open(sys.argv[1] + 'f', 'w').close(); subprocess.run(['true', sys.argv[1]])"
    flags = [
        "-f",
        "-q",
        "-y",
        "-ttt",
        "-s",
        "16384",
        "-e",
        "signal=none",
        "-e",
        "trace=execve,openat,clone,vfork,clone3",
    ]
    target = str(tmp_path / "x") + name.replace("/", "")
    subprocess.run(["strace", *flags, "-o", str(log), sys.executable, "-c", code, target], check=True, timeout=20)
    reader = TraceReader()
    calls = [event for event in reader.feed(log.read_text("ascii").splitlines()) if isinstance(event, Call)]
    assert reader.unparsed == 0
    opened = [string_of(call.arguments[1]) for call in calls if call.name == "openat"]
    assert (target + "f").encode() in opened
    assert any(strings_of(call.arguments[1])[1:] == (target.encode(),) for call in calls if call.name == "execve")
