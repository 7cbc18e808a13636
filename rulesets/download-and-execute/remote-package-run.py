import subprocess
import sys

# ok: remote-package-run
subprocess.run(["pip", "install", "-r", "requirements.txt"])
# ok: remote-package-run
subprocess.run(["pip", "install", "https://files.example/wheels/pkg-1.0-py3-none-any.whl"])
# ruleid: remote-package-run
subprocess.run(["pip", "install", "http://203.0.113.9/pkg.tar.gz"])
# ruleid: remote-package-run
subprocess.run("pip install git+http://x.example/pkg.git", shell=True)
