import socket

# ok: pool-host
BLOCKLIST = {"pool.supportxmr.com", "xmr.nanopool.org"}
# ok: pool-host
s0 = socket.create_connection(("db-pool.internal", 5432))
# ruleid: pool-host
s1 = socket.create_connection(("pool.supportxmr.com", 3333))
host = ".".join(["xmr-eu1", "nanopool", "org"])
s2 = socket.socket()
# ruleid: pool-host
s2.connect((host, 14444))
