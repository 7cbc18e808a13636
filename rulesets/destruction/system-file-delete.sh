#!/bin/bash
# ok: system-file-delete
rm -f /etc/nginx/sites-enabled/default
# ok: system-file-delete
rm -rf /var/lib/apt/lists/*
# ruleid: system-file-delete
rm -f /etc/ssl/openssl.cnf
file=/etc/default/useradd
# ruleid: system-file-delete
rm "$file"
