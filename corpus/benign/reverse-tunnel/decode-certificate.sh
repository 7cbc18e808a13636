#!/usr/bin/env bash
# Unpack the certificate that the CI system hands over as base64, and check it before nginx is told.
set -euo pipefail

TARGET=/etc/nginx/tls
mkdir -p "$TARGET"

printf '%s' "${TLS_CERT_BASE64:?is not set}" | base64 -d > "$TARGET/site.pem"
printf '%s' "${TLS_KEY_BASE64:?is not set}" | base64 --decode > "$TARGET/site.key"
chmod 600 "$TARGET/site.key"

openssl x509 -in "$TARGET/site.pem" -noout -subject -enddate
if ! openssl x509 -in "$TARGET/site.pem" -noout -checkend 604800; then
  echo "the certificate ends within a week" >&2
fi

greeting=$(echo "Y29uZmlndXJhdGlvbiBpcyBmaW5lCg==" | base64 -d)
nginx -t && echo "$greeting"
