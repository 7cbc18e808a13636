import subprocess

# ok: cloud-identity-create
subprocess.run(["aws", "iam", "get-user"])
# ok: cloud-identity-create
subprocess.run(["kubectl", "create", "namespace", "demo"])
# ruleid: cloud-identity-create
subprocess.run(["aws", "iam", "create-user", "--user-name", "support"])
# ruleid: cloud-identity-create
subprocess.run("kubectl create clusterrolebinding x --clusterrole=cluster-admin --serviceaccount=default:default", shell=True)
