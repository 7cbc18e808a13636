import os
import subprocess

# ok: history-clear
subprocess.run(["journalctl", "-u", "nginx"])
# ok: history-clear
subprocess.run(["rm", "-rf", "build/logs"])
# ruleid: history-clear
subprocess.run(["rm", "-f", "/root/.bash_history"])
# ruleid: history-clear
os.system("shred -u /var/log/auth.log")
