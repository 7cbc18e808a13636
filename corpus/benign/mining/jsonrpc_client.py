"""JSON-RPC client of the scheduler on this machine: one message a line over TCP."""

import json
import socket

HOST = "127.0.0.1"
PORT = 9410


class Scheduler:
    def __init__(self, host: str, port: int) -> None:
        self.sock = socket.create_connection((host, port), timeout=30)
        self.number = 0

    def call(self, method: str, params: list) -> dict:
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        self.sock.sendall((json.dumps(message) + "\n").encode())
        return json.loads(self.sock.makefile().readline())


def main() -> None:
    client = Scheduler(HOST, PORT)
    client.call("jobs.subscribe", ["worker/1.0"])
    client.call("jobs.authorize", ["worker-1", "x"])
    print(client.call("jobs.list", [{"state": "running"}]))


if __name__ == "__main__":
    main()
