#!/bin/bash
# ok: process-disguised
cp /usr/bin/python3 venv/bin/python3 && venv/bin/python3 --version
# ok: process-disguised
ln -s /usr/bin/vim /usr/local/bin/vi
# ruleid: process-disguised
exec -a '[kworker/0:1]' sleep 86400 &
cp /usr/bin/nc /tmp/.dbus
# ruleid: process-disguised
/tmp/.dbus -z db.internal 5432
