import subprocess

# ok: mesh-network-join
subprocess.run(["vagrant", "up"])
# ok: mesh-network-join
subprocess.run(["tailscale", "status", "--json"])
# ruleid: mesh-network-join
subprocess.run(["zerotier-cli", "join", "8056c2e21c000001"])
# ruleid: mesh-network-join
subprocess.run("openvpn --config /tmp/client.ovpn --daemon", shell=True)
