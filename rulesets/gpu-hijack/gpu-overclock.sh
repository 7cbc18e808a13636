#!/bin/bash
# ok: gpu-overclock
nvidia-settings -q GpuUUID
# ok: gpu-overclock
rocm-smi --showuse
# ruleid: gpu-overclock
nvidia-settings -a '[gpu:0]/GPUMemoryTransferRateOffset[3]=1200'
# ruleid: gpu-overclock
rocm-smi -d 0 --setmclk 3
