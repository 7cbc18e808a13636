"""Check that the services of the cluster accept connections."""

import socket
import sys

SERVICES = {
    "postgres": ("db.cluster.example", 5432),
    "redis": ("cache.cluster.example", 6379),
    "ray": ("head.cluster.example", 6379),
}


def is_up(host: str, port: int, timeout: float = 2.0) -> bool:
    try:
        with socket.create_connection((host, port), timeout=timeout):
            return True
    except OSError:
        return False


def main() -> int:
    down = [name for name, (host, port) in SERVICES.items() if not is_up(host, port)]
    for name in SERVICES:
        print(f"{name:10} {'down' if name in down else 'up'}")
    return len(down)


if __name__ == "__main__":
    sys.exit(main())
