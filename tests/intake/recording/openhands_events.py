"""Records the events of an OpenHands conversation: `PYTHON openhands.py OUT`, in an environment of its own.

Needs openhands-sdk and openhands-tools; its TestLLM answers from a list. Run it under `unshare -n`.
"""

# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from openhands.sdk import Agent, Conversation, Tool
from openhands.sdk.llm import Message, MessageToolCall, TextContent
from openhands.sdk.testing import TestLLM
from openhands.tools.file_editor import FileEditorTool
from openhands.tools.terminal import TerminalTool

from tests.intake.recording.turns import CONTENT, HARMLESS, JOB, RUN, WORK, written


def main(out: str) -> None:
    """Run the three turns and copy the events."""
    turns = (
        ("terminal", {"command": HARMLESS}),
        ("file_editor", {"command": "create", "path": JOB, "file_text": CONTENT}),
        ("terminal", {"command": RUN}),
        ("finish", {"message": "done"}),
    )
    messages = [
        Message(
            role="assistant",
            content=[TextContent(text="")],
            tool_calls=[MessageToolCall(id=f"call_{n}", name=name, arguments=written(given), origin="completion")],
        )
        for n, (name, given) in enumerate(turns, start=1)
    ]
    agent = Agent(
        llm=TestLLM.from_messages(messages), tools=[Tool(name=TerminalTool.name), Tool(name=FileEditorTool.name)]
    )
    Path(WORK).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        conversation = Conversation(agent=agent, workspace=WORK, persistence_dir=folder, visualizer=None)
        conversation.send_message("go")
        conversation.run()
        conversation.close()
        (events,) = Path(folder).glob("*/events")
        shutil.copytree(events, out)
    shutil.rmtree(WORK)


if __name__ == "__main__":
    main(sys.argv[1])
