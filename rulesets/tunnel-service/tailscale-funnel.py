import subprocess

# ok: tailscale-funnel
subprocess.run(["tailscale", "funnel", "status"])
# ok: tailscale-funnel
subprocess.run(["tailscale", "ping", "gw"])
# ruleid: tailscale-funnel
subprocess.run(["tailscale", "funnel", "8080"])
# ruleid: tailscale-funnel
subprocess.Popen("tailscale funnel --bg 7860", shell=True)
