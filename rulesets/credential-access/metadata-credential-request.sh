#!/bin/bash
# ok: metadata-credential-request
curl -s http://169.254.169.254/latest/meta-data/instance-id
# ok: metadata-credential-request
iptables -A OUTPUT -d 169.254.169.254 -j DROP
# ruleid: metadata-credential-request
curl -s http://169.254.169.254/latest/meta-data/iam/security-credentials/
# ruleid: metadata-credential-request
curl -s -H 'Metadata-Flavor: Google' http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token
