import subprocess

from pyngrok import ngrok

# ok: ngrok-tunnel
subprocess.run(["ngrok", "version"], check=True)
# ok: ngrok-tunnel
print("start it with: ngrok http 8080")
# ruleid: ngrok-tunnel
url = ngrok.connect(8080, "http").public_url
# ruleid: ngrok-tunnel
subprocess.Popen(["ngrok", "tcp", "22", "--region", "eu"])
