#!/bin/sh
# Build the tool from a pinned commit of its repository.
set -e

COMMIT=4f2b1c0
SRC=/usr/src/tool

[ -d "$SRC" ] || git clone -q https://git.example/tool.git "$SRC"
cd "$SRC"
git fetch -q origin
git checkout -q "$COMMIT"

cmake -S . -B build -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build build --parallel "$(nproc)"
ctest --test-dir build --output-on-failure
cmake --install build --prefix /opt/tool
