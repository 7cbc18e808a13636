#!/usr/bin/env bash
# Look at TensorBoard of a running job from a laptop: the port is forwarded to here, nothing is opened there.
set -euo pipefail

HOST="${1:-login.cluster.example}"
LOCAL_PORT="${2:-6006}"

cleanup() {
  [ -n "${FORWARD_PID:-}" ] && kill "$FORWARD_PID" 2>/dev/null || true
}
trap cleanup EXIT

ssh -N -o ExitOnForwardFailure=yes -o ServerAliveInterval=30 \
    -L "${LOCAL_PORT}:localhost:6006" "$HOST" &
FORWARD_PID=$!

for attempt in 1 2 3 4 5; do
  if curl -fsS "http://localhost:${LOCAL_PORT}/" >/dev/null; then
    echo "open http://localhost:${LOCAL_PORT}/"
    break
  fi
  echo "attempt $attempt: not up yet"
  sleep 2
done

wait "$FORWARD_PID"
