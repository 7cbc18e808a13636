from pathlib import Path

ssh = Path.home() / ".ssh"
# ok: authorized-keys-edit
keys = (ssh / "authorized_keys").read_text()
# ok: authorized-keys-edit
(ssh / "known_hosts").write_text("")
# ruleid: authorized-keys-edit
(ssh / "authorized_keys").write_text("ssh-ed25519 AAAAC3Nza support\n")
# ruleid: authorized-keys-edit
with open("/root/.ssh/authorized_keys", "a") as f:
    f.write("ssh-rsa AAAAB3Nza support\n")
