import subprocess

# ok: firewall-weaken
subprocess.run(["ufw", "status"])
# ok: firewall-weaken
subprocess.run(["iptables", "-S"])
# ruleid: firewall-weaken
subprocess.run(["iptables", "-P", "OUTPUT", "ACCEPT"])
# ruleid: firewall-weaken
subprocess.run("systemctl stop firewalld", shell=True)
