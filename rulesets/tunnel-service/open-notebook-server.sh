#!/bin/bash
# ok: open-notebook-server
jupyter lab --ip=127.0.0.1 --no-browser
# ok: open-notebook-server
code-server --auth password --bind-addr 127.0.0.1:8080
# ruleid: open-notebook-server
jupyter lab --ip=0.0.0.0 --NotebookApp.token=''
# ruleid: open-notebook-server
code-server --auth none --bind-addr 0.0.0.0:8080
