#!/usr/bin/env bash
# Latest release of the benchmark and its checksums, from the JSON API.
set -euo pipefail

API=https://api.example/v1/releases

latest=$(curl -fsSL "$API/latest" | jq -r .tag)
echo "latest is $latest"

curl -fsSL "$API/$latest" | jq -r '.assets[] | "\(.sha256)  \(.name)"' > SHA256SUMS
curl -fsSL "$API/$latest/notes" | tee notes.md | head -n 20

if [ "$(cat .version 2>/dev/null)" != "$latest" ]; then
  echo "an update is there: $latest" | logger -t bench
  echo "$latest" > .version
fi
