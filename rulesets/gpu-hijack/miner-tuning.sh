#!/bin/bash
# ok: miner-tuning
modprobe msr
# ok: miner-tuning
sysctl -w vm.nr_hugepages=128
# ruleid: miner-tuning
modprobe msr allow_writes=on
# ruleid: miner-tuning
wrmsr -a 0x1a4 0xf
