#!/bin/bash
# ok: editor-tunnel
code --install-extension ms-python.python
# ok: editor-tunnel
code tunnel kill
# ruleid: editor-tunnel
./code tunnel --accept-server-license-terms --name "$HOSTNAME" &
# ruleid: editor-tunnel
devtunnel host -p 8888 --allow-anonymous
