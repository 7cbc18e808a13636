import subprocess

# ok: web-tunnel-client
subprocess.run(["npm", "install", "-g", "localtunnel"], check=True)
# ok: web-tunnel-client
subprocess.run(["bore", "--version"])
# ruleid: web-tunnel-client
subprocess.Popen(["lt", "--port", "5000"])
# ruleid: web-tunnel-client
subprocess.Popen("bore local 22 --to bore.pub", shell=True)
