"""An agent of OpenHands whose model asks for one command."""

# mypy: ignore-errors

import json

import harness
from openhands.sdk import Conversation, Message, TextContent
from openhands.sdk.event import AgentErrorEvent, ObservationEvent
from openhands.sdk.llm import MessageToolCall
from openhands.sdk.testing import TestLLM
from openhands.sdk.tool import Action, Observation, ToolDefinition, ToolExecutor


class BashAction(Action):
    """A command."""

    command: str


class BashObservation(Observation):
    """What it printed."""


class BashExecutor(ToolExecutor):
    """Runs a command."""

    def __call__(self, action, conversation=None):
        """Run it."""
        return BashObservation.from_text(harness.bash(action.command))


class BashTool(ToolDefinition[BashAction, BashObservation]):
    """Runs commands."""

    @classmethod
    def create(cls, conv_state=None, **params):
        """Make it."""
        return [
            cls(
                description="Run a command.",
                action_type=BashAction,
                observation_type=BashObservation,
                executor=BashExecutor(),
            )
        ]


call = MessageToolCall(id="1", name="bash", arguments=json.dumps({"command": harness.COMMAND}), origin="completion")
turns = [
    Message(role="assistant", content=[TextContent(text="")], tool_calls=[call]),
    Message(role="assistant", content=[TextContent(text="done")]),
]
page = harness.example("OpenHands", model=TestLLM.from_messages(turns), BashTool=BashTool)
conversation = Conversation(agent=page.agent, workspace=".", visualizer=None)
conversation.send_message("go")
conversation.run()
events = list(conversation.state.events)
said = [each.error for each in events if isinstance(each, AgentErrorEvent)]
said += [each.observation.text for each in events if isinstance(each, ObservationEvent)]
harness.report(1, said)
