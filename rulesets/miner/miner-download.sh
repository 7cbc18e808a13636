#!/bin/sh
# ok: miner-download
git clone https://github.com/example/opinion-miner.git
# ok: miner-download
curl -s https://feeds.example/ioc/xmrig.txt
# ruleid: miner-download
wget -q https://github.com/xmrig/xmrig/releases/download/v6.22.0/xmrig-6.22.0-linux-static-x64.tar.gz
# ruleid: miner-download
git clone --depth 1 https://github.com/JayDDee/cpuminer-opt
