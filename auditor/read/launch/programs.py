"""Programs by name: the standard ones, and the one name that several spellings share.

Takes a base name or a path, gives the name under which the program is known, or None. Looks at no
disk: which programs stand where is a bundled list.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from importlib import resources

from auditor.read.programs.grammar import grammar_of

SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "rbash", "mksh", "fish", "csh", "tcsh"})
_BINARY_DIRECTORIES = frozenset({"bin", "sbin", "libexec", "games", "shims", "Scripts", "applets"})
_LOADER = re.compile(r"ld(?:-linux|-musl|64)?[-\w.]*\.so(?:\.\d+)?")
_ROOTS = ("/opt/", "/usr/", "/bin/", "/sbin/", "/snap/", "/nix/store/", "/system/", "/lib/")
_VERSIONED = (
    (re.compile(r"(?:python|pypy)(?:\d+(?:\.\d+)*)?(?:[mdtw]|-dbg)?"), "python"),
    (re.compile(r"pip(?:\d+(?:\.\d+)*)?"), "pip"),
    (re.compile(r"perl(?:\d+(?:\.\d+)*)?"), "perl"),
    (re.compile(r"ruby(?:\d+(?:\.\d+)*)?"), "ruby"),
    (re.compile(r"php(?:\d+(?:\.\d+)*)?"), "php"),
    (re.compile(r"(?:lua|luajit)(?:[-.\d]+)?"), "lua"),
    (re.compile(r"node(?:js)?(?:\d+)?"), "node"),
    (re.compile(r"(?:awk|gawk|mawk|nawk|original-awk)"), "awk"),
    (re.compile(r"bash\d?(?:\.\d+)*"), "bash"),
    (re.compile(r"docker-compose(?:-v\d)?"), "docker-compose"),
)


@lru_cache(maxsize=1)
def known_programs() -> frozenset[str]:
    """Give the base names of standard programs; globs that may name a program are matched against these."""
    listed = resources.files("auditor.read.launch").joinpath("known_programs.txt").read_text("utf-8")
    return frozenset(listed.split())


def canonical(name: str) -> str:
    """Give the one name of a program that has several (`python3.11`, `nodejs`, `ssh.exe`)."""
    bare = name[:-4] if name.lower().endswith(".exe") else name
    for pattern, program in _VERSIONED:
        if pattern.fullmatch(bare):
            return program
    return bare


def program_of(word: str) -> str | None:
    """Give the program that a word names: a bare name always, a path only where it is that of a well-known program.

    A program with an option grammar is well known wherever it stands (`./ngrok`, `/tmp/ssh`),
    unless its name is an everyday word (`./install`, `./time`), which must stand with the system's.
    """
    if "/" not in word:
        return canonical(word) if word else None
    directory, base = posixpath.split(word)
    if not base:
        return None
    if _LOADER.fullmatch(base):
        return "ld.so"
    name = canonical(base)
    stands_right = posixpath.basename(directory) in _BINARY_DIRECTORIES or word.startswith(_ROOTS)
    if stands_right:
        return name if name in known_programs() or base in known_programs() or grammar_of(name) is not None else None
    if base != name or base in SHELLS or (grammar_of(name) is not None and name not in known_programs() - _RENAMED):
        return name if name in known_programs() or grammar_of(name) is not None else None
    return None


_RENAMED = frozenset(
    """autossh aria2c busybox cloudflared curl dbclient kubectl nc ncat netcat ngrok openssl perl php plink python
    ruby socat ssh sshd sshuttle tor toybox wget lua node proxychains proxychains4 tailscale tailscaled""".split()
)
"""Standard programs that keep their name in any directory; other everyday names there are somebody's own script."""
