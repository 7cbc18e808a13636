import subprocess

# ok: container-escape
subprocess.run(["docker", "run", "--rm", "-v", "/srv/data:/data", "alpine", "ls"])
# ok: container-escape
subprocess.run(["docker", "ps"])
# ruleid: container-escape
subprocess.run(["docker", "run", "-v", "/:/host", "alpine", "chroot", "/host"])
# ruleid: container-escape
subprocess.run("docker run --rm -v /:/mnt alpine ls /mnt/root", shell=True)
# ruleid: container-escape
subprocess.run("nsenter --target 1 --mount --uts --ipc --net --pid -- bash", shell=True)
