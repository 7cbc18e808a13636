"""A module that worker processes load in tests: it echoes, hangs, dies, raises or swallows memory on request."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def handle(request: bytes) -> bytes:
    """Do what the request's first word says."""
    order, _, rest = request.partition(b" ")
    if order == b"hang":
        time.sleep(600)
    elif order == b"spin":
        while True:
            pass
    elif order == b"segv":
        ctypes.string_at(1)
    elif order == b"exit":
        os._exit(7)
    elif order == b"raise":
        raise ValueError("no such thing \x1b[31m")
    elif order == b"memory":
        return str(len(bytearray(int(rest)))).encode()
    elif order == b"print":
        print("loose talk", flush=True)
        os.write(1, b"more loose talk")
        return repr(sys.stdin.read()).encode()
    elif order == b"grandchild":
        child = subprocess.Popen(["/bin/sleep", "600"])
        if rest == b"hang":
            time.sleep(600)
        return str(child.pid).encode()
    elif order == b"environment":
        return repr((sorted(os.environ), str(Path.cwd()), signal.getsignal(signal.SIGINT))).encode()
    elif order == b"pid":
        return str(os.getpid()).encode()
    return rest
