"""What stands outside in the laboratory: an SSH server that lets tunnels in, a pool that speaks stratum, a plain port.

Run as a program with the folder that its records go to. `tunnel.json` says what came through a reverse
forward, `stratum.jsonl` what a miner and the pool said to each other; `up` is printed once all listen.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import asyncssh

RELAY, POOL, OTHER = "203.0.113.50", "203.0.113.77", "203.0.113.90"
FORWARDED = 2222


class _Relay(asyncssh.SSHServer):
    """Lets anybody in, and every remote forward."""

    def begin_auth(self, username: str) -> bool:
        """Ask for nothing."""
        return False

    def server_requested(self, listen_host: str, listen_port: int) -> bool:
        """Open the port that the client asks for."""
        return True


async def _through_the_tunnel(folder: Path) -> None:
    """Connect to the forwarded port as soon as it is open, and keep what the sandbox's end says."""
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", FORWARDED)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        greeting = await asyncio.wait_for(reader.read(200), 90)
        writer.close()
        part = folder / "tunnel.part"
        part.write_text(json.dumps({"port": FORWARDED, "said": greeting.decode()}))
        part.rename(folder / "tunnel.json")
        return


async def _pool(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, folder: Path) -> None:
    """Answer a miner as a pool does: a subscription, a login, a job."""
    replies = {
        "mining.subscribe": [[["mining.notify", "a1"]], "0800", 4],
        "mining.authorize": True,
    }
    with (folder / "stratum.jsonl").open("a", buffering=1) as record:
        while line := await reader.readline():
            asked = json.loads(line)
            record.write(json.dumps({"miner": asked}) + "\n")
            answers = [{"id": asked["id"], "result": replies.get(asked["method"]), "error": None}]
            if asked["method"] == "mining.authorize":
                answers.append({"id": None, "method": "mining.notify", "params": ["job1", "00", "", "", [], "2"]})
            for answer in answers:
                record.write(json.dumps({"pool": answer}) + "\n")
                writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
    writer.close()


async def main(folder: Path) -> None:
    """Serve until ended."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    await asyncssh.create_server(_Relay, RELAY, 22, server_host_keys=[key])
    await asyncio.start_server(lambda reader, writer: _pool(reader, writer, folder), POOL, 3333)
    await asyncio.start_server(lambda _, writer: writer.close(), OTHER, 8443)
    print("up", flush=True)
    await _through_the_tunnel(folder)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
