#!/bin/bash
# ok: login-script-write
source ~/.bashrc
# ok: login-script-write
grep alias ~/.bashrc
# ruleid: login-script-write
echo 'alias sudo="/opt/agent"' >> /root/.bashrc
# ruleid: login-script-write
echo '/opt/agent &' > /etc/profile.d/agent.sh
