"""Restart the service on every host, one after the other, and stop at the first that does not come back."""

import sys
import time

from fabric import Connection

HOSTS = ["web-1.example", "web-2.example"]


def restart(host: str) -> bool:
    with Connection(f"deploy@{host}") as connection:
        connection.sudo("systemctl restart app", hide=True)
        for _ in range(10):
            answer = connection.run("curl -fsS http://localhost:8000/health", warn=True, hide=True)
            if answer.ok:
                return True
            time.sleep(1)
    return False


def main() -> int:
    for host in HOSTS:
        if not restart(host):
            print(f"{host} did not come back", file=sys.stderr)
            return 1
        print(f"{host} is up")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
