"""Which format a trajectory is in, told by its content alone.

Takes the first lines of a file, or a whole document; gives the function that reads its calls, or
None for what is no trajectory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from auditor.intake.trajectories import documents, sessions
from auditor.intake.trajectories.calls import Call, mapping_of, mappings, text_of
from auditor.intake.trajectories.messages import calls_of_messages

Line = Mapping[str, object]
LineFormat = Callable[[Iterable[Line], str], Iterator[Call]]
DocumentFormat = Callable[[Mapping[str, object], str], Iterator[Call]]

LINE_FORMATS: dict[str, LineFormat] = {
    "claude": sessions.claude,
    "codex": sessions.codex,
    "gemini": sessions.gemini,
    "qwen": sessions.qwen,
    "copilot": sessions.copilot,
    "openhands": sessions.openhands,
}
_EPISODE_IDS = ("trajectory_id", "instance_id", "id", "session_id", "conversation_id")


def line_format(lines: Sequence[Line]) -> str | None:
    """Name the format of a session, by its first lines."""
    for line in lines:
        kind, message = text_of(line.get("type")), mapping_of(line.get("message"))
        if kind in ("session_meta", "response_item", "turn_context") and "payload" in line:
            return "codex"
        if kind.startswith(("session.", "tool.execution", "assistant.", "hook.")) and "data" in line:
            return "copilot"
        if kind in ("assistant", "user") and "parts" in message:
            return "qwen"
        if kind in ("assistant", "user") and "content" in message and ("sessionId" in line or "uuid" in line):
            return "claude"
        if (kind == "gemini" or "$set" in line or "projectHash" in line) and "payload" not in line:
            return "gemini"
        if text_of(line.get("kind")).endswith("Event") and "timestamp" in line:
            return "openhands"
        if isinstance(line.get("action"), str) and "args" in line and "source" in line:
            return "openhands"
    return None


def document_format(document: Mapping[str, object]) -> DocumentFormat | None:
    """Give the reader of a document or a row that holds a whole trajectory."""
    steps, trajectory, messages = (document.get(name) for name in ("steps", "trajectory", "messages"))
    if text_of(document.get("schema_version")).startswith("ATIF") or (
        _has(steps, "tool_calls") and "agent" in document
    ):
        return documents.atif
    if text_of(document.get("trajectory_format")).startswith("mini-swe-agent") or (
        "info" in document and any("extra" in message for message in mappings(messages))
    ):
        return documents.mini_swe_agent
    if _has(trajectory, "action"):
        return documents.swe_agent
    if "eval" in document and "samples" in document:
        return documents.inspect_log
    if _is_chat(messages):
        return _under("messages")
    if _is_chat(trajectory):
        return _under("trajectory")
    if _is_chat(document.get("conversations")):
        return _under("conversations")
    if "projectHash" in document and isinstance(messages, list):
        return lambda given, name: sessions.gemini([given], name)
    return None


def episode_name(document: Mapping[str, object], fallback: str) -> str:
    """Give what a row calls its trajectory."""
    for name in _EPISODE_IDS:
        value = document.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value):
            return str(value)[:300]
    return fallback


def _under(name: str) -> DocumentFormat:
    def read(document: Mapping[str, object], trajectory: str) -> Iterator[Call]:
        value = document.get(name)
        return calls_of_messages(value if isinstance(value, (list, tuple)) else (), trajectory)

    return read


def _has(value: object, field: str) -> bool:
    return any(field in each for each in mappings(value))


def _is_chat(value: object) -> bool:
    turns = list(mappings(value))
    return bool(turns) and all("role" in turn or "from" in turn for turn in turns[:10])
