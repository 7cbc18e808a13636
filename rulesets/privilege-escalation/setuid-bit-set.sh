#!/bin/bash
# ok: setuid-bit-set
chmod 755 run.sh
# ok: setuid-bit-set
chmod g+s /srv/shared
# ruleid: setuid-bit-set
cp /bin/bash /tmp/b && chmod u+s /tmp/b
# ruleid: setuid-bit-set
chmod 4755 /usr/local/bin/helper
