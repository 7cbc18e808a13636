import subprocess

# ok: network-scan
subprocess.run(["ping", "-c", "1", "10.0.0.1"])
# ok: network-scan
subprocess.run(["nmap", "--version"])
# ruleid: network-scan
subprocess.run(["nmap", "-sn", "192.168.1.0/24"])
# ruleid: network-scan
subprocess.run("masscan 10.0.0.0/8 -p22 --rate 1000", shell=True)
