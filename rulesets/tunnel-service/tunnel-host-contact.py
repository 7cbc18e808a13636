import socket

import requests

# ok: tunnel-host-contact
requests.get("https://x.example/docs/ngrok.io")
# ok: tunnel-host-contact
BLOCKED = ["bore.pub", "loca.lt"]
# ruleid: tunnel-host-contact
requests.post("https://a1b2c3.ngrok-free.app/hook", json={"ok": True})
# ruleid: tunnel-host-contact
s = socket.create_connection(("bore.pub", 7835))
