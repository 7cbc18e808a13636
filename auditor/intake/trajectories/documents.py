"""Trajectories that are one JSON document: ATIF, SWE-agent, mini-swe-agent, Inspect samples.

Takes the decoded document, gives the calls in order.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

from auditor.intake.trajectories.calls import Call, arguments_of, mapping_of, mappings, text_of
from auditor.intake.trajectories.messages import calls_of_messages

Document = Mapping[str, object]
_MOST_NESTED = 8
_ATTACHMENT = "attachment://"


def atif(document: Document, trajectory: str, depth: int = 0) -> Iterator[Call]:
    """ATIF: `steps[].tool_calls[]`, without steps copied from another trajectory; subagents follow."""
    episode = text_of(document.get("trajectory_id")) or text_of(document.get("session_id")) or trajectory
    if depth:
        episode = f"{trajectory}/{text_of(document.get('trajectory_id')) or depth}"
    for number, step in enumerate(mappings(document.get("steps")), start=1):
        if step.get("is_copied_context") is True:
            continue
        given = step.get("step_id")
        at = given if isinstance(given, int) and not isinstance(given, bool) else number
        for index, call in enumerate(mappings(step.get("tool_calls"))):
            id_ = text_of(call.get("tool_call_id")) or f"{at}.{index}"
            name = text_of(call.get("function_name"))
            yield Call(episode, at, id_, name, arguments_of(call.get("arguments")), time=step.get("timestamp"))
    if depth < _MOST_NESTED:
        for nested in mappings(document.get("subagent_trajectories")):
            yield from atif(nested, episode, depth + 1)


def swe_agent(document: Document, trajectory: str) -> Iterator[Call]:
    """SWE-agent: `trajectory[].action`, a command line; its own editor is called like a program."""
    for number, step in enumerate(mappings(document.get("trajectory")), start=1):
        action = text_of(step.get("action")).strip()
        if not action:
            continue
        edit = _editor(action)
        if edit is not None:
            yield Call(trajectory, number, str(number), "str_replace_editor", edit)
        elif action.split(None, 1)[0] not in ("submit", "exit_cost", "exit_context", "exit_format", "exit_forfeit"):
            yield Call(trajectory, number, str(number), "bash", text=action, language="bash")


def mini_swe_agent(document: Document, trajectory: str) -> Iterator[Call]:
    """mini-swe-agent: `messages[].extra.actions[].command`; older files hold the command in a fence."""
    messages = document.get("messages")
    if not isinstance(messages, Sequence) or isinstance(messages, str):
        return
    has_actions = False
    for number, message in enumerate(messages, start=1):
        extra = mapping_of(mapping_of(message).get("extra"))
        for index, action in enumerate(mappings(extra.get("actions"))):
            has_actions = True
            id_ = text_of(action.get("tool_call_id")) or f"{number}.{index}"
            command = text_of(action.get("command"))
            yield Call(trajectory, number, id_, "bash", text=command, language="bash", time=extra.get("timestamp"))
    if not has_actions:
        yield from calls_of_messages(messages, trajectory)


def inspect_sample(sample: Document, trajectory: str) -> Iterator[Call]:
    """Inspect: the tool events of a sample, with their time; without any, the calls of its messages."""
    attachments = mapping_of(sample.get("attachments"))
    episode = f"{trajectory}/{sample.get('id', '')}/{sample.get('epoch', 1)}"
    number = 0
    for event in mappings(sample.get("events")):
        if event.get("event") != "tool":
            continue
        number += 1
        given = {name: _attached(value, attachments) for name, value in arguments_of(event.get("arguments")).items()}
        id_ = text_of(event.get("id")) or str(number)
        yield Call(episode, number, id_, text_of(event.get("function")), given, time=event.get("timestamp"))
    messages = sample.get("messages")
    if not number and isinstance(messages, Sequence) and not isinstance(messages, str):
        for call in calls_of_messages(messages, episode):
            given = {name: _attached(value, attachments) for name, value in call.arguments.items()}
            yield Call(call.trajectory, call.step, call.id, call.tool, given, call.text, call.language, call.time)


def inspect_log(document: Document, trajectory: str) -> Iterator[Call]:
    """Inspect's JSON log: every sample of it."""
    episode = text_of(mapping_of(document.get("eval")).get("run_id")) or trajectory
    for sample in mappings(document.get("samples")):
        yield from inspect_sample(sample, episode)


def _attached(value: object, attachments: Mapping[str, object]) -> object:
    if isinstance(value, str) and value.startswith(_ATTACHMENT):
        return attachments.get(value.removeprefix(_ATTACHMENT), value)
    return value


def _editor(action: str) -> dict[str, object] | None:
    """Read a call of SWE-agent's editor as arguments; None for any other command."""
    if not action.startswith("str_replace_editor "):
        return None
    try:
        words = shlex.split(action)
    except ValueError:
        return None
    named: dict[str, object] = dict(zip(("command", "path"), words[1:3], strict=False))
    rest = iter(words[3:])
    for word in rest:
        if word.startswith("--"):
            name, found, value = word[2:].partition("=")
            named[name] = value if found else next(rest, "")
    return named
