#!/bin/sh
# ok: web-terminal
ttyd --version
# ok: web-terminal
apt-get install -y ttyd
# ruleid: web-terminal
ttyd -p 7681 -W bash &
# ruleid: web-terminal
gotty -w /bin/bash
