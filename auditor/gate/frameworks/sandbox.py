"""Any sandbox behind the gate: what runs in it or is written into it is judged first, the rest passes through.

Takes an object with the methods that sandboxes have (`run`, `execute`, `run_in_session`, `run_code`,
`write_file`, …), gives one that looks the same and raises `Denied` where the gate does not allow a call.
What the inner object does by itself, without being asked through this one, is not seen.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import inspect
import shlex
from collections.abc import Callable, Mapping
from typing import Any, Self

from auditor.gate.guarding import Denied, Gate, opened

_RUNS = frozenset(
    "execute exec run arun run_command run_in_session execute_command run_code execute_code send_keys perform "
    "run_once run_background execute_script run_nohup_and_wait start_nohup_process execute_code_blocks code_run "
    "execute_session_command send_stdin write_stdin send_input".split()
)
_WRITES = frozenset("write_file write write_files write_file_by_path upload_content put_file replace_contents".split())
_MAKES = frozenset("create attach session files_with_identity".split())
"""Methods that give a further object with which things are run or written."""
_PARTS = frozenset("commands files codes isolation process fs sandbox".split())
_COMMANDS = ("command", "cmd", "commands", "script_content", "script", "keys", "argument_0")
_INPUTS = ("input", "stdin", "stdin_data", "input_data")
_CONTENTS = ("content", "data", "text", "contents", "new_content", "argument_1")
_PATHS = ("path", "file_path", "target_path", "filename", "argument_0")
_ENVIRONMENTS = ("env", "envs")
_BESIDE = frozenset(
    "cwd working_directory working_dir workdir env envs input stdin stdin_data input_data user language".split()
)
"""Arguments that are no command themselves."""
_BEYOND = "arguments beyond the named ones"
_DIRECTORIES = ("cwd", "working_directory", "working_dir", "workdir")


class AuditedSandbox:
    """Stands before a sandbox: what runs or writes is judged first, the rest passes through.

    Methods are told by their names, further ones by `methods`. Nested parts (`sandbox.commands`,
    `sandbox.files`) are guarded too, further ones by `parts`. `language` is that of code without one.
    """

    def __init__(
        self,
        inner: Any,  # noqa: ANN401  (any sandbox)
        gate: Gate | None = None,
        *,
        methods: tuple[str, ...] = (),
        parts: tuple[str, ...] = (),
        language: str = "python",
    ) -> None:
        self._inner = inner
        self._gate = gate or Gate(session=f"sandbox {id(inner):x}")
        self._methods = frozenset(methods)
        self._parts = _PARTS | frozenset(parts)
        self._language = language

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (as the inner one)
        value = getattr(self._inner, name)
        if name in self._parts and not inspect.isroutine(value):
            return self._like(value, "bash" if name == "isolation" else self._language)
        if not callable(value):
            return value
        if name in _RUNS | _WRITES | self._methods:
            return _judged(value, functools.partial(_check, self._gate, value, name, self._language))
        if name == "set_env":
            return _judged(value, functools.partial(_check_variable, self._gate, value))
        if name in _MAKES:
            return _judged(value, lambda *_: None, self._like)
        return value

    def _like(self, inner: Any, language: str = "") -> Any:  # noqa: ANN401
        """Guard what belongs to this sandbox in the same way."""
        if inner is None or isinstance(inner, str | bytes | int | float):
            return inner
        return type(self)(
            inner, self._gate, methods=tuple(self._methods), parts=tuple(self._parts),
            language=language or self._language,
        )  # fmt: skip

    def __enter__(self) -> Self:
        entered = self._inner.__enter__()
        return self if entered is self._inner else self._like(entered)

    def __exit__(self, *error: object) -> Any:  # noqa: ANN401
        return self._inner.__exit__(*error)

    async def __aenter__(self) -> Self:
        entered = await self._inner.__aenter__()
        return self if entered is self._inner else self._like(entered)

    async def __aexit__(self, *error: object) -> Any:  # noqa: ANN401
        return await self._inner.__aexit__(*error)


def _judged(
    method: Callable[..., Any],
    check: Callable[[tuple[Any, ...], dict[str, Any]], None],
    wrap: Callable[[Any], Any] = lambda value: value,
) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def judged_async(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            await asyncio.to_thread(check, args, kwargs)
            return wrap(await method(*args, **kwargs))

        return judged_async

    @functools.wraps(method)
    def judged(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        check(args, kwargs)
        return wrap(method(*args, **kwargs))

    return judged


def _check(
    gate: Gate, method: Callable[..., Any], name: str, language: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:  # fmt: skip
    try:
        found = _arguments(method, args, kwargs)
        asking = dataclasses.replace(gate, directory=_directory(found) or gate.directory)
        tool, asked = _writing(found) if name in _WRITES else _running(found, language)
        judgement = asking.judge(tool, asked)
    except Exception as error:  # the boundary: a guard that fails must not let the call run
        raise Denied(f"auditor: no verdict was reached ({type(error).__name__})") from error
    if not judgement.is_allowed:
        raise Denied(judgement.reason)


def _check_variable(gate: Gate, method: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Judge a variable that later commands will have, as an export in their shell."""
    found = list(_arguments(method, args, kwargs).values())
    judgement = gate.judge_command(f"export {found[0]}={shlex.quote(str(found[1]))}")
    if not judgement.is_allowed:
        raise Denied(judgement.reason)


