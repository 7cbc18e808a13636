#!/bin/bash
# ok: history-clear
tail -n 100 /var/log/syslog
# ok: history-clear
HISTSIZE=10000
# ok: history-clear
export HISTFILE=~/.history
# ruleid: history-clear
HISTSIZE=0
# ruleid: history-clear
export HISTFILESIZE=0
# ruleid: history-clear
unset HISTFILE
# ruleid: history-clear
set +o history
# ruleid: history-clear
HISTFILE=/dev/null
# ok: history-clear
rm -rf build/logs
# ruleid: history-clear
rm -f ~/.bash_history
# ruleid: history-clear
truncate -s 0 /var/log/auth.log
