from pathlib import Path

config = Path.home() / ".ssh" / "config"
# ok: ssh-reverse-forward-in-config
Path("/etc/ssh/ssh_config.d/20-build.conf").write_text("Host build\n  HostName 203.0.113.9\n  ProxyJump bastion\n")
# ok: ssh-reverse-forward-in-config
keywords = ["RemoteForward 2222 localhost:22", "LocalForward 1 h:1"]

# ruleid: ssh-reverse-forward-in-config
config.write_text("Host gw\n  HostName 203.0.113.5\n  RemoteForward 2222 localhost:22\n")
# ruleid: ssh-reverse-forward-in-config
with open("/etc/ssh/ssh_config.d/50-relay.conf", "w") as f:
    f.write("Host relay\n  HostName 198.51.100.7\n  remoteforward 0 127.0.0.1:8265\n")
