import requests

# ok: metadata-credential-request
zone = requests.get("http://169.254.169.254/latest/meta-data/placement/availability-zone").text
# ok: metadata-credential-request
BLOCKED = ["http://169.254.169.254/latest/meta-data/iam/"]
# ruleid: metadata-credential-request
role = requests.get("http://169.254.169.254/latest/meta-data/iam/security-credentials/").text
# ruleid: metadata-credential-request
token = requests.get("http://100.100.100.200/latest/meta-data/ram/security-credentials/worker").json()
