#!/bin/bash
# ok: miner-library-install
pip install pycryptodome eth-hash
# ok: miner-library-install
pip show randomx
# ruleid: miner-library-install
pip install pycryptonight==0.3
# ruleid: miner-library-install
python3 -m pip install randomx
