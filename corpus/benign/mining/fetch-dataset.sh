#!/usr/bin/env bash
# Fetch a dataset archive, check it, unpack it, and start the training in the background.
set -euo pipefail

VERSION=1.4.0
DATA="$HOME/data/speech"
mkdir -p "$DATA"

if [ ! -d "$DATA/clips" ]; then
  wget -q "https://mirror.example/speech-${VERSION}.tar.gz" -O /tmp/speech.tgz
  echo "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  /tmp/speech.tgz" | sha256sum --check
  tar -C "$DATA" --strip-components=1 -xzf /tmp/speech.tgz
  rm -f /tmp/speech.tgz
fi

THREADS=$(( $(nproc) / 2 ))
nohup nice -n 19 python -m asr.train --data "$DATA" --threads "$THREADS" --output runs/asr -u x -p y \
  > train.log 2>&1 &

echo "training started as $!"
