"""An agent of AG2 whose model asks for one command."""

# mypy: ignore-errors

import asyncio
import json

from ag2.events import ToolCallEvent, ToolResultsEvent
from ag2.testing import TestConfig, TrackingConfig
from harness import COMMAND, bash, example, report

model = TrackingConfig(TestConfig(ToolCallEvent("bash", arguments=json.dumps({"command": COMMAND})), "done"))
asyncio.run(example("AG2", model=model, bash=bash).agent.ask("go"))
results = [
    result for call in model.mock.call_args_list for event in call.args if isinstance(event, ToolResultsEvent)
    for result in event.results
]  # fmt: skip
report(1, [part.content for result in results for part in result.result.parts])
