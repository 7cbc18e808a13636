#!/bin/bash
# One evaluation worker per GPU; the options look like those of other programs and are not.
set -u

WORK=/dev/shm/workers
mkdir -p "$WORK"
cp configs/eval.yaml "$WORK/eval.yaml"

for gpu in 0 1 2 3; do
  CUDA_VISIBLE_DEVICES=$gpu setsid python -m evals.worker \
    --algo ppo --url "http://scheduler.cluster.example:8080" --user "$USER" --pass-rate 0.9 \
    --threads 8 --output "$WORK/$gpu.jsonl" > "$WORK/$gpu.log" 2>&1 &
done

wait
cat "$WORK"/*.jsonl > results.jsonl
