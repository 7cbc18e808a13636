import subprocess

# ok: ssh-tun-device
subprocess.run(["ssh", "-W", "build.internal:22", "gw@203.0.113.7"])
# ok: ssh-tun-device
subprocess.run(["watch", "-w", "nvidia-smi"])
# ruleid: ssh-tun-device
subprocess.run(["ssh", "-wany", "root@203.0.113.7"])
# ruleid: ssh-tun-device
subprocess.run("ssh -o Tunnel=yes -o TunnelDevice=0:0 root@203.0.113.7", shell=True)
