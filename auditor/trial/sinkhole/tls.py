"""TLS: an authority made for one trial, and a certificate for whatever name a client asks for.

The authority's certificate goes where the usual clients look (`environment.TRUST_VARIABLES`); its key never
leaves the trial's memory.
"""

from __future__ import annotations

import ssl
import struct
import tempfile
import threading
from pathlib import Path

import trustme

_MOST_NAMES = 2_000


class Authority:
    """Makes server contexts by name; thread-safe."""

    def __init__(self) -> None:
        self._authority = trustme.CA(organization_name="Trial sinkhole")
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    @property
    def certificate(self) -> bytes:
        """The authority's certificate, PEM."""
        return bytes(self._authority.cert_pem.bytes())

    def context(self, name: str) -> ssl.SSLContext:
        """Give a server context for a host name or address."""
        with self._lock:
            known = self._contexts.get(name)
            if known is None:
                known = self._make(name)
                if len(self._contexts) < _MOST_NAMES:
                    self._contexts[name] = known
            return known

    def _make(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        try:
            leaf = self._authority.issue_cert(name)
        except (ValueError, UnicodeError):
            leaf = self._authority.issue_cert("sinkhole.invalid")
        with tempfile.NamedTemporaryFile(suffix=".pem") as chain:
            chain.write(leaf.private_key_and_cert_chain_pem.bytes())
            chain.flush()
            context.load_cert_chain(Path(chain.name))
        context.set_alpn_protocols(["http/1.1"])
        return context


def server_name(hello: bytes) -> str:
    """Give the name in a ClientHello (RFC 6066 section 3), or nothing."""
    try:
        position = 5 + 4 + 2 + 32  # record and handshake headers, version, random
        position += 1 + hello[position]
        position += 2 + int(struct.unpack_from("!H", hello, position)[0])
        position += 1 + hello[position]
        end = position + 2 + int(struct.unpack_from("!H", hello, position)[0])
        position += 2
        while position + 4 <= min(end, len(hello)):
            kind, size = struct.unpack_from("!HH", hello, position)
            if kind == 0:
                length = int(struct.unpack_from("!H", hello, position + 7)[0])
                return hello[position + 9 : position + 9 + length].decode("ascii")
            position += 4 + size
    except (struct.error, IndexError, UnicodeDecodeError):
        return ""
    return ""
