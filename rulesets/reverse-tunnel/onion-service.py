import subprocess

# ok: onion-service
subprocess.run(["pip", "install", "torch"])
# ok: onion-service
subprocess.run(["tor", "--version"])
# ruleid: onion-service
subprocess.Popen(["tor", "-f", "/tmp/torrc"])
# ruleid: onion-service
subprocess.Popen(["tor", "--SocksPort", "9050"])
