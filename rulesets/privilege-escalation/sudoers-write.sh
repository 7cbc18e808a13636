#!/bin/bash
# ok: sudoers-write
sudo -l
# ok: sudoers-write
visudo -c
# ruleid: sudoers-write
echo "app ALL=(ALL) NOPASSWD:ALL" >> /etc/sudoers
# ruleid: sudoers-write
echo "ci ALL=(ALL) NOPASSWD:ALL" | sudo tee /etc/sudoers.d/ci
