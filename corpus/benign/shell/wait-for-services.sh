#!/usr/bin/env bash
# Wait until the services that the tests need are up.
set -u

wait_for() {
  local host=$1 port=$2 tries=30
  until (echo > "/dev/tcp/$host/$port") 2>/dev/null; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then
      echo "$host:$port did not come up" >&2
      return 1
    fi
    sleep 1
  done
  echo "$host:$port is up"
}

wait_for localhost 5432 || exit 1
wait_for localhost 6379 || exit 1
curl -fsS --retry 5 http://localhost:8080/health | jq -e '.status == "ok"'

pytest -q tests/integration
