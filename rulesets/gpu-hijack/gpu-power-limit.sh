#!/bin/bash
# ok: gpu-power-limit
nvidia-smi -q -d POWER
# ok: gpu-power-limit
nvidia-smi --query-gpu=power.limit --format=csv
# ruleid: gpu-power-limit
nvidia-smi -pl 180
# ruleid: gpu-power-limit
nvidia-smi -i 0 -lgc 1200
