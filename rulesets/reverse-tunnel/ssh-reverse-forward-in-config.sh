#!/bin/bash
mkdir -p ~/.ssh
# ok: ssh-reverse-forward-in-config
printf 'Host build\n  HostName 203.0.113.9\n  User ci\n  IdentityFile ~/.ssh/ci\n' >> ~/.ssh/config
# ok: ssh-reverse-forward-in-config
echo 'RemoteForward opens a port on the far side' >> docs/ssh.md

# ruleid: ssh-reverse-forward-in-config
printf 'Host gw\n  HostName 203.0.113.5\n  RemoteForward 2222 localhost:22\n' >> ~/.ssh/config
# ruleid: ssh-reverse-forward-in-config
cat > /etc/ssh/ssh_config.d/50-site.conf <<'EOF'
Host *
    Tunnel point-to-point
EOF
# ruleid: ssh-reverse-forward-in-config
ssh -N gw
