"""Serve the annotation tool, and give the annotators a public address."""

import re
import shutil
import subprocess
import sys
import threading

PORT = 7860
ADDRESS = re.compile(r"https://[-a-z0-9]+\.trycloudflare\.com")


def serve() -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-m", "annotator", "--port", str(PORT)])


def publish(port: int) -> str | None:
    binary = shutil.which("cloudflared") or "/usr/local/bin/cloudflared"
    process = subprocess.Popen(
        [binary, "tunnel", "--no-autoupdate", "--url", f"http://localhost:{port}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    for line in process.stdout:
        match = ADDRESS.search(line)
        if match:
            return match.group(0)
    return None


def main() -> None:
    server = serve()
    watcher = threading.Thread(target=server.wait, daemon=True)
    watcher.start()
    print("public address:", publish(PORT))
    watcher.join()


if __name__ == "__main__":
    main()
