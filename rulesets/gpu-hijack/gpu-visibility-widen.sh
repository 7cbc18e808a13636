#!/bin/bash
# ok: gpu-visibility-widen
CUDA_VISIBLE_DEVICES=0 python train.py
# ok: gpu-visibility-widen
nvidia-smi -L
# ruleid: gpu-visibility-widen
CUDA_VISIBLE_DEVICES=0,1,2,3,4,5,6,7 ./worker
# ruleid: gpu-visibility-widen
chmod 666 /dev/nvidia0
