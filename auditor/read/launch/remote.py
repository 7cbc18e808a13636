"""What a program's arguments hand to a shell, here or on another machine, and configuration that it reads.

Takes the normal form of a command, reads the shell texts as bash units and ssh configuration that
the script made as a unit of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from auditor.model.unit import Language
from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.containers import run_inside
from auditor.read.launch.escapes import commands_in
from auditor.read.launch.fed import commands_fed
from auditor.read.launch.identity import made_at
from auditor.read.launch.made import run_text
from auditor.read.launch.surroundings import for_code
from auditor.read.programs.normal import Normal
from auditor.read.values import EMPTY, Known, Unknown, Value, alternatives, known_text, words_of

_SSH_CONFIG_READERS = frozenset({"ssh", "autossh", "scp", "sftp", "rsync", "git", "ssh-copy-id", "sshuttle", "mosh"})
_OWN_CONFIG = ("~/.ssh/config", "/root/.ssh/config", "/etc/ssh/ssh_config")
_COMMAND_VARIABLES: Mapping[str, tuple[str, ...]] = {
    "git": ("GIT_SSH_COMMAND", "GIT_PROXY_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_EDITOR"),
    "rsync": ("RSYNC_RSH",),
}
"""Variables that hold shell text which a program runs."""


def run_handed(
    evaluation: Evaluation, program: str, arguments: Sequence[Value], normal: Normal, context: Context
) -> None:
    """Read everything that a command hands on."""
    argv = (Known("sh"),)
    run_inside(evaluation, program, normal.parsed, arguments, context)
    if normal.remote is not None:
        inner = for_code(context, stdin=context.stdin, elsewhere=True)
        run_text(evaluation, Language.BASH, normal.remote, inner, made_by=program, argv=argv)
    elif program == "ssh" and context.stdin is not None and _takes_stdin(normal, context.stdin):
        inner = for_code(context, stdin=EMPTY, elsewhere=True)
        run_text(evaluation, Language.BASH, context.stdin, inner, made_by="ssh stdin", argv=argv)
    fed = commands_fed(evaluation, program, arguments, context)
    for text in (*normal.commands, *commands_in(program, arguments), *fed):
        inner = for_code(context, stdin=context.stdin)
        inner = replace(inner, socket=normal.socket or context.socket)
        run_text(evaluation, Language.BASH, text, inner, made_by=program, argv=argv)
    for name in _COMMAND_VARIABLES.get(program, ()):
        if name in context.environment:
            inner = for_code(context, stdin=EMPTY)
            run_text(evaluation, Language.BASH, context.environment[name], inner, made_by=name, argv=argv)
    _read_configs(evaluation, program, normal, context)


def _read_configs(evaluation: Evaluation, program: str, normal: Normal, context: Context) -> None:
    if program not in _SSH_CONFIG_READERS and not normal.configs:
        return
    for path in normal.configs:
        if known_text(path) == "/dev/stdin" and context.stdin is not None:
            content: Value | None = context.stdin
        else:
            file = made_at(evaluation, str(words_of(path)[0]), context)
            content = file.content if file is not None else None
        if content is not None:
            run_text(evaluation, Language.SSH_CONFIG, content, for_code(context), made_by=f"{program} -F", argv=())
    if normal.configs:
        return
    for name in _OWN_CONFIG:
        own = evaluation.files.table.get(name)
        if own is not None and not isinstance(own.content, Unknown):
            run_text(evaluation, Language.SSH_CONFIG, own.content, for_code(context), made_by=name, argv=())


def _takes_stdin(normal: Normal, stdin: Value) -> bool:
    """Whether a shell on the other side reads what this ssh is fed."""
    parsed = normal.parsed
    is_code = all(not isinstance(single, Unknown) for single in alternatives(stdin)) and known_text(stdin) != ""
    has_host = parsed is not None and bool(parsed.operands) and not parsed.has("-N", "-n", "-W")
    return is_code and has_host and not any(known_text(path) == "/dev/stdin" for path in normal.configs)
