"""An agent whose model writes code that would run one command; prints what ran and what the model was told."""

# ruff: noqa: ANN001, ANN003, ANN201
# mypy: ignore-errors

import json
import sys

from smolagents import CodeAgent, Model, Tool
from smolagents.local_python_executor import LocalPythonExecutor
from smolagents.models import ChatMessage, MessageRole

from auditor.gate.frameworks.smolagents import executor

ran: list[str] = []


class Note(Tool):
    """Says that the step ran."""

    name = "note"
    description = "notes"
    inputs = {"text": {"type": "string", "description": "text"}}  # noqa: RUF012
    output_type = "string"

    def forward(self, text: str) -> str:
        """Note it."""
        ran.append(text)
        return text


class Fake(Model):
    """Writes the code in two steps, then is done."""

    steps = 0

    def generate(self, messages, **kwargs):
        """Answer one turn."""
        self.steps += 1
        step = f"target = {sys.argv[1]!r}"
        if self.steps == 2:
            step = "note('ran')\nimport subprocess\nsubprocess.run(target, shell=True)"
        if self.steps > 2:
            step = "final_answer('done')"
        return ChatMessage(role=MessageRole.ASSISTANT, content=f"Thought: go\n<code>\n{step}\n</code>")


inner = LocalPythonExecutor(["subprocess"])
agent = CodeAgent(tools=[Note()], model=Fake(), executor=executor(inner), max_steps=4, verbosity_level=0)
agent.run("go")
said = [str(step.error) for step in agent.memory.steps if getattr(step, "error", None)]
print(json.dumps({"ran": len(ran), "of": 1, "said": said}))
