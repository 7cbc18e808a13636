import os
from pathlib import Path

# ok: login-script-write
text = Path("/root/.bashrc").read_text()
# ok: login-script-write
Path("profile").write_text("cpu: 10ms\n")
# ruleid: login-script-write
with open(os.path.expanduser("~/.bashrc"), "a") as f:
    f.write("\n/opt/agent &\n")
# ruleid: login-script-write
Path("/etc/profile.d/agent.sh").write_text("/opt/agent &\n")
