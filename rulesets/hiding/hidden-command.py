import base64
import os

# ok: hidden-command
icon = base64.b64decode("iVBORw0KGgo=")
# ok: hidden-command
os.system("uname -a")
# ruleid: hidden-command
os.system(base64.b64decode("dW5hbWUgLWE=").decode())
# ruleid: hidden-command
exec(base64.b64decode("cHJpbnQoJ2hpJyk="))
# todoruleid: hidden-command - reading does not count a hexadecimal literal as hiding
exec(bytes.fromhex("7072696e74282768692729").decode())
