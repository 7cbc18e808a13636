import subprocess

# ok: ssh-local-forward
subprocess.run(["curl", "-L", "https://x.example/"])
# ok: ssh-local-forward
subprocess.run(["ssh", "ops@203.0.113.5", "uptime"])
# ruleid: ssh-local-forward
subprocess.Popen(["ssh", "-N", "-L", "5433:db.internal:5432", "ops@203.0.113.5"])
# ruleid: ssh-local-forward
subprocess.Popen("ssh -fNL 8888:localhost:8888 ops@203.0.113.5", shell=True)
