#!/bin/bash
# ok: disk-overwrite
dd if=/dev/zero of=disk.img bs=1M count=100
# ok: disk-overwrite
mkfs.ext4 disk.img
# ruleid: disk-overwrite
dd if=/dev/urandom of=/dev/sda bs=1M
# ruleid: disk-overwrite
mkfs.ext4 -F /dev/nvme0n1
