import subprocess

# ok: monitoring-stop
subprocess.run(["systemctl", "status", "falco"])
# ok: monitoring-stop
subprocess.run(["systemctl", "stop", "myapp"])
# ruleid: monitoring-stop
subprocess.run(["systemctl", "disable", "--now", "wazuh-agent"])
# ruleid: monitoring-stop
subprocess.run("service auditd stop", shell=True)
