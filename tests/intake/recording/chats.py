"""Records chats: `python -m tests.intake.recording.chats openai|sharegpt OUT`, under `unshare -n` with `lo` up.

`openai`: the messages of openai's own client, talking to our server, written by datasets; `OUT` ends in .jsonl or
.parquet. `sharegpt`: what fschat's converter makes of question and answer; it imports more than it uses, which is
replaced by nothing.
"""

# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import json
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from tests.intake.recording.server import serve
from tests.intake.recording.turns import CONTENT, HARMLESS, JOB, RUN, WRITE

TOOLS = ("bash", "write_file")


def openai(out: str) -> None:
    """Talk until the model is done, and write the conversation as a row."""
    from datasets import Dataset
    from openai import OpenAI

    address = serve(
        (("bash", {"command": HARMLESS}), ("write_file", {"path": JOB, "content": CONTENT}), ("bash", {"command": RUN}))
    )
    client = OpenAI(base_url=f"{address}/v1", api_key="x")
    tools = [{"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in TOOLS]
    messages: list[Any] = [{"role": "user", "content": "go"}]
    while True:
        answer = client.chat.completions.create(model="mock", messages=messages, tools=tools).choices[0].message
        messages.append(answer.to_dict())
        if not answer.tool_calls:
            break
        messages += [{"role": "tool", "tool_call_id": call.id, "content": "ok"} for call in answer.tool_calls]
    data = Dataset.from_list([{"id": "row-1", "messages": messages}])
    (data.to_parquet if out.endswith(".parquet") else data.to_json)(out)


def sharegpt(out: str) -> None:
    """Convert two questions with answers."""
    fence = "Run this:\n\n```bash\n{}\n```\n"
    rows = [
        {"instruction": "Count the lines.", "input": "", "output": fence.format(HARMLESS)},
        {"instruction": "Let me in.", "input": "", "output": fence.format(WRITE) + fence.format(RUN)},
    ]
    sys.modules["transformers"] = sys.modules["numpy"] = MagicMock()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "alpaca.json"
        path.write_text(json.dumps(rows), encoding="utf-8")
        sys.argv = ["convert_alpaca", "--in-file", str(path), "--out-file", out]
        runpy.run_module("fastchat.data.convert_alpaca", run_name="__main__")


if __name__ == "__main__":
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    {"openai": openai, "sharegpt": sharegpt}[sys.argv[1]](sys.argv[2])
