#!/bin/bash
# hunt first
# ok: miner-program
pgrep -fa 'xmrig|minerd' && pkill -9 xmrig
# ok: miner-program
find / -name 'xmrig*' -exec rm -f {} +
# ok: miner-program
command -v xmrig || echo "no miner here"

tar -xzf /tmp/xmrig-6.22.0-linux-static-x64.tar.gz -C /tmp
# ruleid: miner-program
nohup /tmp/xmrig-6.22.0/xmrig -c /tmp/config.json >/dev/null 2>&1 &
# ruleid: miner-program
CUDA_VISIBLE_DEVICES=0,1 nice -n 19 ./lolMiner --algo ETCHASH --pool 203.0.113.9:4444 --user w
