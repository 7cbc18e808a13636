#!/usr/bin/env bash
# Download dataset shards through the site's own HTTP proxy.
set -euo pipefail

export HTTPS_PROXY="http://proxy.cluster.example:3128"
DATA=/mnt/shared/datasets
mkdir -p "$DATA"

# -D here: curl's header dump, not a forward.
for name in train validation test; do
  curl -fsSL -D "/tmp/$name.headers" "https://mirror.example/corpora/$name.jsonl.zst" -o "$DATA/$name.jsonl.zst"
  grep -i '^etag' "/tmp/$name.headers" || true
done

sha256sum --check "$DATA/SHA256SUMS"
