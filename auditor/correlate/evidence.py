"""Evidence: digests of what was read and what was concluded, in a chain that only grows, signed with Ed25519.

`evidence.jsonl` holds one entry a line. Each names the hash of the one before it, so that nothing can
be taken out or changed unseen; each batch ends with a seal, a signature over the chain's head by the
operator's key. A batch begins with the time of its run and a number drawn for it. The key lies in the
operator's state directory, out of the reach of what is audited, and so does the last seal, by the folder
and by the log's first entry: a log cut back, replaced, or moved and cut back is told by it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from auditor.errors import UsageError

NAME = "evidence.jsonl"
_START = "0" * 64
_HINT = "pip install 'auditor[correlate]'"


class _NotAsWritten(Exception):
    """A line that is not as entries are written."""


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line. `kind` is run, gone, input, output, alert or seal."""

    number: int
    kind: str
    name: str
    digest: str
    before: str
    hash: str = ""
    key: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of the log says: entries, seals, and what is wrong, empty where nothing is.

    `last` is the time of the last run, `key` the public half of the operator's key, `gone` the entries of a
    log that was in this folder before and is there no more.
    """

    entries: int
    seals: int
    faults: tuple[str, ...]
    last: str = ""
    key: str = ""
    gone: str = ""


def state_directory() -> Path:
    """Give the directory of the operator's key."""
    base = os.environ.get("XDG_STATE_HOME", "")
    root = Path(base) if base.startswith("/") else Path.home() / ".local" / "state"
    return root / "auditor"


def refuse_broken(folder: Path, state: Path | None = None) -> None:
    """Raise UsageError where a log is there that cannot be extended: before anything is computed or written."""
    path = folder / NAME
    if path.exists() and path.stat().st_size:
        checked = verify(folder, state, outputs=False)
        if checked.faults:
            raise UsageError(f"{path}: {checked.faults[0]}", hint="keep it, and write to another --out")


def append(folder: Path, items: Iterable[tuple[str, str, str]], state: Path | None = None) -> int:
    """Add entries of kind, name and digest, and a seal; gives how many. Refuses to extend a broken log."""
    path = folder / NAME
    key = _private_key(state or state_directory())
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    try:
        handle = os.open(path, flags, 0o600)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="--out needs a folder that can be written") from error
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before, number, first = _START, 0, ""
        refuse_broken(folder, state)
        if path.stat().st_size:
            entries = list(_entries(path))
            before, number, first = entries[-1].hash, entries[-1].number, entries[0].hash
        gone = (0, "") if number else _remembered(_heads(state or state_directory(), folder)[0])
        lines = []
        moment = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        lost = [("gone", f"{gone[0]} entries", gone[1])] if gone[0] else []
        for kind, name, digest in (("run", moment, os.urandom(32).hex()), *lost, *items):
            number += 1
            entry = _linked(Entry(number, kind, name[:1_000], digest, before))
            before, first = entry.hash, first or entry.hash
            lines.append(msgspec.json.encode(entry))
        public, signature = _signed(key, before)
        seal = _linked(Entry(number + 1, "seal", "", before, before, key=public, signature=signature))
        file.write(b"\n".join([*lines, msgspec.json.encode(seal)]) + b"\n")
        file.flush()
        os.fsync(file.fileno())
        for head in _heads(state or state_directory(), folder, first):
            _remember(head, seal)
    return len(lines) + 1


