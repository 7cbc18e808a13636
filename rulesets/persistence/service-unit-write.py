import subprocess
from pathlib import Path

# ok: service-unit-write
subprocess.run(["systemctl", "restart", "nginx"])
# ok: service-unit-write
Path("packaging/app.service").write_text("[Service]\nExecStart=/usr/bin/app\n")
# ruleid: service-unit-write
Path("/etc/systemd/system/sync.service").write_text("[Service]\nExecStart=/opt/sync\n")
# ruleid: service-unit-write
(Path.home() / ".config/systemd/user/sync.service").write_text("[Service]\nExecStart=/opt/sync\n")
