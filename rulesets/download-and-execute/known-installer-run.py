import subprocess

# ok: known-installer-run
subprocess.run("curl -fsSL https://get.example/install.sh | sh", shell=True)
# ok: known-installer-run
subprocess.run(["curl", "-fsSL", "https://get.docker.com", "-o", "get-docker.sh"])
# ruleid: known-installer-run
subprocess.run("curl -LsSf https://astral.sh/uv/install.sh | sh", shell=True)
# ruleid: known-installer-run
subprocess.run(["bash", "-c", "curl -fsSL https://get.docker.com | sh"])
