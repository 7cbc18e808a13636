import subprocess

# ok: infrastructure-applied
subprocess.run(["terraform", "validate"], check=True)
# ok: infrastructure-applied
subprocess.run(["docker", "compose", "up", "-d"])
# ruleid: infrastructure-applied
subprocess.run(["terraform", "apply", "-auto-approve"], cwd="infra")
# ruleid: infrastructure-applied
subprocess.run("cdk deploy --require-approval never", shell=True)
