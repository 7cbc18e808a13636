import subprocess

# ok: editor-tunnel
subprocess.run(["code", "."])
# ok: editor-tunnel
subprocess.run(["devtunnel", "list"])
# ruleid: editor-tunnel
subprocess.Popen(["code", "tunnel", "--accept-server-license-terms"])
# ruleid: editor-tunnel
subprocess.Popen("devtunnel host -p 3000", shell=True)
