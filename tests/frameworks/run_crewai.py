"""A crew of CrewAI whose model asks for one command, in text and by a native tool call."""

# mypy: ignore-errors

import json

from crewai import Crew, Task
from crewai.llms.base_llm import BaseLLM
from harness import COMMAND, bash, example, report

said = []


class Fake(BaseLLM):
    """Asks for the command, then is done."""

    native: bool = False

    def call(self, messages, tools=None, *args, **kwargs):
        """Answer one turn."""
        text = json.dumps(messages, default=str)
        if "blocked" in text or "auditor:" in text or "nothing" in text:
            said.append(text)
            return "Thought: I now know the final answer\nFinal Answer: done"
        arguments = json.dumps({"command": COMMAND})
        if self.native:
            return [{"id": "1", "type": "function", "function": {"name": "bash", "arguments": arguments}}]
        return f"Thought: go\nAction: bash\nAction Input: {arguments}"

    def supports_function_calling(self):
        """Say whether tools are called natively."""
        return self.native


for native in (False, True):
    agent = example("CrewAI", model=Fake(model="fake", native=native), bash=bash).agent
    Crew(agents=[agent], tasks=[Task(description="go", expected_output="done", agent=agent)]).kickoff()
report(2, said)
