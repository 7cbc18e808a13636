import subprocess

# ok: disk-overwrite
subprocess.run(["dd", "if=/dev/zero", "of=disk.img", "bs=1M", "count=10"])
# ok: disk-overwrite
subprocess.run(["lsblk"])
# ruleid: disk-overwrite
subprocess.run(["dd", "if=/dev/zero", "of=/dev/sda"])
# ruleid: disk-overwrite
subprocess.run("wipefs -a /dev/sdb", shell=True)
