#!/bin/sh
# ok: tailscale-funnel
tailscale funnel status
# ok: tailscale-funnel
tailscale ip -4
# ruleid: tailscale-funnel
tailscale funnel --bg 3000
# ruleid: tailscale-funnel
sudo tailscale funnel 8888
