"""Look for connections to mining pools in a firewall log, with a table of indicators."""

import csv
import sys
from collections import Counter

POOLS = {
    "pool.supportxmr.com": "monero",
    "gulf.moneroocean.stream": "monero",
    "xmr.f2pool.com": "monero",
    "eth.2miners.com": "ethereum classic",
    "rvn.2miners.com": "ravencoin",
}
MINERS = ("xmrig", "lolMiner", "t-rex", "nbminer", "cpuminer")
STRATUM = ("stratum+tcp://", "stratum+ssl://", '"method":"mining.subscribe"')


def suspicious(row: dict[str, str]) -> str | None:
    host = row.get("dst_host", "").lower()
    if host in POOLS:
        return f"pool {host} ({POOLS[host]})"
    payload = row.get("payload", "")
    for mark in STRATUM:
        if mark in payload:
            return f"stratum payload ({mark})"
    command = row.get("process", "")
    return next((f"miner {name}" for name in MINERS if name in command), None)


def main(path: str) -> int:
    counts: Counter[str] = Counter()
    with open(path, newline="") as source:
        for row in csv.DictReader(source):
            reason = suspicious(row)
            if reason:
                counts[reason] += 1
    for reason, count in counts.most_common():
        print(f"{count:6d}  {reason}")
    return 1 if counts else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
