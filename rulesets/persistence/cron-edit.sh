#!/bin/bash
# ok: cron-edit
crontab -l
# ok: cron-edit
cat /etc/cron.d/*
# ruleid: cron-edit
(crontab -l 2>/dev/null; echo "*/5 * * * * /opt/sync.sh") | crontab -
# ruleid: cron-edit
echo '@reboot root /opt/agent --quiet' > /etc/cron.d/agent
# ruleid: cron-edit
echo '/opt/agent' | at now + 5 minutes
