#!/bin/bash
# ok: tunnel-configuration
printf 'serverAddr = "203.0.113.9"\nbindPort = 7000\n' > notes.toml
# ok: tunnel-configuration
grep -rn 'serverAddr' /etc/frp 2>/dev/null
# ruleid: tunnel-configuration
cat > /tmp/agent.toml <<'EOF'
serverAddr = "203.0.113.9"
serverPort = 7000
[[proxies]]
name = "ssh"
type = "tcp"
localPort = 22
remotePort = 6000
EOF
# ruleid: tunnel-configuration
printf 'tunnel: build\ncredentials-file: /root/.cf/build.json\ningress:\n  - service: ssh://localhost:22\n' > ~/.cloudflared/config.yml
