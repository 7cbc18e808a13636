"""A million alerts against a million steps: time and memory of each part, from files to results.

Run with `python -m tests.benchmarks.correlate [COUNT]`; it writes some hundred megabytes to a temporary folder.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from auditor.correlate.alerts import read_alerts
from auditor.correlate.content import Contents
from auditor.correlate.correlation import Options, correlate
from auditor.correlate.incidents import document_of
from auditor.correlate.mapping import Map
from auditor.correlate.results import write_results
from auditor.correlate.traces import read_traces
from auditor.pipeline import Auditor
from tests.correlate.scenes import BENIGN, EPOCH, POOL, POOL_PORT

_STEPS_EACH = 50
_SANDBOXES = 1_000


def write(folder: Path, count: int) -> None:
    """Write steps of episodes on many sandboxes, and alerts, one in fifty of them of a guilty step."""
    chance = random.Random(3)
    free = [EPOCH + chance.uniform(0, 60) for _ in range(_SANDBOXES)]
    guilty: list[tuple[float, float, str]] = []
    with (folder / "trace.jsonl").open("w") as file:
        for episode in range(count // _STEPS_EACH):
            sandbox = episode % _SANDBOXES
            moment = free[sandbox]
            for step in range(1, _STEPS_EACH + 1):
                moment += chance.uniform(10, 40)
                end = moment + chance.uniform(0.5, 10)
                text = chance.choice(BENIGN)
                if chance.random() < 0.005:
                    text = f"./xmrig -o stratum+tcp://{POOL}:{POOL_PORT} -u wallet{episode % 7}"
                    guilty.append((moment, end, address(sandbox)))
                row = {
                    "traj_id": f"e{episode}", "run_id": "run", "step": step, "call_id": f"e{episode}c{step}",
                    "tool": "bash", "args": {"command": text}, "t_start": moment, "t_end": end,
                    "sandbox_ip": address(sandbox),
                }  # fmt: skip
                file.write(json.dumps(row) + "\n")
                moment = end
            free[sandbox] = moment + 30
    last = max(free)
    with (folder / "eve.json").open("w") as file:
        for number in range(count):
            if number % 50 == 0 and guilty:
                start, end, src = chance.choice(guilty)
                at, dst, port, rule = chance.uniform(start, end), POOL, POOL_PORT, "ET COINMINER stratum"
            else:
                at, src = chance.uniform(EPOCH, last), address(chance.randrange(_SANDBOXES))
                dst, port, rule = f"198.51.100.{chance.randrange(256)}", 443, "policy: unknown host"
            row = {
                "timestamp": int(at), "event_type": "alert", "src_ip": src, "src_port": 32_768 + number % 28_000,
                "dest_ip": dst, "dest_port": port, "proto": "TCP", "alert": {"signature": rule, "action": "allowed"},
            }  # fmt: skip
            file.write(json.dumps(row) + "\n")


def address(sandbox: int) -> str:
    """Give a sandbox's address."""
    return f"10.{sandbox // 65_536}.{sandbox // 256 % 256}.{sandbox % 256}"


def main(count: int) -> None:
    """Write, read, correlate, write; say how long each took and how much memory there was at most."""
    with tempfile.TemporaryDirectory() as name, Auditor() as auditor:
        folder = Path(name)
        write(folder, count)
        begin, used = time.monotonic(), time.process_time()

        def said(what: str) -> None:
            nonlocal begin, used
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            now, spent = time.monotonic(), time.process_time()
            print(
                f"{what:<18} {now - begin:7.1f} s, {spent - used:6.1f} s of a core; {peak:5.2f} GB at most", flush=True
            )
            begin, used = now, spent

        logs = read_alerts([folder / "eve.json"])
        alerts, unread = logs.alerts, logs.unread
        said(f"alerts {len(alerts):,}")
        traces = read_traces([str(folder / "trace.jsonl")])
        said(f"steps {len(traces.steps):,}")
        contents = Contents(auditor)
        found = correlate(alerts, traces.steps, Map(), Options(), contents)
        said("correlate")
        document = document_of(found, contents)
        said("document")
        write_results(folder / "out", found, document, [folder / "eve.json", folder / "trace.jsonl"])
        said("write")
        test = document.association
        print(
            f"share {test.share:.4f} baseline {test.baseline:.4f} p {test.p:.4f}; {len(document.incidents):,} incidents"
        )
        assert not unread


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
