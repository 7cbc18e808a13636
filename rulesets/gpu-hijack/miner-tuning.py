import subprocess

# ok: miner-tuning
subprocess.run(["rdmsr", "-a", "0x1a4"])
# ok: miner-tuning
subprocess.run(["sysctl", "vm.nr_hugepages"])
# ruleid: miner-tuning
subprocess.run(["wrmsr", "-a", "0x1a4", "0xf"])
# ruleid: miner-tuning
subprocess.run("modprobe msr allow_writes=on", shell=True)
