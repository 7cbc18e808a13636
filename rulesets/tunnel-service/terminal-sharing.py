import subprocess

# ok: terminal-sharing
subprocess.run(["which", "tmate"])
# ok: terminal-sharing
subprocess.run(["tmux", "new-session", "-d"])
# ruleid: terminal-sharing
subprocess.Popen(["tmate", "-F"])
# ruleid: terminal-sharing
subprocess.Popen("upterm host --force-command bash", shell=True)
