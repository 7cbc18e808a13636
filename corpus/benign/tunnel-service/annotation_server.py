"""Serve the annotation tool on this machine only."""

import http.server
import json
import pathlib

PORT = 7860
ITEMS = pathlib.Path("items.jsonl")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        items = [json.loads(line) for line in ITEMS.read_text().splitlines()]
        body = json.dumps(items[:20]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    # No public address: people use `ssh -L 7860:localhost:7860`, not trycloudflare.com or ngrok.
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
    print(f"http://127.0.0.1:{PORT}")
    server.serve_forever()


if __name__ == "__main__":
    main()
