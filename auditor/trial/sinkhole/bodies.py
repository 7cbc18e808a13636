"""Decoy downloads: whatever is asked for arrives, harmless, and running it can be proved.

A body that is run tries to start `/.trial-beacon/NONCE/…`, which does not exist: the failed
execve in the trace, with the trial's nonce, proves that the download was executed.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import tarfile
import zipfile

BEACON = "/.trial-beacon"
_ARCHIVED_NAMES = (
    "xmrig",
    "install.sh",
    "run.sh",
    "start.sh",
    "setup.py",
    "main.py",
    "miner",
    "frpc",
    "ngrok",
    "chisel",
)


def script(nonce: str) -> bytes:
    """Give a body that is a shell script and a Python script at once."""
    return (
        "#!/bin/sh\n"
        "''':'\n"
        f'{BEACON}/{nonce}/sh "$0" "$@" 2>/dev/null\n'
        "exit 0\n"
        "'''\n"
        "import os,sys\n"
        f"try: os.execv('{BEACON}/{nonce}/py',[str(a) for a in sys.argv] or ['x'])\n"
        "except OSError: pass\n"
    ).encode()


def body_for(path: str, nonce: str, wanted: tuple[str, ...] = ()) -> tuple[bytes, str]:
    """Give the body and its media type for a URL's path: an archive where the name says so, else the script.

    `wanted` are paths that the script is known to run; an archive holds them too.
    """
    name = path.partition("?")[0].rpartition("/")[2]
    lower = name.lower()
    if lower.endswith((".tar.gz", ".tgz")):
        return gzip.compress(_tar(name, nonce, wanted), 1), "application/gzip"
    if lower.endswith((".tar.bz2", ".tbz")):
        return bz2.compress(_tar(name, nonce, wanted), 1), "application/x-bzip2"
    if lower.endswith((".tar.xz", ".txz")):
        return lzma.compress(_tar(name, nonce, wanted), preset=0), "application/x-xz"
    if lower.endswith(".tar"):
        return _tar(name, nonce, wanted), "application/x-tar"
    if lower.endswith(".zip"):
        return _zip(name, nonce, wanted), "application/zip"
    if lower.endswith(".gz"):
        return gzip.compress(script(nonce), 1), "application/gzip"
    if lower.endswith((".json", ".jsonl")):
        return b"{}\n", "application/json"
    return script(nonce), "text/plain; charset=utf-8"


def _members(name: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Name the files of an archive: at its top, and in the folders that releases usually have."""
    stem = re.sub(r"(?i)\.(?:tar\.\w+|t[gbx]z|tar|zip)$", "", name) or "tool"
    versioned = re.match(r"[A-Za-z_-]+?[-_]v?\d+(?:\.\d+)*", stem)
    program = re.match(r"[A-Za-z][A-Za-z-]*[A-Za-z]|\w", stem)
    folders = ("", f"{stem}/", f"{versioned[0]}/" if versioned else "", f"{program[0]}/" if program else "")
    names = (*_ARCHIVED_NAMES, program[0] if program else "tool", stem)
    inside = [f"{folder}{each}" for folder in dict.fromkeys(folders) for each in dict.fromkeys(names)]
    folded = {folder.rstrip("/") for folder in folders}
    asked = [path.removeprefix("./").lstrip("/") for path in wanted if ".." not in path and len(path) < 200]
    return tuple(path for path in dict.fromkeys([*inside, *asked[:50]]) if path and path not in folded)


def _tar(name: str, nonce: str, wanted: tuple[str, ...]) -> bytes:
    buffer = io.BytesIO()
    content = script(nonce)
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for member in _members(name, wanted):
            info = tarfile.TarInfo(member)
            info.mode, info.size = 0o755, len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _zip(name: str, nonce: str, wanted: tuple[str, ...]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member in _members(name, wanted):
            info = zipfile.ZipInfo(member)
            info.external_attr = 0o755 << 16
            archive.writestr(info, script(nonce))
    return buffer.getvalue()
