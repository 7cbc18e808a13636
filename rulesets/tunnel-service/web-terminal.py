import subprocess

# ok: web-terminal
subprocess.run(["ttyd", "--version"])
# ok: web-terminal
subprocess.run(["pip", "install", "webssh"])
# ruleid: web-terminal
subprocess.Popen(["ttyd", "-p", "7681", "bash"])
# ruleid: web-terminal
subprocess.Popen("gotty --port 9000 -w bash", shell=True)
