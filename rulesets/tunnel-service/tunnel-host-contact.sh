#!/bin/sh
# ok: tunnel-host-contact
curl -fsSLO https://bin.equinox.io/c/bNyj1mQVY4c/ngrok-v3-stable-linux-amd64.tgz
# ok: tunnel-host-contact
grep -rn 'ngrok-free.app' src/
# ruleid: tunnel-host-contact
curl -s -X POST https://api.trycloudflare.com/tunnel -o tunnel.json
# ruleid: tunnel-host-contact
wget -q https://a1b2c3.ngrok-free.app/tools.tgz
