import shutil
from pathlib import Path

# ok: system-path-write
Path("/usr/local/etc/app.conf").write_text("x")
# ok: system-path-write
Path("usr/data.txt").write_text("x")
# ruleid: system-path-write
Path("/usr/data.py").write_text("x")
# ruleid: system-path-write
shutil.copy("build/libx.so", "/lib/libx.so")
