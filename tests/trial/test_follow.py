"""Who of the script is still there: told from the trace, in whatever order the tracer tells of parents and children."""

from __future__ import annotations

import time

from auditor.trial.follow import Follower, Hands
from auditor.trial.request import TrialRequest

HANDS = Hands(measure=str, kill=lambda _: None)
BEGIN = (
    "12 1.0 clone(child_stack=NULL, flags=SIGCHLD) = 13",
    "13 1.1 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>",
    '14 1.2 execve("/bin/sh", ["/bin/sh", "/trial/init"], 0x7ffd /* 3 vars */) = 0',
)
RESUMED = "13 1.3 <... clone resumed>) = 14"
"""The call by which the process began that is seen already."""
RUN = (
    "14 1.4 clone(child_stack=NULL, flags=SIGCHLD) = 15",
    '15 1.5 openat(AT_FDCWD, "who", O_RDONLY) = 3',
    "15 1.6 +++ exited with 0 +++",
    '14 1.7 openat(AT_FDCWD, "/.trial-done/0", O_RDONLY) = -1 ENOENT (No such file or directory)',
)


def is_quiet(*lines: str) -> bool:
    """Follow some lines of a trace, and tell whether nothing of the script is left before the grace is over."""
    follower = Follower(TrialRequest(argv=("true",), files=()), "nonce", HANDS, [])
    for line in lines:
        follower._take([line])
    assert follower.has_begun
    assert follower.done_moment
    return follower._is_quiet(time.monotonic())


def test_a_child_that_is_seen_before_its_parents_call_ends_is_counted_once() -> None:
    """On a busy machine the tracer tells of the call late; nobody is waited for."""
    assert is_quiet(BEGIN[0], "13 1.1 clone(child_stack=NULL, flags=SIGCHLD) = 14", BEGIN[2], *RUN)
    assert is_quiet(*BEGIN, RESUMED, *RUN)


def test_a_child_that_nobody_saw_yet_is_waited_for() -> None:
    """The twin: one that was forked and has not shown itself, and one that still runs."""
    unseen = "14 1.65 clone(child_stack=NULL, flags=SIGCHLD) = 16"
    assert not is_quiet(*BEGIN, RESUMED, *RUN[:3], unseen, RUN[3])
    assert not is_quiet(*BEGIN, RESUMED, *RUN[:2], RUN[3])
