"""A laboratory of network namespaces: sandboxes, a firewall that logs with nftables and ulogd2, and an outside.

Everything lives in namespaces made for it, under names of its own, and is taken down at the end; nothing
rests on how fast the machine is: what is needed is waited for. `ulogd` runs in the firewall's
namespace and writes what the kernel logged there. Outside stand an SSH server and a pool; in each
sandbox something answers on port 22, so that a tunnel to it can be seen to carry.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_RULES = """
table inet watch {
  chain pass {
    type filter hook forward priority 0; policy accept;
    ct state new tcp dport 3333 log prefix "mining pool port " group 5
    ct state new tcp dport 22 log prefix "tunnel: ssh to unknown host " group 5
    ct state new tcp dport 8443 log prefix "unknown host " group 5
  }
}
"""
_ULOGD = """
[global]
logfile="{folder}/ulogd.log"
plugin="{plugins}/ulogd_inppkt_NFLOG.so"
plugin="{plugins}/ulogd_raw2packet_BASE.so"
plugin="{plugins}/ulogd_filter_IFINDEX.so"
plugin="{plugins}/ulogd_filter_IP2STR.so"
plugin="{plugins}/ulogd_filter_HWHDR.so"
plugin="{plugins}/ulogd_output_JSON.so"
stack=log5:NFLOG,base5:BASE,ifi5:IFINDEX,ip5:IP2STR,json5:JSON
[log5]
group=5
[json5]
sync=1
file="{folder}/firewall.json"
"""
PATIENCE_SECONDS = 90.0
"""How long anything is waited for; on a machine with nothing else to do, it is there within a second."""
_SERVERS = Path(__file__).with_name("outside_servers.py")
_GREETER = """
import socket
server = socket.create_server(("127.0.0.1", 22))
print("up", flush=True)
while True:
    peer, _ = server.accept()
    peer.sendall(b"SSH-2.0-sandbox\\r\\n")
    peer.close()
"""


@dataclass
class Lab:
    """A running laboratory."""

    folder: Path
    name: str
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def log(self) -> Path:
        """The firewall's log."""
        return self.folder / "firewall.json"

    def address(self, sandbox: int) -> str:
        """Give a sandbox's address."""
        return f"10.77.{sandbox}.2"

    def run(self, sandbox: int, command: str, done: Path | None = None) -> None:
        """Run a tool call in a sandbox to its end, or until a file is there."""
        limit = str(PATIENCE_SECONDS)
        argv = ["ip", "netns", "exec", f"{self.name}s{sandbox}", "timeout", limit, "bash", "-c", command]
        process = subprocess.Popen(argv, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            if done is not None:
                waited(lambda: done.exists() or process.poll() is not None)
                process.terminate()  # `timeout` passes it on
            process.wait(PATIENCE_SECONDS + 30)
        finally:
            _ended(process)

    def saw(self, *words: str) -> bool:
        """Wait until the firewall's log has some words; False where it never has."""
        return waited(lambda: self.log.exists() and all(word in self.log.read_text() for word in words))


def plugins() -> Path | None:
    """Give the folder of ulogd's plugins, None where it is not installed."""
    found = sorted(Path("/usr/lib").glob("*/ulogd/ulogd_output_JSON.so"))
    return found[0].parent if found else None


def waited(is_so: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    """Wait until something is so; False where it never is."""
    last = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > last:
            return False
        time.sleep(0.05)
    return True


@contextmanager
def lab(folder: Path, sandboxes: int) -> Iterator[Lab]:
    """Bring a laboratory up, and take it down."""
    name = f"aud{os.getpid()}"
    made = Lab(folder, name)
    spaces = [f"{name}fw", f"{name}out", *(f"{name}s{number}" for number in range(1, sandboxes + 1))]
    try:
        for space in spaces:
            _do("ip", "netns", "add", space)
            _do("ip", "-n", space, "link", "set", "lo", "up")
        _do("ip", "netns", "exec", f"{name}fw", "sysctl", "-qw", "net.ipv4.ip_forward=1")
        _wire(name, f"{name}out", "o", "203.0.113.1/24", "203.0.113.2/24")
        for last in (50, 77, 90):
            _do("ip", "-n", f"{name}out", "addr", "add", f"203.0.113.{last}/24", "dev", "o1")
        _do("ip", "-n", f"{name}out", "route", "add", "default", "via", "203.0.113.1")
        for number in range(1, sandboxes + 1):
            space = f"{name}s{number}"
            _wire(name, space, f"s{number}", f"10.77.{number}.1/24", f"10.77.{number}.2/24")
            _do("ip", "-n", space, "route", "add", "default", "via", f"10.77.{number}.1")
        (folder / "rules.nft").write_text(_RULES)
        _do("ip", "netns", "exec", f"{name}fw", "nft", "-f", str(folder / "rules.nft"))
        (folder / "ulogd.conf").write_text(_ULOGD.format(folder=folder, plugins=plugins()))
        _start(made, f"{name}fw", "ulogd", "-c", str(folder / "ulogd.conf"))
        servers = [_start(made, f"{name}out", sys.executable, str(_SERVERS), str(folder))]
        servers += [_start(made, f"{name}s{n}", sys.executable, "-c", _GREETER) for n in range(1, sandboxes + 1)]
        for server in servers:
            assert server.stdout is not None
            assert server.stdout.readline() == "up\n"
        assert waited(lambda: _is_bound(f"{name}fw")), (folder / "ulogd.log").read_text()
        yield made
    finally:
        for process in made.processes:
            _ended(process)
        for space in spaces:
            subprocess.run(["ip", "netns", "del", space], capture_output=True, check=False)


def _is_bound(space: str) -> bool:
    """Whether ulogd listens to its group: the kernel drops what nobody listens to."""
    argv = ["ip", "netns", "exec", space, "cat", "/proc/net/netfilter/nfnetlink_log"]
    return any(line.split()[:1] == ["5"] for line in subprocess.check_output(argv, text=True).splitlines())


def _ended(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate(timeout=20)


def _wire(name: str, space: str, link: str, near: str, far: str) -> None:
    _do("ip", "-n", f"{name}fw", "link", "add", f"{link}0", "type", "veth", "peer", "name", f"{link}1", "netns", space)
    for owner, device, address in ((f"{name}fw", f"{link}0", near), (space, f"{link}1", far)):
        _do("ip", "-n", owner, "addr", "add", address, "dev", device)
        _do("ip", "-n", owner, "link", "set", device, "up")


def _start(made: Lab, space: str, *argv: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        ["ip", "netns", "exec", space, *argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    made.processes.append(process)
    return process


def _do(*argv: str) -> None:
    subprocess.run(argv, check=True, capture_output=True)
