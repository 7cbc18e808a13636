#!/bin/bash
# ok: history-clear
tail -n 100 /var/log/syslog
# ok: history-clear
rm -rf build/logs
# ruleid: history-clear
rm -f ~/.bash_history
# ruleid: history-clear
truncate -s 0 /var/log/auth.log
