#!/bin/bash
# ok: miner-config-write
echo '{"pools": []}' > config.json
# ok: miner-config-write
grep -c url xmrig.json
# ruleid: miner-config-write
echo '{"pools": []}' > /tmp/xmrig.json
# ruleid: miner-config-write
cp base.json ~/.xmrig.json
