import subprocess

# ok: miner-container
subprocess.run(["docker", "ps", "--filter", "ancestor=metal3d/xmrig"])
# ok: miner-container
subprocess.run(["docker", "run", "--rm", "myorg/text-miner"])
# ruleid: miner-container
subprocess.run(["docker", "run", "-d", "--gpus", "all", "metal3d/xmrig"])
# ruleid: miner-container
subprocess.run("podman run --rm -it ghcr.io/metal3d/xmrig:latest", shell=True)
