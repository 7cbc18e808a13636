#!/bin/sh
# ok: node-mining
geth version
# ok: node-mining
./pattern-tool --mine logs/
# ruleid: node-mining
geth --mine --miner.etherbase 0xBcf580ef20B00Dbdc06f673799d356292361FDa6
# ruleid: node-mining
monerod --detach --start-mining "$ADDRESS" --mining-threads 16
