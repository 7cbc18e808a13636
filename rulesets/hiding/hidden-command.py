import base64
import os
import subprocess

# ok: hidden-command
icon = base64.b64decode("iVBORw0KGgo=")
# ok: hidden-command
os.system("uname -a")
# ruleid: hidden-command
os.system(base64.b64decode("dW5hbWUgLWE=").decode())
# ruleid: hidden-command
subprocess.run(["bash", "-c", base64.b64decode("ZWNobyBoaQ==").decode()])
# todoruleid: hidden-command - reading does not count text decoded for exec as hiding
exec(base64.b64decode("cHJpbnQoJ2hpJyk="))
