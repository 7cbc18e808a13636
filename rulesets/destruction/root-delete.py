import shutil
import subprocess

# ok: root-delete
shutil.rmtree("build", ignore_errors=True)
# ok: root-delete
subprocess.run(["rm", "-rf", "/tmp/work"])
# ruleid: root-delete
subprocess.run(["rm", "-rf", "/"])
# ruleid: root-delete
subprocess.run("rm -rf /home/*/ /var/*", shell=True)
