import base64
import sys

from cryptography.fernet import Fernet

key = sys.argv[1].encode()
# ok: opaque-code-run
exec(sys.argv[2])
# ok: opaque-code-run
exec(base64.b64decode("cHJpbnQoJ2hpJyk="))
# ruleid: opaque-code-run
exec(Fernet(key).decrypt(b"gAAAAABm"))
# ruleid: opaque-code-run
exec(base64.b64decode(Fernet(key).decrypt(b"gAAAAABn")))
