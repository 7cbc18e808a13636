"""Decoys: stand-ins for tools that the machine lacks, so that a script goes on and its argv is seen.

The execve in the trace is the record; a decoy itself writes nothing down. ssh, curl, wget and git
are real where they are installed, since the sinkhole shows more of them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from functools import cache

_MINERS = (
    "xmrig xmrig-cuda t-rex lolminer nbminer gminer miner phoenixminer ethminer cpuminer minerd ccminer "
    "teamredminer bzminer srbminer-multi rigel onezerominer nanominer"
)
_TUNNELS = (
    "ngrok cloudflared chisel frpc frps bore lt localtunnel gost rathole wstunnel pagekite zrok tailscale inlets "
    "tmate upterm sshx ligolo-agent autossh sshuttle plink dbclient"
)
_CLOUDS = (
    "aws gcloud az aliyun oci doctl runpodctl vastai vast sky modal lambda hcloud linode-cli scw kubectl docker podman"
)
_SYSTEM = (
    "systemctl systemd-run service loginctl iptables nft ufw insmod modprobe useradd usermod chattr auditctl nmap "
    "masscan screen tmux nc ncat netcat socat telnet redis-cli sshpass git wget curl ssh python"
)
_ALWAYS = ("crontab", "at", "batch")
_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,60}")
_PYTHON = '#!/bin/sh\nexec python3 "$@"\n'
_DECOY = "#!/bin/sh\nexit 0\n"
_NVIDIA_SMI = """#!/bin/sh
case "$*" in
*-L*) echo "GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-00000000-0000-0000-0000-000000000000)" ;;
*query-gpu*) echo "NVIDIA A100-SXM4-80GB, 81920 MiB, 3 MiB, 0 %" ;;
*)
echo "NVIDIA-SMI 550.54.14  Driver Version: 550.54.14  CUDA Version: 12.4"
echo "| 0  NVIDIA A100-SXM4-80GB  On | 00000000:00:04.0 Off | 0 |"
;;
esac
"""
_SUDO = """#!/bin/sh
while [ $# -gt 0 ]; do case "$1" in
-u|-g|-h|-p|-C|-r|-t|-U|-D|-R|-T) shift 2 ;;
--) shift; break ;;
-*) shift ;;
*=*) export "$1"; shift ;;
*) break ;;
esac; done
[ $# -gt 0 ] || exit 0
exec "$@"
"""


def decoys(tools: Iterable[str] = ()) -> dict[str, str]:
    """Give name and text of each decoy: the tools that the machine lacks, and those that would act on it.

    `tools` are further programs that a script is known to start.
    """
    texts = dict.fromkeys(_missing(), _DECOY)
    asked = (name for name in tools if _NAME.fullmatch(name) and name not in texts)
    texts.update(dict.fromkeys((name for name in asked if shutil.which(name, path=_PATH) is None), _DECOY))
    if "python" in texts:
        texts["python"] = _PYTHON
    return {**texts, **dict.fromkeys(_ALWAYS, _DECOY), "sudo": _SUDO, "nvidia-smi": _NVIDIA_SMI}


@cache
def _missing() -> tuple[str, ...]:
    names = " ".join((_MINERS, _TUNNELS, _CLOUDS, _SYSTEM)).split()
    return tuple(name for name in names if shutil.which(name, path=_PATH) is None)
