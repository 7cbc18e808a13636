import os
import subprocess

# ok: system-file-delete
subprocess.run(["rm", "-f", "/tmp/lock"])
# ok: system-file-delete
os.remove("build/out.log")
# ruleid: system-file-delete
os.remove("/etc/ssh/ssh_config")
# ruleid: system-file-delete
subprocess.run("rm -f /etc/security/limits.conf", shell=True)
