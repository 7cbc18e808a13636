#!/bin/bash
# ok: miner-configuration
echo '{"pools": ["swimming", "rock"], "user": "anna"}' > holiday.json
# ok: miner-configuration
grep -l '"pools"' /opt/*/config.json
# ruleid: miner-configuration
cat > config.json <<'EOF'
{"autosave": true, "cpu": true, "pools": [{"url": "pool.example:3333", "user": "48wallet", "pass": "x", "tls": false}]}
EOF
# ruleid: miner-configuration
echo '{"pools": [{"user": "48wallet", "url": "stratum+ssl://pool.example:443"}]}' > ~/.config/service.json
