import subprocess

# ok: sshuttle-route
subprocess.run(["pip", "install", "sshuttle"])
# ok: sshuttle-route
subprocess.run(["sshuttle", "--version"])
# ruleid: sshuttle-route
subprocess.Popen(["sshuttle", "-r", "ops@203.0.113.5", "10.0.0.0/8"])
# ruleid: sshuttle-route
subprocess.Popen("sshuttle --remote ops@203.0.113.5 0/0 --dns", shell=True)
