"""strace's log is read whole, whatever names stand in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.trial.descent import numbered
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


def test_a_fork_is_known_of_before_its_child_is_seen() -> None:
    """Who waits for everybody's end waits for a child that has left no line yet."""
    _, reader = read(
        "7 1.0 clone(child_stack=NULL, flags=SIGCHLD) = 3",
        "7 1.1 clone(child_stack=NULL, flags=SIGCHLD) = ? ERESTARTNOINTR (To be restarted)",
        "7 1.2 clone(child_stack=NULL, flags=SIGCHLD) = -1 EAGAIN (Resource temporarily unavailable)",
    )
    assert (reader.forks, reader.seen) == (1, {7})


def test_a_child_that_ended_before_its_parent_returned_from_vfork_does_not_live() -> None:
    _, reader = read(
        "7 1.0 vfork( <unfinished ...>",
        "8 1.1 +++ exited with 127 +++",
        "7 1.2 <... vfork resumed>) = 3",
        "7 1.3 +++ exited with 0 +++",
    )
    assert (reader.alive, reader.forks, reader.seen) == (set(), 1, {7, 8})


def test_a_call_that_forks_is_told_until_it_returns() -> None:
    """And where its caller is killed in it, a child may be there all the same."""
    reader = TraceReader()
    reader.event("7 1.0 vfork( <unfinished ...>")
    assert reader.is_forking
    reader.event("7 1.1 +++ killed by SIGKILL +++")
    assert (reader.is_forking, reader.forks) == (False, 1)


def test_a_thread_that_starts_a_program_takes_the_number_of_its_process() -> None:
    _, reader = read(
        "7 1.0 clone3({flags=CLONE_THREAD}, 88) = 4",
        '8 1.1 execve("/bin/true", ["true"], 0x1 <unfinished ...>',
        "7 1.2 +++ superseded by execve in pid 8 +++",
        "7 1.3 <... execve resumed>) = 0",
    )
    assert reader.alive == {7}


def forks(*children: int | None) -> list[Call]:
    return [Call(7, 1.0, "fork", (), child, child=child) for child in children]


@pytest.mark.parametrize(
    ("inside", "started", "children"),
    [
        ((3, 4, 6), (15, 16, 20), [15, 16, 20]),
        ((4, 3), (15, 16), [16, 15]),
        ((3, 4, 5), (15, 17), [15, None, 17]),
        ((3, 4, 5, 6), (15, 17, 18), [15, None, 17, 18]),
        ((3,), (), [None]),
        ((), (15,), []),
    ],
)
def test_children_get_the_numbers_of_the_log(
    inside: tuple[int, ...], started: tuple[int, ...], children: list[int | None]
) -> None:
    """In the order in which they were made; one that was never seen gets none."""
    assert [call.child for call in numbered(forks(*inside), started)] == children


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
