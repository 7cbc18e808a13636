import subprocess
import urllib.request

# ok: miner-download
urllib.request.urlretrieve("https://feeds.example/ioc/xmrig.txt", "ioc.txt")
# ok: miner-download
subprocess.run(["git", "clone", "https://github.com/example/process-miner"])
# ruleid: miner-download
urllib.request.urlretrieve("https://github.com/xmrig/xmrig/releases/download/v6.22.0/x.tgz", "/tmp/x.tgz")
# ruleid: miner-download
subprocess.run(["git", "clone", "https://github.com/xmrig/xmrig"])
