import subprocess

# ok: account-create
subprocess.run(["useradd", "-m", "app"])
# ok: account-create
subprocess.run(["id", "app"])
# ruleid: account-create
subprocess.run(["usermod", "-aG", "sudo", "app"])
# ruleid: account-create
subprocess.run("echo 'app:changeme' | chpasswd", shell=True)
