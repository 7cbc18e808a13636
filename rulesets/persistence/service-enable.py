import subprocess

# ok: service-enable
subprocess.run(["systemctl", "status", "nginx"])
# ok: service-enable
subprocess.run(["systemctl", "is-enabled", "docker"])
# ruleid: service-enable
subprocess.run(["systemctl", "enable", "docker"])
# ruleid: service-enable
subprocess.run("systemctl enable --now redis-server", shell=True)
