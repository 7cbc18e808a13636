"""Examples for the checks of bandit.yaml: each mark names the rule that a check became."""
import logging.config
import marshal
import pickle
import ssl
import tarfile

import paramiko
import requests
import torch
import yaml
from flask import Flask

app = Flask(__name__)

# ruleid: unsafe-tar-extraction
tarfile.open("a.tgz").extractall("/srv")
# ok: unsafe-tar-extraction
tarfile.open("a.tgz").extractall("/srv", filter="data")
# ruleid: pickle-load
state = pickle.load(open("state.pkl", "rb"))
# ok: pickle-load
pickle.dump({}, open("state.pkl", "wb"))
# ruleid: marshal-load
code = marshal.loads(b"")
# ok: marshal-load
text = marshal.dumps(1)
# ruleid: unverified-tls-context
context = ssl._create_unverified_context()
# ok: unverified-tls-context
context = ssl.create_default_context()
# ruleid: tls-verification-off
requests.get("https://x.example/", verify=False)
# ok: tls-verification-off
requests.get("https://x.example/", verify="/etc/ssl/site.pem")
# ruleid: unsafe-yaml-load
yaml.load("a: 1", Loader=yaml.Loader)
# ok: unsafe-yaml-load
yaml.safe_load("a: 1")
client = paramiko.SSHClient()
# ruleid: unknown-host-keys-accepted
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
# ok: unknown-host-keys-accepted
client.set_missing_host_key_policy(paramiko.RejectPolicy())
# ruleid: logging-listener
logging.config.listen(9999)
# ok: logging-listener
logging.config.listen(9999, verify=lambda data: None)
# ruleid: unsafe-torch-load
model = torch.load("model.pt")
# ok: unsafe-torch-load
model = torch.load("model.pt", weights_only=True)
# ruleid: bidirectional-control-characters
level = "user‮ ⁦# admin⁩ ⁦"
# ok: bidirectional-control-characters
level = "\u202e"
# ruleid: flask-debugger
app.run(debug=True)
# ok: flask-debugger
app.run(debug=False)
