"""Records a log of Inspect: `python -m tests.intake.recording.inspect_log OUT`, under `unshare -n`.

inspect_ai's own `eval` with its mockllm, its bash and text_editor tools and its local sandbox. The script is long
enough to become an attachment of the log.
"""

# mypy: disable-error-code="import-not-found"
# ruff: noqa: E402 - what is replaced must be so before it is imported
from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import tiktoken

from tests.intake.recording.turns import CONTENT, HARMLESS, JOB, RUN, WORK


class _Words:
    """Stands for an encoding that would be downloaded: it counts words."""

    def encode(self, text: str, **_: object) -> list[str]:
        return text.split()

    encode_ordinary = encode


tiktoken.get_encoding = tiktoken.encoding_for_model = lambda _: _Words()

from inspect_ai import Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput, get_model
from inspect_ai.solver import generate, use_tools
from inspect_ai.tool import bash, tool


@tool  # type: ignore[untyped-decorator]
def write_file() -> Any:
    """Give a tool that writes, for which Inspect's own editor needs a container."""

    async def execute(path: str, content: str) -> str:
        """Write a file.

        Args:
            path: Where.
            content: What.
        """
        Path(path).write_text(content, encoding="utf-8")
        return "written"

    return execute


def main(out: str) -> None:
    """Run the turns."""
    Path(WORK).mkdir(exist_ok=True)
    turns = (
        ("bash", {"cmd": HARMLESS}),
        ("write_file", {"path": JOB, "content": CONTENT + "# the loss is logged every epoch\n" * 8}),
        ("bash", {"cmd": RUN}),
    )
    outputs = [ModelOutput.for_tool_call("mockllm", name, given) for name, given in turns]
    model = get_model("mockllm/model", custom_outputs=[*outputs, ModelOutput.from_content("mockllm", "done")])
    solver = [use_tools(write_file(), bash(timeout=5)), generate()]
    task = Task(dataset=[Sample(id="s-1", input="go", target="x")], solver=solver, sandbox="local", name="recorded")
    with tempfile.TemporaryDirectory() as folder:
        (log,) = evaluate(task, model=model, log_dir=folder, display="none")
        shutil.copy(str(log.location).removeprefix("file://"), out)
    shutil.rmtree(WORK)


if __name__ == "__main__":
    main(sys.argv[1])
