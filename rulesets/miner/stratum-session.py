import json
import socket

# ok: stratum-session
DOC = '{"id": 1, "method": "mining.subscribe", "params": []}'


def electrum() -> None:
    s = socket.create_connection(("electrum.example", 50001))
    # ok: stratum-session
    s.sendall(b'{"id": 0, "method": "server.version", "params": ["x", "1.4"]}\n')


def subscribe(host: str = "203.0.113.9") -> None:
    s = socket.create_connection((host, 3333))
    # ruleid: stratum-session
    s.sendall((json.dumps({"id": 1, "method": "mining.subscribe", "params": ["cpuminer/2.5"]}) + "\n").encode())


def login() -> None:
    s = socket.create_connection(("203.0.113.9", 3333))
    # ruleid: stratum-session
    s.sendall(b'{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"WALLET","pass":"x","agent":"XMRig/6.22.0"}}\n')


electrum()
subscribe()
login()
