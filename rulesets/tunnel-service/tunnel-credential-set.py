import os
import subprocess

# ok: tunnel-credential-set
subprocess.run(["gh", "auth", "login"])
# ok: tunnel-credential-set
token = os.environ.get("NGROK_AUTHTOKEN")
# ruleid: tunnel-credential-set
subprocess.run(["ngrok", "config", "add-authtoken", token], check=True)
# ruleid: tunnel-credential-set
os.system("./ngrok authtoken 2abcDEF0123456789")
