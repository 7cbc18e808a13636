"""Names: every one resolves, each to an address of its own, whatever server is asked.

A question to any address is answered from that address (IP_PKTINFO), so resolvers that are named
in the script work too. A gets one synthetic address of 198.18.0.0/15 (RFC 2544) per name; every
other type gets an empty answer.
"""

from __future__ import annotations

import socket
import struct
from contextlib import suppress

import dnslib
from dnslib.label import DNSLabelError

from auditor.trial.sinkhole.events import Events

_IP_PKTINFO, _IPV6_RECVPKTINFO, _IPV6_PKTINFO, _IPV6_FREEBIND = 8, 49, 50, 78
_MOST_NAMES = 60_000


class Resolver:
    """Answers questions; the same name always gets the same address."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._addresses: dict[str, str] = {}

    def answer(self, question: bytes) -> bytes | None:
        """Give the reply to one packet; None for what is no question, or one that cannot be answered."""
        try:
            request = dnslib.DNSRecord.parse(question)
            name = str(request.q.qname).rstrip(".").lower()
            kind = dnslib.QTYPE.get(request.q.qtype)
            reply = request.reply()
            if kind in {"A", "ANY"}:
                reply.add_answer(dnslib.RR(request.q.qname, dnslib.QTYPE.A, rdata=dnslib.A(self.address(name)), ttl=5))
            packed = bytes(reply.pack())
        except (dnslib.DNSError, DNSLabelError, UnicodeError, ValueError, IndexError):
            return None
        self._events.note("dns", name, 53, type=str(kind))
        return packed

    def fail(self) -> None:
        """Take note that a packet was no question that this knows, and broke it."""
        self._events.is_broken = True

    def address(self, name: str) -> str:
        """Give a name's synthetic address."""
        known = self._addresses.get(name)
        if known is None:
            number = (len(self._addresses) % _MOST_NAMES) + 1
            known = socket.inet_ntoa(struct.pack("!I", (198 << 24) + (18 << 16) + number))
            self._addresses[name] = known
            self._events.names[known] = name
        return known


def serve_udp(resolver: Resolver, family: int) -> None:
    """Answer questions on port 53 of every address of a family, until the process ends."""
    with socket.socket(family, socket.SOCK_DGRAM) as server:
        if family == socket.AF_INET:
            server.setsockopt(socket.SOL_IP, _IP_PKTINFO, 1)
            server.bind(("0.0.0.0", 53))  # noqa: S104  (a namespace of its own)
        else:
            server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            server.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVPKTINFO, 1)
            server.setsockopt(socket.IPPROTO_IPV6, _IPV6_FREEBIND, 1)
            server.bind(("::", 53))
        while True:
            question, ancillary, _, client = server.recvmsg(4_096, 256)
            try:
                reply = resolver.answer(question)
            except Exception:  # the boundary: no packet may leave the script without names
                resolver.fail()
                continue
            if reply is not None:
                with suppress(OSError):
                    server.sendmsg([reply], _asked_address(ancillary), 0, client)


def _asked_address(ancillary: list[tuple[int, int, bytes]]) -> list[tuple[int, int, bytes]]:
    """Turn where the question went to into where the reply comes from."""
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_IP, _IP_PKTINFO):
            return [(level, kind, struct.pack("I4s4s", 0, data[8:12], b"\0" * 4))]
        if (level, kind) == (socket.IPPROTO_IPV6, _IPV6_PKTINFO):
            return [(level, kind, data[:16] + struct.pack("I", 0))]
    return []
