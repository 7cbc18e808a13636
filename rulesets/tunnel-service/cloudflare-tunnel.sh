#!/bin/bash
# ok: cloudflare-tunnel
cloudflared --version
# ok: cloudflare-tunnel
cloudflared access ssh --hostname ssh.internal.example
# ok: cloudflare-tunnel
cloudflared tunnel list
# ruleid: cloudflare-tunnel
nohup cloudflared tunnel --url http://localhost:8888 > /tmp/cf.log 2>&1 &
# ruleid: cloudflare-tunnel
sudo cloudflared service install "$TUNNEL_TOKEN"
