import subprocess

# ok: node-mining
subprocess.run(["geth", "version"])
# ok: node-mining
subprocess.run(["opinion-tool", "--mine", "reviews.csv"])
# ruleid: node-mining
subprocess.Popen(["geth", "--mine", "--miner.threads", "8"])
# ruleid: node-mining
subprocess.Popen("monerod --start-mining $ADDR", shell=True)
