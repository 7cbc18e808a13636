"""The server as another user than the agent's, as docs/gate.md sets it up, with real users in a mount namespace.

The commands are those of the page, but for `sudo`, which is `setpriv` here: users need no entry in a password file.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import auditor
from tests.gate.test_client import ALLOWED, AUDITOR, DENIED

SERVER, AGENT, STRANGER = 61_001, 61_002, 61_003
SCRIPT = f"""
set -e
mount -t tmpfs tmpfs /run
cp -a /etc "$PLACE/etc"
mount --bind "$PLACE/etc" /etc
mkdir -p /etc/auditor
install -d -o {SERVER} -m 0755 /run/auditor
install -d -o {SERVER} -m 0700 /run/home
install -d -o {AGENT} -m 0700 /run/agent
install -d -o {STRANGER} -m 0700 /run/stranger
echo /run/auditor/gate.sock > /etc/auditor/socket
as() {{ user=$1; shift; setpriv --reuid "$user" --regid "$user" --clear-groups "$@"; }}
HOME=/run/home setpriv --reuid {SERVER} --regid {SERVER} --clear-groups \\
  {AUDITOR} serve --socket /run/auditor/gate.sock --user {AGENT} &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
told() {{
  to=$PLACE/$1; shift; status=0
  "$@" >"$to.out" 2>"$to.err" || status=$?
  echo "$status" >"$to"
}}
hook() {{ HOME=$2 as "$1" {AUDITOR} hook --agent claude --timeout "$3" <"$4"; }}
told allowed hook {AGENT} /run/agent 60 "$PLACE/allowed.json"
told denied hook {AGENT} /run/agent 60 "$PLACE/denied.json"
told stranger hook {STRANGER} /run/stranger 3 "$PLACE/allowed.json"
told root hook 0 /run 3 "$PLACE/allowed.json"
told status as {AGENT} env HOME=/run/agent {AUDITOR} serve --status
told stop as {AGENT} env HOME=/run/agent {AUDITOR} serve --stop
told kill as {AGENT} kill $server
told replace as {AGENT} rm -f /run/auditor/gate.sock
told log as {AGENT} cat /run/home/.local/state/auditor/decisions.jsonl
identity=$(sed -n 's/.*(decision \\([0-9a-f]*\\)).*/\\1/p' "$PLACE/denied.err")
as {AGENT} mkdir -p /run/agent/.local/state/auditor/approvals
for place in /run/agent /run/home; do
  as {AGENT} cp "$PLACE/approval.json" "$place/.local/state/auditor/approvals/$identity" 2>/dev/null || true
done
told approved hook {AGENT} /run/agent 60 "$PLACE/denied.json"
cp /run/home/.local/state/auditor/decisions.jsonl "$PLACE/decisions"
chmod 0777 /run/auditor
told open hook {AGENT} /run/agent 3 "$PLACE/allowed.json"
chmod 0755 /run/auditor
chown {AGENT} /etc/auditor/socket
told theirs as {AGENT} env HOME=/run/agent {AUDITOR} serve --status
chown 0 /etc/auditor/socket
kill $server
wait $server || true
told dead hook {AGENT} /run/agent 3 "$PLACE/allowed.json"
told servers sh -c 'ls /tmp/auditor-{AGENT} /run/agent/auditor 2>/dev/null'
"""


def _reachable() -> str:
    """Give commands that let other users reach this interpreter and package, which often lie in a closed home."""
    needed = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), Path(auditor.__file__).resolve().parents[1]}
    hidden: dict[Path, list[Path]] = {}
    for path in sorted(needed):
        closed = [above for above in (*reversed(path.parents), path) if not above.stat().st_mode & 0o001]
        if closed:
            hidden.setdefault(closed[0], []).append(path)
    lines = ["set -e"]
    for number, (above, paths) in enumerate(hidden.items()):
        kept = f'"$PLACE/kept{number}"'
        lines += [f"mkdir {kept}", f"mount --rbind {above} {kept}", f"mount -t tmpfs -o mode=755 tmpfs {above}"]
        for path in paths:
            lines += [f"mkdir -p {path}", f"mount --rbind {kept}/{path.relative_to(above)} {path}"]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give what a run of the script above left behind: statuses, outputs."""
    if os.getuid() != 0 or shutil.which("unshare") is None or shutil.which("setpriv") is None:
        pytest.skip("needs root, unshare and setpriv")
    folder = tmp_path_factory.mktemp("users")
    (folder / "approval.json").write_text('{"who": "me", "why": "x", "time": 99999999999}', encoding="utf-8")
    (folder / "allowed.json").write_bytes(ALLOWED)
    (folder / "denied.json").write_bytes(DENIED)
    done = subprocess.run(
        ["unshare", "-m", "-p", "--fork", "--kill-child", "sh", "-c", _reachable() + SCRIPT],
        env={"PLACE": str(folder), "PATH": os.environ["PATH"]},
        capture_output=True, text=True, timeout=240, check=False, cwd="/",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    yield folder


pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def _status(place: Path, name: str) -> int:
    return int((place / name).read_text(encoding="utf-8"))


def _error(place: Path, name: str) -> str:
    return (place / f"{name}.err").read_text(encoding="utf-8")


def test_the_agents_user_is_answered(place: Path) -> None:
    assert _status(place, "allowed") == 0
    assert _status(place, "denied") == 2
    assert "ssh-reverse-forward" in _error(place, "denied")
    assert _status(place, "status") == 0
    assert '"healthy": true' in (place / "status.out").read_text(encoding="utf-8")


@pytest.mark.parametrize("who", ["stranger", "root"])
def test_a_user_who_was_not_named_is_refused_and_so_denied(place: Path, who: str) -> None:
    assert _status(place, who) == 2
    assert "no verdict was reached" in _error(place, who)


def test_the_agents_user_cannot_end_or_replace_the_server_or_read_its_log(place: Path) -> None:
    for act in ("stop", "kill", "replace", "log"):
        assert _status(place, act) != 0, act


def test_the_agents_user_cannot_approve(place: Path) -> None:
    assert _status(place, "approved") == 2
    assert "ssh-reverse-forward" in _error(place, "approved")
    entries = [json.loads(line) for line in (place / "decisions").read_text(encoding="ascii").splitlines()]
    assert [entry["verdict"] for entry in entries if entry["event"] == "decision"] == ["allow", "deny", "deny"]


def test_a_directory_that_others_can_write_to_is_not_believed(place: Path) -> None:
    assert _status(place, "open") == 2


def test_only_root_can_name_the_socket(place: Path) -> None:
    assert _status(place, "theirs") != 0
    assert "no server" in _error(place, "theirs")


def test_when_the_server_is_gone_the_call_is_denied_and_the_agent_starts_no_other(place: Path) -> None:
    assert _status(place, "dead") == 2
    assert (place / "servers.out").read_text(encoding="utf-8") == ""
