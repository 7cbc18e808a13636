#!/bin/bash
# Set up the metrics collector of the inference box.
set -e

PREFIX=/opt/collector
mkdir -p "$PREFIX" && cd "$PREFIX"

cat > collector.toml <<TOML
serverAddr = "metrics.cluster.example"
serverPort = 7000

[[inputs]]
name = "gpu-$(hostname)"
type = "nvidia_smi"
interval = "15s"

[[outputs]]
type = "file"
path = "/var/log/collector.jsonl"
TOML

if [ ! -x ./collector ]; then
  pip install --quiet --target "$PREFIX/lib" prometheus-client
fi

nohup ./collector -c collector.toml > collector.log 2>&1 &
echo $! > collector.pid
