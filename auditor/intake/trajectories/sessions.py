"""Sessions that a command-line agent logs line by line: Claude Code, Codex, Gemini, Qwen and Copilot.

Takes the decoded lines of one file in order, gives the calls. Lines of unknown kinds are passed
over, since these formats grow; a line's kind is told by its fields, not by its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from auditor.intake.trajectories.calls import Call, arguments_of, mapping_of, mappings, text_of

Line = Mapping[str, object]


def claude(lines: Iterable[Line], trajectory: str) -> Iterator[Call]:
    """Claude Code: `message.content[]` of type `tool_use` in lines of type `assistant`."""
    step = 0
    seen: set[str] = set()
    for line in lines:
        if line.get("type") != "assistant":
            continue
        step += 1
        episode = text_of(line.get("sessionId")) or trajectory
        if line.get("isSidechain") is True and text_of(line.get("agentId")):
            episode = f"{episode}/{line['agentId']}"
        for part in mappings(mapping_of(line.get("message")).get("content")):
            id_ = text_of(part.get("id"))
            if part.get("type") != "tool_use" or id_ in seen:
                continue  # a resumed session repeats what came before
            if id_:
                seen.add(id_)
            yield Call(
                episode,
                step,
                id_,
                text_of(part.get("name")),
                arguments_of(part.get("input")),
                time=line.get("timestamp"),
                directory=text_of(line.get("cwd")),
            )


def codex(lines: Iterable[Line], trajectory: str) -> Iterator[Call]:
    """Codex: `response_item` lines; `event_msg` repeats them."""
    step, directory = 0, ""
    for line in lines:
        payload = mapping_of(line.get("payload"))
        kind = text_of(payload.get("type"))
        if line.get("type") == "session_meta":
            trajectory = text_of(payload.get("id")) or trajectory
        if line.get("type") in ("session_meta", "turn_context"):
            directory = text_of(payload.get("cwd")) or directory
        if line.get("type") != "response_item":
            continue
        if kind in ("function_call", "custom_tool_call"):
            given = payload.get("arguments") if kind == "function_call" else payload.get("input")
            name, arguments = text_of(payload.get("name")), arguments_of(given)
        elif kind == "local_shell_call":
            name, arguments = "local_shell", mapping_of(payload.get("action"))
        else:
            continue
        step += 1
        where = text_of(arguments.get("workdir")) or directory
        id_ = text_of(payload.get("call_id")) or text_of(payload.get("id"))
        yield Call(trajectory, step, id_, name, arguments, time=line.get("timestamp"), directory=where)


def gemini(lines: Iterable[Line], trajectory: str) -> Iterator[Call]:
    """Gemini: `toolCalls[]`; a later line with the same `id` replaces an earlier one, so each call counts once."""
    step = 0
    seen: set[str] = set()
    for line in lines:
        trajectory = text_of(line.get("sessionId")) or trajectory
        patch = mapping_of(line.get("$set"))
        turns = [line, *mappings(line.get("messages")), *mappings(patch.get("messages"))]
        if patch.get("toolCalls"):
            turns.append(patch)
        for turn in turns:
            calls = list(mappings(turn.get("toolCalls")))
            step += bool(calls)
            for call in calls:
                id_ = text_of(call.get("id"))
                if id_ and id_ in seen:
                    continue
                seen.add(id_)
                time = call.get("timestamp") or turn.get("timestamp") or line.get("timestamp")
                yield Call(trajectory, step, id_, text_of(call.get("name")), arguments_of(call.get("args")), time=time)


def qwen(lines: Iterable[Line], trajectory: str) -> Iterator[Call]:
    """Qwen Code: `message.parts[].functionCall` in lines of type `assistant`."""
    step = 0
    for line in lines:
        if line.get("type") != "assistant":
            continue
        step += 1
        episode = text_of(line.get("sessionId")) or trajectory
        for part in mappings(mapping_of(line.get("message")).get("parts")):
            call = mapping_of(part.get("functionCall"))
            if call:
                name, given = text_of(call.get("name")), arguments_of(call.get("args"))
                where = text_of(line.get("cwd"))
                yield Call(
                    episode, step, text_of(call.get("id")), name, given, time=line.get("timestamp"), directory=where
                )


def copilot(lines: Iterable[Line], trajectory: str) -> Iterator[Call]:
    """Copilot: the data of `tool.execution_start` events."""
    step, directory = 0, ""
    for line in lines:
        data = mapping_of(line.get("data"))
        if line.get("type") == "session.start":
            trajectory = text_of(data.get("sessionId")) or trajectory
            directory = text_of(mapping_of(data.get("context")).get("cwd"))
        if line.get("type") != "tool.execution_start":
            continue
        step += 1
        name, given = text_of(data.get("toolName")), arguments_of(data.get("arguments"))
        id_ = text_of(data.get("toolCallId"))
        yield Call(trajectory, step, id_, name, given, time=line.get("timestamp"), directory=directory)


def openhands(lines: Iterable[Line], trajectory: str) -> Iterator[Call]:
    """OpenHands v1: events of kind `ActionEvent`; of v0, those whose `action` is a word with `args`."""
    for step, line in enumerate(lines, start=1):
        action = line.get("action")
        if line.get("kind") == "ActionEvent" and isinstance(action, Mapping):
            call = mapping_of(line.get("tool_call"))
            given = arguments_of(call.get("arguments") or mapping_of(call.get("function")).get("arguments"))
            name = text_of(line.get("tool_name")) or text_of(action.get("kind"))
            id_ = text_of(line.get("tool_call_id")) or text_of(line.get("id"))
            yield Call(trajectory, step, id_, name, {**given, **action}, time=line.get("timestamp"))
        elif isinstance(action, str) and isinstance(line.get("args"), Mapping) and line.get("source") == "agent":
            id_ = str(line.get("id", step))
            yield Call(trajectory, step, id_, action, mapping_of(line["args"]), time=line.get("timestamp"))
