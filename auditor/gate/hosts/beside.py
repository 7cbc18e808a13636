"""What a command gets besides its words: a directory, variables and a standard input, written into its command line.

Takes a command line and the arguments that stand beside it; gives a command line that does the same by itself.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.gate.calls import Unclear

ENVIRONMENTS = ("env", "envs", "environment", "env_vars", "environment_variables")
INPUTS = ("stdin", "stdin_data", "input_data", "input")
DIRECTORIES = ("cwd", "workdir", "working_directory", "working_dir", "workDir", "dir_path", "directory", "dir")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_FUNCTION = re.compile(r"BASH_FUNC_(.+)%%")
_MOST_VARIABLES = 1_000


def with_what_is_beside(command: str, arguments: Mapping[str, Any]) -> str:
    """Give a command with its directory, variables and standard input; raises Unclear for more than is looked at.

    They come before it in its first line, so that its lines keep their numbers.
    """
    place = next((arguments[name] for name in DIRECTORIES if isinstance(arguments.get(name), str)), "")
    exports = (f"cd -- {shlex.quote(place)}; " if place not in {"", "."} else "") + "".join(_exports(arguments))
    given = next((arguments[name] for name in INPUTS if isinstance(arguments.get(name), str) and arguments[name]), "")
    return f"{exports}printf %s {shlex.quote(given)} | {{ {command}\n}}" if given else exports + command


def _exports(arguments: Mapping[str, Any]) -> Iterator[str]:
    for name, value in _variables(arguments):
        function = _FUNCTION.fullmatch(name)
        if function is not None:  # how bash hands a function on
            yield f"{function[1]} {value}; export -f {shlex.quote(function[1])}; "
        elif _NAME.fullmatch(name):
            yield f"export {name}={shlex.quote(value)}; "


def _variables(arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ENVIRONMENTS:
        given = arguments.get(key)
        rows = list(given.items()) if isinstance(given, Mapping) else given if isinstance(given, list) else []
        if len(rows) > _MOST_VARIABLES:
            raise Unclear("the call sets too many variables")
        for row in rows:
            if isinstance(row, str):
                name, _, value = row.partition("=")
                yield name, value
            elif isinstance(row, tuple):
                yield str(row[0]), str(row[1])
            elif isinstance(row, Mapping) and "name" in row and "value" in row:
                yield str(row["name"]), str(row["value"])
