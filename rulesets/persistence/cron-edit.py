import subprocess
from pathlib import Path

# ok: cron-edit
subprocess.run(["crontab", "-l"], capture_output=True)
# ok: cron-edit
text = Path("/etc/crontab").read_text()
# ruleid: cron-edit
subprocess.run(["crontab", "-"], input="@reboot /opt/agent\n", text=True)
# ruleid: cron-edit
Path("/etc/cron.d/agent").write_text("* * * * * root /opt/agent\n")
