"""Variables that every environment has, and what a container's would hold."""

from __future__ import annotations

ALWAYS_SET = frozenset(
    """PATH HOME USER LOGNAME SHELL PWD TERM LANG HOSTNAME UID EUID PPID BASH BASH_VERSION OSTYPE IFS SHLVL
    RANDOM""".split()
)
# What a container gives; used only to cut single characters out, the way commands are spelled with them.
USUAL = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "SHELL": "/bin/bash",
    "PWD": "/root", "USER": "root", "LOGNAME": "root", "BASH": "/bin/bash", "TERM": "xterm-256color",
    "OLDPWD": "/root", "LANG": "C.UTF-8", "HOSTNAME": "localhost", "OSTYPE": "linux-gnu",
}  # fmt: skip
