#!/bin/sh
# ok: service-enable
systemctl is-enabled nginx
# ok: service-enable
systemctl restart nginx
# ruleid: service-enable
systemctl enable --now nginx
# ruleid: service-enable
systemctl --user enable sync.timer
