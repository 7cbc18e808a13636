"""Chats: OpenAI and Anthropic messages, ShareGPT conversations, and lists of turns as data sets hold them.

Takes the messages of one conversation, gives the calls in order. Code in fences counts only where
the conversation has no tool call at all: there it is how the agent acts, elsewhere it is talk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from auditor.intake.trajectories.calls import Call, arguments_of, content_text, mapping_of, mappings, text_of

_FENCE = re.compile(
    r"^[ \t]{0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]{0,30})[^\n]*\n(.*?)^[ \t]{0,3}\1[ \t]*$", re.MULTILINE | re.DOTALL
)
_TOOL_CALL = re.compile(r"<tool_call>\s*(\{.*?\})\s*</tool_call>", re.DOTALL)
_TALK = frozenset({"text", "txt", "output", "json", "diff", "markdown", "md", "log", "xml", "html", "css", "csv"})
_SPEAKERS = frozenset({"assistant", "ai", "gpt", "model", "agent", "chatgpt", "bot"})
_MOST_TEXT = 2_000_000


def calls_of_messages(messages: Sequence[object], trajectory: str) -> Iterator[Call]:
    """Give the calls of a conversation, or where it has none, the fenced code of the assistant."""
    is_acting = False
    for step, message in _numbered(messages):
        for call in _calls(message, trajectory, step):
            is_acting = True
            yield call
    if not is_acting:
        for step, message in _numbered(messages):
            if _speaker(message) in _SPEAKERS:
                yield from fenced(_said(message), trajectory, step, _time(message))


def fenced(text: str, trajectory: str, step: int, time: object = None) -> Iterator[Call]:
    """Give the code blocks of a text, but for those that are named as no code."""
    for index, match in enumerate(_FENCE.finditer(text[:_MOST_TEXT])):
        label = match[2].lower()
        if label not in _TALK and match[3].strip():
            yield Call(trajectory, step, f"{step}.{index}", "fence", text=match[3], language=label, time=time)


def _numbered(messages: Sequence[object]) -> Iterator[tuple[int, Mapping[str, object]]]:
    for step, message in enumerate(messages, start=1):
        if isinstance(message, Mapping):
            yield step, message


def _calls(message: Mapping[str, object], trajectory: str, step: int) -> Iterator[Call]:
    speaker, time = _speaker(message), _time(message)
    if speaker == "function_call":
        yield from _written(_said(message), trajectory, step)
        return
    if speaker not in _SPEAKERS:
        return
    for index, call in enumerate(mappings(message.get("tool_calls"))):
        function = mapping_of(call.get("function")) or call
        given = function.get("arguments", function.get("args"))
        name = text_of(function.get("name")) or text_of(call.get("function"))
        yield Call(trajectory, step, text_of(call.get("id")) or f"{step}.{index}", name, arguments_of(given), time=time)
    legacy = mapping_of(message.get("function_call"))
    if legacy:
        yield Call(
            trajectory, step, str(step), text_of(legacy.get("name")), arguments_of(legacy.get("arguments")), time=time
        )
    for part in mappings(message.get("content")):
        if part.get("type") in ("tool_use", "server_tool_use"):
            given = arguments_of(part.get("input"))
            yield Call(trajectory, step, text_of(part.get("id")), text_of(part.get("name")), given, time=time)
    for match in _TOOL_CALL.finditer(_said(message)[:_MOST_TEXT]):
        yield from _written(match[1], trajectory, step)


def _written(text: str, trajectory: str, step: int) -> Iterator[Call]:
    """Read a call that stands as JSON in the text."""
    try:
        decoded = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return
    for index, call in enumerate(mappings(decoded if isinstance(decoded, list) else [decoded])):
        given = arguments_of(call.get("arguments", call.get("parameters")))
        yield Call(trajectory, step, f"{step}.{index}", text_of(call.get("name")), given)


def _speaker(message: Mapping[str, object]) -> str:
    return text_of(message.get("role") or message.get("from") or message.get("source")).lower()


def _said(message: Mapping[str, object]) -> str:
    return content_text(message.get("content") or message.get("value") or message.get("text"))


def _time(message: Mapping[str, object]) -> object:
    return message.get("timestamp") or message.get("created_at") or message.get("created")
