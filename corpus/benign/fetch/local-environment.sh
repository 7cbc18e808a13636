#!/usr/bin/env bash
# Activate the project's environment and run the checks.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

source "$here/.venv/bin/activate"
[ -f "$here/.env" ] && source "$here/.env"
eval "$(ssh-agent -s)" >/dev/null

diff <(sort requirements.txt) <(pip freeze | sort) | head
python -c 'import torch; print(torch.cuda.is_available())'
python -m pytest -q "$here/tests"
