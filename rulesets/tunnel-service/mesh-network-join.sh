#!/bin/bash
# ok: mesh-network-join
docker compose up -d
# ok: mesh-network-join
wg show
# ruleid: mesh-network-join
tailscale up --authkey="$TS_AUTHKEY" --ssh --advertise-routes=10.0.0.0/8
# ruleid: mesh-network-join
sudo wg-quick up wg0
