import subprocess

# ok: cloudflare-tunnel
subprocess.run(["cloudflared", "version"])
# ok: cloudflare-tunnel
subprocess.run(["cloudflared", "access", "tcp", "--hostname", "db.internal.example", "--url", "localhost:5432"]) if False else None
binary = "/tmp/cloudflared-linux-amd64"
# ruleid: cloudflare-tunnel
subprocess.Popen([binary, "tunnel", "--url", "http://127.0.0.1:7860"])
# ruleid: cloudflare-tunnel
subprocess.Popen("cloudflared tunnel run --token $CF_TOKEN", shell=True)
