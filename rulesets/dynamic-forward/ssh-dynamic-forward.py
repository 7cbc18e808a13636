import subprocess

# ok: ssh-dynamic-forward
subprocess.run(["curl", "-D", "-", "https://x.example/"])
# ok: ssh-dynamic-forward
subprocess.run(["ssh", "ops@203.0.113.5", "curl -D - localhost:8080"])
# ruleid: ssh-dynamic-forward
subprocess.Popen(["ssh", "-N", "-D", "1080", "ops@203.0.113.5"])
# ruleid: ssh-dynamic-forward
subprocess.Popen("ssh -fND 0.0.0.0:1080 ops@203.0.113.5", shell=True)
