import subprocess
from pathlib import Path

# ok: sudoers-write
subprocess.run(["sudo", "-l"])
# ok: sudoers-write
exists = Path("/etc/sudoers").exists()
# ruleid: sudoers-write
Path("/etc/sudoers.d/ci").write_text("ci ALL=(ALL) NOPASSWD:ALL\n")
# ruleid: sudoers-write
with open("/etc/sudoers", "a") as f:
    f.write("app ALL=(ALL) NOPASSWD:ALL\n")
