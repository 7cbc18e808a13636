import importlib
import os

# ok: hidden-name
path = getattr(os, "sep")
# ok: hidden-name
os.system("uname -a")
# ruleid: hidden-name
getattr(os, "sys" + "tem")("uname -a")
# ruleid: hidden-name
getattr(importlib.import_module("subpro" + "cess"), "run")(["uname", "-a"])
