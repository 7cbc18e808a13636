#!/bin/sh
# ok: miner-container
docker rm -f xmrig
# ok: miner-container
docker run --rm -v "$PWD/xmrig:/src" ubuntu ls /src
# ruleid: miner-container
docker run -d --gpus all --restart always ghcr.io/metal3d/xmrig:latest
# ruleid: miner-container
kubectl run cache-warmer --image=metal3d/xmrig -- --url pool.invalid:3333
