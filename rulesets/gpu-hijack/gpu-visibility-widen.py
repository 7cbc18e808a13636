import subprocess

# ok: gpu-visibility-widen
subprocess.run(["python", "train.py"], env={"CUDA_VISIBLE_DEVICES": "0"})
# ok: gpu-visibility-widen
subprocess.run(["nvidia-smi", "-L"])
# ruleid: gpu-visibility-widen
subprocess.run(["env", "CUDA_VISIBLE_DEVICES=0,1,2,3,4,5,6,7", "./worker"])
# ruleid: gpu-visibility-widen
subprocess.run(["./worker"], env={"NVIDIA_VISIBLE_DEVICES": "all"})
# ruleid: gpu-visibility-widen
subprocess.run("chmod 666 /dev/nvidia0", shell=True)
