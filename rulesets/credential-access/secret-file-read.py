import subprocess
from pathlib import Path

# ok: secret-file-read
public = Path("/root/.ssh/id_rsa.pub").read_text()
# ok: secret-file-read
hosts = Path("/etc/hosts").read_text()
# ruleid: secret-file-read
key = Path("/root/.ssh/id_rsa").read_text()
# ruleid: secret-file-read
subprocess.run(["cat", "/etc/shadow"], capture_output=True)
