"""What goes to a stage and what comes back: plain values that travel between processes and into the cache.

Takes and gives msgpack. An `Item` is one script as bytes with what surrounds it; an `Audited` is
everything that the results keep of its report, with secrets already redacted.
"""

from __future__ import annotations

import hashlib
import re

import msgspec

from auditor.intake.languages import telling_part

_OWN_PATH = re.compile(
    rb"\$\{?0|BASH_SOURCE|argv|__file(?:name)?__|__filename|__dirname|import\.meta|MAKEFILE_LIST|PROGRAM_NAME"
)
"""Names under which a script finds out where it stands; what it does then depends on its whole path."""


class Item(msgspec.Struct, frozen=True, array_like=True):
    """One script: its bytes, a path by which its language is told, or the language itself, and what surrounds it."""

    data: bytes
    path: str
    language: str | None = None
    directory: str = ""
    files: tuple[tuple[str, str], ...] = ()

    def key(self, terms: str) -> str:
        """Give a digest of everything that the answer depends on; `terms` stands for rules, policy and version."""
        digest = hashlib.sha256(terms.encode())
        name = "" if self.language is not None else telling_part(self.path)
        own = self.path if _OWN_PATH.search(self.data) else ""
        for part in (self.language or "", name, own, self.directory, *(piece for file in self.files for piece in file)):
            encoded = part.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(encoded) + encoded)
        digest.update(b"|" + self.data)
        return digest.hexdigest()


class FindingRow(msgspec.Struct, frozen=True, array_like=True):
    """One finding as the results keep it; `trail` and `evidence` are JSON."""

    rule: str
    title: str
    family: str
    severity: str
    confidence: str
    status: str
    outcome: str
    message: str
    effect: str | None
    line: int
    column: int
    end_line: int
    end_column: int
    hosts: tuple[str, ...]
    trail: str
    evidence: str
    engines: tuple[str, ...]
    fingerprint: str


class GapRow(msgspec.Struct, frozen=True, array_like=True):
    """Something of a script that was not examined."""

    stage: str
    why: str
    what: str
    line: int | None = None


class Audited(msgspec.Struct, frozen=True, array_like=True):
    """What was said of one script. `text` is redacted, and there where the settings ask for it."""

    language: str
    verdict: str
    would_be: str
    reasons: tuple[str, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    gaps: tuple[GapRow, ...] = ()
    text: str | None = None
    is_unread: bool = False
    is_cleared: bool = False
    """Whether it was found to reach nothing before it was read."""


class StageSettings(msgspec.Struct, frozen=True, array_like=True):
    """How a stage audits; the paths are empty for what ships."""

    policy: str = ""
    rulesets: str = ""
    texts: str = "flagged"
    """Whose text is kept: `none`, `flagged` (whatever is not allowed, or has a gap) or `all`."""
    is_triaging: bool = True
    """Whether scripts that provably reach nothing are cleared before they are read."""


class StageRequest(msgspec.Struct, frozen=True, array_like=True):
    """Some scripts and how to audit them."""

    settings: StageSettings
    items: tuple[Item, ...]


_REQUEST = msgspec.msgpack.Decoder(StageRequest)
_ANSWER = msgspec.msgpack.Decoder(tuple[Audited, ...])
_ONE = msgspec.msgpack.Decoder(Audited)


def encode(value: StageRequest | Audited | tuple[Audited, ...]) -> bytes:
    """Write a value as msgpack."""
    return msgspec.msgpack.encode(value)


def decode_request(body: bytes) -> StageRequest:
    """Read a request."""
    return _REQUEST.decode(body)


def decode_answer(body: bytes) -> tuple[Audited, ...]:
    """Read an answer; raises msgspec.DecodeError."""
    return _ANSWER.decode(body)


def decode_audited(body: bytes) -> Audited:
    """Read one result; raises msgspec.DecodeError."""
    return _ONE.decode(body)
