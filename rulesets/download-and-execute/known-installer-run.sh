#!/bin/bash
# ok: known-installer-run
curl -fsSL https://x.example/install.sh | sh
# ok: known-installer-run
curl -fsSL https://sh.rustup.rs -o rustup.sh
# ruleid: known-installer-run
curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y
# ruleid: known-installer-run
curl -LsSf https://astral.sh/uv/install.sh | sh
