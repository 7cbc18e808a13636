"""verl's tools and the tool call of its agent loop, without torch and Ray: both kinds of tool run one command."""

# mypy: ignore-errors

import asyncio
import json
import logging
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace

import harness
import lifted

ROOT = Path(find_spec("verl").submodule_search_locations[0])
LOOP = lifted.parsed(ROOT / "experimental" / "agent_loop" / "tool_agent_loop.py")

for name in ("verl", "verl.utils"):  # what these packages import is not here
    package = ModuleType(name)
    package.__path__ = [str(ROOT.joinpath(*name.split(".")[1:]))]
    sys.modules[name] = package
tracing = ModuleType("verl.utils.rollout_trace")
tracing.rollout_trace_op = lambda function: function
sys.modules[tracing.__name__] = tracing

from verl.tools.function_tool import FunctionTool, get_function_tool, normalize_function_tool_return  # noqa: E402
from verl.tools.schemas import OpenAIFunctionToolSchema, ToolResponse  # noqa: E402

page = harness.example("verl", bash=harness.bash)
parameters = {"type": "object", "properties": {"command": {"type": "string"}}, "required": ["command"]}
schema = {"type": "function", "function": {"name": "bash", "description": "Runs.", "parameters": parameters}}
native = page.BashTool({}, OpenAIFunctionToolSchema.model_validate(schema))
function = get_function_tool("shell")
assert isinstance(native, page.BaseTool)
assert function.tool_schema.function.parameters.required == ["command"]

call_tool = lifted.function(
    LOOP,
    "_call_tool",
    {
        "json": json,
        "logger": logging.getLogger("verl"),
        "FunctionTool": FunctionTool,
        "ToolResponse": ToolResponse,
        "normalize_function_tool_return": normalize_function_tool_return,
    },
)
tools = {"bash": native, "shell": function}
loop = SimpleNamespace(tools=tools, max_tool_response_length=10_000, tool_response_truncate_side="left")
data = SimpleNamespace(request_id="trajectory")
said, rewards = [], {}
for name in tools:
    call = SimpleNamespace(name=name, arguments=json.dumps({"command": harness.COMMAND}), tool_call_id="1")
    response, rewards[name], _ = asyncio.run(call_tool(loop, call, {}, data))
    said.append(response.text)
assert rewards == {"bash": -1.0 if "auditor: " in said[0] else 0.0, "shell": 0.0}
harness.report(len(tools), said)
