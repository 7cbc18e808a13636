#!/bin/bash
# Housekeeping for scratch space, then the long training run, detached so that it outlives the login.
set -u

SCRATCH=/scratch/$USER
find "$SCRATCH" -type f -name '*.tmp' -mtime +14 -delete 2>/dev/null

mkdir -p "$SCRATCH/logs"
export OMP_NUM_THREADS=8
nohup setsid torchrun --standalone --nproc_per_node=8 train.py \
  --config configs/13b.yaml --resume auto \
  > "$SCRATCH/logs/train.log" 2>&1 < /dev/null &
disown

echo "training runs as $!; tail -f $SCRATCH/logs/train.log"
df -h "$SCRATCH"
