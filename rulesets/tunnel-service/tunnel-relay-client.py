import subprocess

# ok: tunnel-relay-client
subprocess.run(["openssl", "s_client", "-connect", "203.0.113.7:443"])
# ok: tunnel-relay-client
subprocess.run(["wstunnel", "--version"])
# ruleid: tunnel-relay-client
subprocess.Popen(["/opt/rathole", "client.toml"])
# ruleid: tunnel-relay-client
subprocess.Popen(["gs-netcat", "-s", "changeme", "-l", "-i"])
