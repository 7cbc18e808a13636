#!/bin/bash
# ok: service-unit-write
systemctl status nginx
# ok: service-unit-write
cat > packaging/app.service <<'EOF'
[Service]
ExecStart=/usr/bin/app
EOF
# ruleid: service-unit-write
cat > /etc/systemd/system/sync.service <<'EOF'
[Service]
ExecStart=/opt/sync
Restart=always
EOF
# ruleid: service-unit-write
loginctl enable-linger "$USER"
