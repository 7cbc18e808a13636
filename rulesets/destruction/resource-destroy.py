import subprocess

# ok: resource-destroy
subprocess.run(["docker", "system", "df"])
# ok: resource-destroy
subprocess.run(["aws", "s3", "ls"])
# ruleid: resource-destroy
subprocess.run(["kubectl", "delete", "namespace", "prod"])
# ruleid: resource-destroy
subprocess.run("redis-cli FLUSHALL", shell=True)
