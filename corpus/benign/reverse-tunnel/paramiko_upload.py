"""Upload nightly metrics over SFTP."""

import datetime
import json
import os
from pathlib import Path

import paramiko

HOST = os.environ.get("METRICS_HOST", "metrics.example")
USER = "metrics"
FOLDER = Path("/var/lib/metrics")


def collect(folder: Path) -> dict[str, float]:
    totals: dict[str, float] = {}
    for path in folder.glob("*.json"):
        for name, value in json.loads(path.read_text()).items():
            totals[name] = totals.get(name, 0.0) + float(value)
    return totals


def upload(row: dict[str, float]) -> None:
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    client.connect(HOST, username=USER, key_filename="/etc/keys/metrics")
    try:
        sftp = client.open_sftp()
        name = datetime.date.today().isoformat()
        with sftp.open(f"/srv/metrics/{name}.json", "w") as target:
            target.write(json.dumps(row))
        _, stdout, _ = client.exec_command("df -h /srv/metrics")
        print(stdout.read().decode())
    finally:
        client.close()


if __name__ == "__main__":
    upload(collect(FOLDER))
