"""The surroundings that a program start changes: environment variables that mean something, and code's own context.

Takes the context of a start, gives the context of what is started. A variable that changes what
programs do is an effect of its own, since the matcher does not see prefixes (`LD_PRELOAD=x ls`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation
from auditor.read.programs.pieces import drop, head_of
from auditor.read.values import Unknown, Value, alternatives

TELLING = frozenset(
    """LD_PRELOAD LD_AUDIT LD_LIBRARY_PATH DYLD_INSERT_LIBRARIES CUDA_VISIBLE_DEVICES NVIDIA_VISIBLE_DEVICES
    HIP_VISIBLE_DEVICES ROCR_VISIBLE_DEVICES GIT_SSH GIT_SSH_COMMAND GIT_PROXY_COMMAND RSYNC_RSH CVS_RSH BASH_ENV
    PROMPT_COMMAND SSH_ASKPASS SSH_ASKPASS_REQUIRE HISTFILE PYTHONSTARTUP PERL5OPT NODE_OPTIONS RUBYOPT
    ALL_PROXY HTTPS_PROXY HTTP_PROXY all_proxy https_proxy http_proxy NGROK_AUTHTOKEN TUNNEL_TOKEN""".split()
)
"""Variables that make a program start another, load code, or reach what it would not."""
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*(?:%%)?)=")


def assignment_of(word: Value) -> tuple[str, Value] | None:
    """Give name and value where a word is `NAME=VALUE`."""
    found = _ASSIGNMENT.match(head_of(word))
    return (found[1], drop(word, found.end())) if found else None


def take_assignments(words: Sequence[Value]) -> tuple[dict[str, Value], tuple[Value, ...]]:
    """Split leading `NAME=VALUE` words from a command."""
    given: dict[str, Value] = {}
    for index, word in enumerate(words):
        pair = assignment_of(word)
        if pair is None:
            return given, tuple(words[index:])
        given[pair[0]] = pair[1]
    return given, ()


def with_variables(
    evaluation: Evaluation, context: Context, given: Mapping[str, Value], *, clears: bool = False
) -> Context:
    """Give the context with variables set for the child, and record those that mean something."""
    record_variables(evaluation, given, context)
    return replace(context, environment={**({} if clears else context.environment), **given})


def record_variables(evaluation: Evaluation, given: Mapping[str, Value], context: Context) -> None:
    """Record the variables given to a program that change what it does (`TELLING`)."""
    for name in sorted(TELLING & given.keys()):
        if name.lower().endswith("_proxy") and not head_of(given[name]).startswith("socks"):
            continue
        evaluation.emit("env.set", name, given[name], place=context.place)
        if name in ("LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES"):
            load_library(evaluation, given[name], context)


def load_library(evaluation: Evaluation, path: Value, context: Context) -> None:
    """Say that a library is code that was fetched, where the script fetched it."""
    file = evaluation.files.find(path, context.directory)
    for single in alternatives(file.content) if file is not None else ():
        if isinstance(single, Unknown) and single.hole.source is Source.NETWORK:
            evaluation.unresolved(Language.BINARY, single.hole, context.place)


def for_code(context: Context, *, stdin: Value | None = None, elsewhere: bool = False) -> Context:
    """Give the context of code that a program runs: no pipeline stage; on another machine nothing is inherited."""
    return replace(
        context,
        is_stage=False,
        stdin=stdin,
        environment={} if elsewhere else context.environment,
        directory=None if elsewhere else context.directory,
        socket=None if elsewhere else context.socket,
    )
