"""ROCK's sandbox, against a server of our own that runs what it is sent; every way that leads into the sandbox."""

# mypy: ignore-errors

import asyncio
import json
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from harness import COMMAND, bash, example, report
from rock.actions import BashAction, Command, WriteFileRequest


class Admin(BaseHTTPRequestHandler):
    """Runs commands and writes files as ROCK's server does, here."""

    def do_POST(self):
        """Answer one request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        data = json.loads(body) if self.path.endswith(("execute", "session", "write_file")) else {}
        command = data.get("command", "true")
        text = bash(command if isinstance(command, str) else " ".join(command))
        if self.path.endswith("write_file"):
            Path(data["path"]).write_text(data["content"], encoding="utf-8")
        result = {"stdout": text, "output": text, "exit_code": 0, "session_type": "bash"}
        answer = json.dumps({"status": "Success", "result": result}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *words):
        """Say nothing."""


warnings.simplefilter("ignore")
server = ThreadingHTTPServer(("127.0.0.1", 0), Admin)
Thread(target=server.serve_forever, daemon=True).start()
sandbox = example("ROCK", url=f"http://127.0.0.1:{server.server_port}").sandbox
sandbox._sandbox_id = "one"
LOCAL, SCRIPT, UPLOADED = (str(Path(name).absolute()) for name in ("local.sh", "script.sh", "uploaded.sh"))


async def main():
    """Go every way."""
    Path(LOCAL).write_text(COMMAND, encoding="utf-8")
    said = [
        await sandbox.execute(Command(command=COMMAND)),
        await sandbox.execute(Command(command=["sh", "-c", COMMAND])),
        await sandbox.run_in_session(BashAction(command=COMMAND, session="s")),
        await sandbox.arun(COMMAND, session="s"),
        await sandbox.process.execute_script(COMMAND, cleanup=False, wait_timeout=6),
        await sandbox.write_file(WriteFileRequest(path=SCRIPT, content=COMMAND)),
        await sandbox.upload_by_path(LOCAL, UPLOADED, "direct"),
    ]
    said.append([Path(SCRIPT).exists() and "the script was written"])
    return said


report(5, asyncio.run(main()))
