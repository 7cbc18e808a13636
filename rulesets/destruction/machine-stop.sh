#!/bin/bash
# ok: machine-stop
shutdown -c
# ok: machine-stop
systemctl status cron
# ruleid: machine-stop
sudo shutdown -h now
# ruleid: machine-stop
kill -9 -1
