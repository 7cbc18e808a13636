#!/bin/bash
# ok: gpu-process-kill
nvidia-smi --query-gpu=utilization.gpu --format=csv
# ok: gpu-process-kill
pkill -9 xmrig
# ok: gpu-process-kill
scancel 12345
# ruleid: gpu-process-kill
fuser -k /dev/nvidia0 /dev/nvidia1
# ruleid: gpu-process-kill
nvidia-smi --query-compute-apps=pid --format=csv,noheader | xargs kill -9
