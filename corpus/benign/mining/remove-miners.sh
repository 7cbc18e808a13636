#!/bin/bash
# Incident response: the node shows high load. Look for known miners, keep evidence, stop and remove them.
set -u

EVIDENCE=/root/evidence/$(date +%Y%m%d)
mkdir -p "$EVIDENCE"

ps aux --sort=-%cpu | head -n 20 > "$EVIDENCE/top.txt"
ps aux | grep -E 'xmrig|minerd|cpuminer|t-rex|lolMiner' | grep -v grep > "$EVIDENCE/miners.txt"
ss -tnp | grep -E ':(3333|4444|5555|14444)\b' > "$EVIDENCE/connections.txt" || true
crontab -l 2>/dev/null | grep -i -e xmrig -e 'stratum+tcp' > "$EVIDENCE/cron.txt" || true

for name in xmrig minerd cpuminer lolMiner; do
  pgrep -a "$name" >> "$EVIDENCE/killed.txt" && pkill -9 -f "$name"
done

find / -xdev -type f \( -name 'xmrig*' -o -name 'minerd' \) -print -exec sha256sum {} \; > "$EVIDENCE/files.txt" 2>/dev/null
find / -xdev -type f -name 'xmrig' -delete 2>/dev/null
systemctl disable --now moneroocean_miner.service 2>/dev/null || true
rm -rf /root/moneroocean /tmp/xmrig

echo "evidence in $EVIDENCE"
