import os
import subprocess

# ok: setuid-bit-set
os.chmod("run.sh", 0o755)
# ok: setuid-bit-set
subprocess.run(["chmod", "+x", "run.sh"])
# ruleid: setuid-bit-set
subprocess.run(["chmod", "4755", "/usr/local/bin/helper"])
# ruleid: setuid-bit-set
os.system("cp /bin/bash /tmp/b; chmod u+s /tmp/b")
