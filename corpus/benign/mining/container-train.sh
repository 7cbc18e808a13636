#!/usr/bin/env bash
# Start the training container on every GPU of the host.
set -euo pipefail

IMAGE=registry.example/ml/train:24.10
NAME=train

docker pull "$IMAGE"
docker rm -f "$NAME" 2>/dev/null || true

docker run -d --name "$NAME" --restart unless-stopped --gpus all --cpus 8 \
  --shm-size 16g -v /mnt/data:/data:ro -v "$PWD/runs:/runs" \
  "$IMAGE" \
  python train.py -a resnet50 -o /runs/resnet50 --batch-size 256

docker logs --tail 5 "$NAME"
