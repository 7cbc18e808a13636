#!/bin/sh
# ok: tunnel-credential-set
ngrok config check
# ok: tunnel-credential-set
a2enmod enable proxy
# ruleid: tunnel-credential-set
ngrok config add-authtoken "$NGROK_AUTHTOKEN"
# ruleid: tunnel-credential-set
zrok enable "$ZROK_TOKEN"
