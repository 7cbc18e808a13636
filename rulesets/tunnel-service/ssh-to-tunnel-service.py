import subprocess

# ok: ssh-to-tunnel-service
subprocess.run(["ssh", "ops@203.0.113.5", "uptime"])
# ok: ssh-to-tunnel-service
subprocess.run(["dig", "localhost.run"])
# ruleid: ssh-to-tunnel-service
subprocess.Popen(["ssh", "-R", "80:localhost:5000", "nokey@localhost.run"])
# ruleid: ssh-to-tunnel-service
subprocess.Popen("ssh -R 1:localhost:8888 srv.us", shell=True)
