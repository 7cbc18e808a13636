#!/bin/bash
# ok: cluster-accelerator-request
squeue -u "$USER"
# ok: cluster-accelerator-request
sbatch --mem=8G job.sh
# ruleid: cluster-accelerator-request
sbatch --gres=gpu:8 job.sh
# ruleid: cluster-accelerator-request
salloc --gpus=4 --time=1:00:00
