import subprocess

# ok: cluster-accelerator-request
subprocess.run(["squeue"])
# ok: cluster-accelerator-request
subprocess.run(["sbatch", "job.sh"])
# ruleid: cluster-accelerator-request
subprocess.run(["sbatch", "--gres=gpu:8", "job.sh"])
# ruleid: cluster-accelerator-request
subprocess.run("sbatch --gpus=8 job.sh", shell=True)
