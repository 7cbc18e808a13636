"""Release helper: deploy the service, and expose the local mock server to staging while tests run."""

import sys

from fabric import Connection

STAGING = "deploy@203.0.113.150"
RELEASES = "/srv/app/releases"


def deploy(connection: Connection, version: str) -> None:
    connection.run(f"mkdir -p {RELEASES}/{version}")
    connection.put(f"dist/app-{version}.tar.gz", f"{RELEASES}/{version}/")
    connection.run(f"tar -C {RELEASES}/{version} -xzf {RELEASES}/{version}/app-{version}.tar.gz")
    connection.run(f"ln -sfn {RELEASES}/{version} /srv/app/current")


def smoke_test(connection: Connection) -> bool:
    with connection.forward_remote(9000, local_port=8000):
        result = connection.run("curl -fsS http://localhost:9000/health", warn=True, hide=True)
    return result.ok


def main() -> int:
    version = sys.argv[1] if len(sys.argv) > 1 else "dev"
    with Connection(STAGING) as connection:
        deploy(connection, version)
        return 0 if smoke_test(connection) else 1


if __name__ == "__main__":
    raise SystemExit(main())
