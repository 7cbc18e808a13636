import os
import subprocess

SUSPECTS = ["xmrig", "minerd", "ethminer"]
for name in SUSPECTS:
    # ok: miner-program
    subprocess.run(["pkill", "-9", name])
# ok: miner-program
print("xmrig is not allowed here")
# ruleid: miner-program
subprocess.Popen(["./xmrig", "--config=config.json"], start_new_session=True)
# ruleid: miner-program
os.system("cd /opt && nohup ./ethminer -G -P stratum1+tcp://w@203.0.113.9:4444 &")