def verify(folder: Path, state: Path | None = None, *, outputs: bool = True) -> Checked:
    """Check the chain and the seals, and that outputs are as they were when they were last sealed."""
    path = folder / NAME
    faults: list[str] = []
    before, number, seals = _START, 0, 0
    written: dict[str, str] = {}
    where = state or state_directory()
    trusted = _public_key(where)
    is_sealed = False
    last, gone = "", ""
    known = [_remembered(_heads(where, folder)[0])]
    if known[0][0] and not path.exists():
        return Checked(0, 0, (f"the log is gone, and entry {known[0][0]} was sealed",))
    try:
        for entry in _entries(path):
            number += 1
            if number == 1:
                known.append(_remembered(_heads(where, folder, entry.hash)[1]))
            if entry.number != number or entry.before != before:
                faults.append(f"entry {number}: not the next link of the chain")
                break
            if entry.hash != _hash(entry):
                faults.append(f"entry {number}: changed after it was written")
                break
            is_sealed = entry.kind == "seal"
            if is_sealed:
                seals += 1
                if entry.key != trusted:
                    faults.append(f"entry {number}: sealed with another key than the operator's")
                if entry.digest != before or not _is_signed(entry):
                    faults.append(f"entry {number}: the signature does not hold")
            elif entry.kind == "output":
                written[entry.name] = entry.digest
            elif entry.kind == "run":
                last = entry.name
            elif entry.kind == "gone":
                gone = entry.name
            before = entry.hash
            if any(number == at and before != digest for at, digest in known):
                faults.append(f"entry {number}: another one was sealed here")
                break
    except (msgspec.DecodeError, UnicodeDecodeError, _NotAsWritten):
        faults.append(f"entry {number + 1}: no entry of an evidence log")
    if not faults and not is_sealed:
        faults.append("the log does not end with a seal")
    sealed = max(at for at, _ in known)
    if not faults and number < sealed:
        faults.append(f"the log ends at entry {number}, and entry {sealed} was sealed")
    if outputs:
        faults += [
            f"{name}: not as it was sealed" for name, digest in written.items() if _of_file(folder / name) != digest
        ]
    return Checked(number, seals, tuple(faults), last, trusted, gone)


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file, or of the names and files of a directory; none of a pipe, which is read once."""
    if path.is_dir():
        whole = hashlib.sha256()
        for each in sorted(path.rglob("*")):
            if each.is_file():
                whole.update(f"{each.relative_to(path)}\0{_of_file(each)}\0".encode("utf-8", "surrogatepass"))
        return whole.hexdigest()
    return _of_file(path) if path.is_file() else ""


def _of_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _entries(path: Path) -> Iterator[Entry]:
    try:
        with path.open("rb") as file:
            for line in file:
                entry = msgspec.json.decode(line, type=Entry)
                # A field more, or another spelling of the same values, is no entry of ours either.
                if msgspec.json.encode(entry) + b"\n" != line:
                    raise _NotAsWritten
                yield entry
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="give the --out of auditor correlate") from error


def _hash(entry: Entry) -> str:
    bare = msgspec.structs.replace(entry, hash="")
    return hashlib.sha256(msgspec.json.encode(bare)).hexdigest()


def _linked(entry: Entry) -> Entry:
    return msgspec.structs.replace(entry, hash=_hash(entry))


def _heads(state: Path, folder: Path, first: str = "") -> tuple[Path, Path]:
    """Give where the last seal is kept: by folder, and by the hash of the log's first entry."""
    by_folder = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()
    return state / "heads" / by_folder, state / "heads" / f"log-{hashlib.sha256(first.encode()).hexdigest()}"


def _remember(path: Path, seal: Entry) -> None:
    """Keep the last seal beside the key, so that a log cut back to an earlier seal is told."""
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_text(f"{seal.number} {seal.hash}", encoding="ascii")
        os.replace(temporary, path)  # noqa: PTH105
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="XDG_STATE_HOME names another place") from error


def _remembered(path: Path) -> tuple[int, str]:
    """Give the number and the hash of the last seal that was kept; 0 where none is known."""
    try:
        number, _, digest = path.read_text(encoding="ascii").partition(" ")
        return int(number), digest
    except (OSError, ValueError):
        return 0, ""


def _private_key(state: Path) -> bytes:
    """Give the operator's key, made at first use with no rights for anybody else."""
    path = state / "evidence.key"
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        except FileExistsError:
            return _read_key(path)
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(32).hex().encode())
        return _read_key(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", hint="XDG_STATE_HOME names another place") from error


def _read_key(path: Path) -> bytes:
    try:
        if path.stat().st_mode & 0o077:
            raise UsageError(f"{path}: others have rights to the key", hint=f"chmod 600 {path}")
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: no key", hint="it is made at the first `auditor correlate`") from error
    if len(key) != 32:
        raise UsageError(f"{path}: no key", hint="it is 32 bytes in hexadecimal digits")
    return key


def _signed(key: bytes, head: str) -> tuple[str, str]:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise UsageError("this needs cryptography", hint=_HINT) from error
    private = Ed25519PrivateKey.from_private_bytes(key)
    return private.public_key().public_bytes_raw().hex(), private.sign(bytes.fromhex(head)).hex()


def _public_key(state: Path) -> str:
    path = state / "evidence.key"
    return _signed(_read_key(path), _START)[0]


def _is_signed(entry: Entry) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(entry.key))
        public.verify(bytes.fromhex(entry.signature), bytes.fromhex(entry.digest))
    except (InvalidSignature, ValueError):
        return False
    return True
