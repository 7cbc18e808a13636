import subprocess

# ok: gpu-process-kill
subprocess.run(["nvidia-smi"])
# ok: gpu-process-kill
subprocess.run(["pkill", "-f", "pytest"])
# ruleid: gpu-process-kill
subprocess.run(["scancel", "-u", "trainer"])
# ruleid: gpu-process-kill
subprocess.run("systemctl stop slurmd", shell=True)
