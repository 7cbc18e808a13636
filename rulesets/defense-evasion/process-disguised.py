import shutil
import subprocess

# ok: process-disguised
subprocess.run(["python3", "-m", "venv", "venv"])
# ok: process-disguised
shutil.copy("config.ini", "/tmp/config.ini")
shutil.copy("/usr/bin/ssh", "/tmp/.dbus-daemon")
# ruleid: process-disguised
subprocess.Popen(["/tmp/.dbus-daemon", "ops@203.0.113.5", "uptime"])
# ruleid: process-disguised
subprocess.Popen(["bash", "-c", "exec -a '[kworker/0:1]' sleep 86400"])
