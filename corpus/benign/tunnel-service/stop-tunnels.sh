#!/usr/bin/env bash
# Find tunnel programs that people left running on shared nodes, report them, and stop them.
set -u

NAMES="ngrok cloudflared chisel frpc bore localtunnel gost"
REPORT=/var/log/tunnel-check.log

for name in $NAMES; do
  if pids=$(pgrep -x "$name"); then
    echo "$(date -Is) $name runs as $pids" >> "$REPORT"
    ps -o user=,pid=,args= -p "$(echo "$pids" | paste -sd,)" >> "$REPORT"
    pkill -x "$name"
  fi
done

grep -rlE 'ngrok (tcp|http)|cloudflared tunnel' /home/*/bin 2>/dev/null >> "$REPORT" || true
dpkg -l | grep -i -e ngrok -e cloudflared || echo "no tunnel package is installed"
find /opt /usr/local/bin -name 'ngrok*' -o -name 'frpc' | xargs -r ls -l
