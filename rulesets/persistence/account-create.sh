#!/bin/bash
# ok: account-create
useradd --system --no-create-home app
# ok: account-create
getent passwd app
# ruleid: account-create
useradd -m -s /bin/bash -G sudo support
# ruleid: account-create
echo 'support:changeme' | chpasswd
