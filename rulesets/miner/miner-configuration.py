import json
from pathlib import Path

# ok: miner-configuration
Path("pools.json").write_text(json.dumps({"pools": [{"name": "db", "size": 5}]}))
# ok: miner-configuration
PATTERNS = ['"pools": [{"url"', '"donate-level"']
# ruleid: miner-configuration
Path("config.json").write_text(json.dumps({"cpu": True, "pools": [{"url": "pool.example:3333", "user": "48wallet"}]}))
# ruleid: miner-configuration
Path("/tmp/.cache.json").write_text('{"pools": [{"url": "203.0.113.9:3333", "user": "48wallet", "keepalive": true}]}')