def _running(found: Mapping[str, Any], language: str) -> tuple[str, dict[str, Any]]:
    """Give the call of something that runs, as the gate reads it."""
    if isinstance(found.get("code"), str):
        chosen = found.get("language")
        language = chosen if isinstance(chosen, str) else language
        return "run_code", {"code": found["code"], "language": language, "further": _further(found)}
    if "code_blocks" in found:
        return "run_code", {"operations": found["code_blocks"], "further": _further(found)}
    name = next((name for name in _COMMANDS if name in found), "")
    if not name:
        # nothing tells which it is that runs
        texts = [_text(value) for name, value in found.items() if name not in _BESIDE and isinstance(value, str | list)]
        return "bash", {"commands": texts, **_beside(found), "further": _further(found)}
    command = found[name]
    rest = [found[each] for each in found if each.startswith("argument_") and each != "argument_0"]  # in their order
    if rest and isinstance(command, str):
        command = [command, *rest]  # exec("ssh", "-N", …)
    texts = [_text(command)]
    if name == "commands" and isinstance(command, list):
        texts += map(_text, command)  # one argv, or several command lines
    if _BEYOND in found:
        texts.append(_text(found[_BEYOND]))
    return "bash", {"commands": texts, **_beside(found), "further": _further(found)}


def _beside(found: Mapping[str, Any]) -> dict[str, Any]:
    """Give the variables and the standard input that a command gets."""
    return {name: found[name] for name in (*_ENVIRONMENTS, *_INPUTS) if name in found}


def _further(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the arguments that stayed whole: what they hold may run as well."""
    return [value for name, value in found.items() if name not in _BESIDE and isinstance(value, dict)]


def _text(command: object) -> str:
    return shlex.join(map(str, command)) if isinstance(command, list | tuple) and command else str(command)


def _writing(found: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Give the call of something that writes, as the gate reads it."""
    entries = found.get("entries")
    if isinstance(entries, list):
        return "write_file", {"operations": [_entry(each) for each in entries if isinstance(each, dict)]}
    return "write_file", _entry(found)


def _entry(found: Mapping[str, Any]) -> dict[str, Any]:
    path = next((str(found[name]) for name in _PATHS if name in found), "")
    old, new = found.get("old_content"), found.get("new_content")
    if isinstance(old, str) and isinstance(new, str):
        return {"path": path, "old_string": old, "new_string": new}
    content = next((found[name] for name in _CONTENTS if isinstance(found.get(name), str)), None)
    return {"path": path} if content is None else {"path": path, "content": content}


def _directory(found: Mapping[str, Any]) -> str:
    given = next((found[name] for name in _DIRECTORIES if isinstance(found.get(name), str)), "")
    return given if given.startswith("/") else ""


def _arguments(method: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Give a call's arguments by name; an object (`Command(command=…)`) is opened."""
    try:
        bound = dict(inspect.signature(method).bind(*args, **kwargs).arguments)
    except (TypeError, ValueError):
        bound = {f"argument_{number}": value for number, value in enumerate(args)} | kwargs
    for key in ("args", "argv", "kwargs"):
        value = bound.get(key)
        if isinstance(value, tuple):
            del bound[key]
            before = [each for name, each in bound.items() if name not in _BESIDE and isinstance(each, str)]
            bound |= {f"argument_{number}": each for number, each in enumerate([*before, *value])}
            bound |= {_BEYOND: value} if before and value else {}  # what is before may be no part of the command
        elif isinstance(value, dict):
            del bound[key]
            bound |= value
    return opened(bound)
