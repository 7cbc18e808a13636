"""The namespace's network: every address is local, and every TCP port leads to one listener.

Takes the fresh network namespace of the calling process; gives it a loopback that holds all IPv4
and IPv6 unicast addresses ("AnyIP"), a default route, and an nftables redirect. Loopback itself
stays honest: a closed local port refuses. Routes are set over netlink (rtnetlink(7)), since
`ip` would cost a process each.
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
from contextlib import suppress

OWN_ADDRESS = "10.0.2.15"
CATCH_PORT = 39_999
USUAL_PORTS = (
    21, 22, 25, 80, 222, 443, 1080, 2222, 3128, 3333, 4444, 5555, 6443, 7777, 8000, 8080, 8443, 8888, 9000, 9999, 10128,
    14433, 14444, 20535,
)  # fmt: skip
_RTM_NEWLINK, _RTM_NEWADDR, _RTM_NEWROUTE = 16, 20, 24
_NLM_F_REQUEST, _NLM_F_ACK, _NLM_F_EXCL, _NLM_F_CREATE = 1, 4, 0x200, 0x400
_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_RTA_DST, _RTA_OIF, _RTA_PREFSRC = 1, 4, 7
_TABLE_MAIN, _TABLE_LOCAL = 254, 255
_PROTO_STATIC, _SCOPE_UNIVERSE, _SCOPE_HOST, _SCOPE_LINK = 4, 0, 254, 253
_TYPE_UNICAST, _TYPE_LOCAL = 1, 2
_LOOPBACK = 1
_RULES = f"""
table inet trial {{
  chain out {{
    type nat hook output priority -100; policy accept;
    ip daddr 127.0.0.0/8 return
    ip6 daddr ::1 return
    ip daddr {OWN_ADDRESS} return
    meta l4proto tcp redirect to :{CATCH_PORT}
  }}
  chain quiet {{
    type filter hook input priority 0; policy accept;
    ip daddr 127.0.0.0/8 accept
    udp dport 53 accept
    udp sport 53 accept
    meta l4proto udp drop
  }}
}}
"""


def bring_up() -> None:
    """Set up addresses and routes."""
    address = socket.inet_aton(OWN_ADDRESS)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as netlink:
        netlink.bind((0, 0))
        up = struct.pack("BxHiII", 0, 0, _LOOPBACK, 1, 1)
        _ask(netlink, _RTM_NEWLINK, 0, up)
        own = struct.pack("BBBBI", socket.AF_INET, 32, 0, 0, _LOOPBACK)
        own += _attribute(_IFA_LOCAL, address) + _attribute(_IFA_ADDRESS, address)
        _ask(netlink, _RTM_NEWADDR, _NLM_F_CREATE | _NLM_F_EXCL, own)
        for family, source in ((socket.AF_INET, address), (socket.AF_INET6, b"")):
            _ask(netlink, _RTM_NEWROUTE, _NLM_F_CREATE, _route(family, _TABLE_LOCAL, _TYPE_LOCAL, source))
        _ask(netlink, _RTM_NEWROUTE, _NLM_F_CREATE, _route(socket.AF_INET, _TABLE_MAIN, _TYPE_UNICAST, address))
    _allow_ping()


class Redirect:
    """The rule that leads every TCP port to one listener; nft sets it while the caller does something else."""

    def __init__(self) -> None:
        nft = shutil.which("nft", path="/usr/sbin:/sbin:/usr/bin")
        self._process: subprocess.Popen[bytes] | None = None
        if nft is not None:
            null = subprocess.DEVNULL
            self._process = subprocess.Popen([nft, "-f", "-"], stdin=subprocess.PIPE, stdout=null, stderr=null)
            assert self._process.stdin is not None
            with suppress(BrokenPipeError), self._process.stdin as rules:
                rules.write(_RULES.encode())

    def is_set(self) -> bool:
        """Wait for nft, and say whether ports are redirected; not so where it is missing or refuses."""
        return self._process is not None and self._process.wait(10) == 0


def original_destination(connection: socket.socket) -> tuple[str, int]:
    """Give the address that a redirected client asked for (SO_ORIGINAL_DST)."""
    own = connection.getsockname()
    if own[1] != CATCH_PORT:  # not redirected: a listener of the port itself
        return str(own[0]), int(own[1])
    if connection.family == socket.AF_INET6 and not own[0].startswith("::ffff:"):
        raw = connection.getsockopt(socket.IPPROTO_IPV6, 80, 28)
        return socket.inet_ntop(socket.AF_INET6, raw[8:24]), int(struct.unpack("!H", raw[2:4])[0])
    raw = connection.getsockopt(socket.SOL_IP, 80, 16)
    return socket.inet_ntoa(raw[4:8]), int(struct.unpack("!H", raw[2:4])[0])


def _route(family: int, table: int, kind: int, source: bytes) -> bytes:
    scope = _SCOPE_HOST if kind == _TYPE_LOCAL else _SCOPE_LINK
    scope = _SCOPE_UNIVERSE if family == socket.AF_INET6 else scope
    body = struct.pack("BBBBBBBBI", family, 0, 0, 0, table, _PROTO_STATIC, scope, kind, 0)
    body += _attribute(_RTA_OIF, struct.pack("I", _LOOPBACK))
    return body + _attribute(_RTA_PREFSRC, source) if source else body


def _attribute(kind: int, value: bytes) -> bytes:
    padding = -len(value) % 4
    return struct.pack("HH", len(value) + 4, kind) + value + b"\0" * padding


def _ask(netlink: socket.socket, kind: int, flags: int, body: bytes) -> None:
    """Send one request and wait for its acknowledgement; an address or route that exists is no error."""
    header = struct.pack("IHHII", 16 + len(body), kind, _NLM_F_REQUEST | _NLM_F_ACK | flags, 1, 0)
    netlink.send(header + body)
    answer = netlink.recv(65_536)
    error = -int(struct.unpack_from("i", answer, 16)[0])
    if error not in (0, 17):
        raise OSError(error, f"netlink request {kind}: {os.strerror(error)}")


def _allow_ping() -> None:
    """Let ICMP echo sockets open; the kernel itself answers for every local address."""
    try:
        with open("/proc/sys/net/ipv4/ping_group_range", "w") as file:  # noqa: PTH123
            file.write("0 0")
    except OSError:
        return  # /proc is masked in some containers: ping then fails as it does without privileges
