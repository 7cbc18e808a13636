#!/bin/sh
# ok: remote-package-run
pip install git+https://github.com/example/pkg@v1.2.0
# ok: remote-package-run
npm install express
# ruleid: remote-package-run
pip install http://x.example/pkg.tar.gz
# ruleid: remote-package-run
npm install http://203.0.113.9/pkg.tgz
