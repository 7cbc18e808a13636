"""A code agent of smolagents whose model writes code that runs one command, in two steps."""

# mypy: ignore-errors

from harness import COMMAND, example, report
from smolagents import Model
from smolagents.models import ChatMessage, MessageRole


class Fake(Model):
    """Writes the code in two steps, then is done."""

    steps = 0

    def generate(self, messages, **kwargs):
        """Answer one turn."""
        self.steps += 1
        step = f"target = {COMMAND!r}"
        if self.steps == 2:
            step = "import subprocess\nsubprocess.run(['sh', '-c', target])"
        if self.steps > 2:
            step = "final_answer('done')"
        return ChatMessage(role=MessageRole.ASSISTANT, content=f"Thought: go\n<code>\n{step}\n</code>")


agent = example("smolagents", model=Fake()).agent
agent.run("go", max_steps=4)
report(1, [step.error for step in agent.memory.steps if getattr(step, "error", None)])
