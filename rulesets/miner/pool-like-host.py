import socket

# ok: pool-like-host
a = socket.create_connection(("db.example", 3333))
# ok: pool-like-host
b = socket.create_connection(("pool.example", 443))
# ruleid: pool-like-host
c = socket.create_connection(("pool.example", 3333))
# ruleid: pool-like-host
d = socket.create_connection(("stratum-eu.hash.invalid", 4444))
