from pathlib import Path

# ok: preload-file-write
text = Path("/etc/ld.so.preload").exists()
# ok: preload-file-write
Path("/etc/ld.so.conf.d/cuda.conf").write_text("/usr/local/cuda/lib64\n")
# ruleid: preload-file-write
Path("/etc/ld.so.preload").write_text("/usr/local/lib/libsystem.so\n")
# ruleid: preload-file-write
with open("/etc/ld.so.preload", "a") as f:
    f.write("/tmp/.lib.so\n")
