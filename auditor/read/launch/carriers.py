"""Wrappers whose arguments need more than a grammar: what they start depends on input, marks or placement.

Each takes the evaluation, the arguments and the context, and gives what is started, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.multiplexers import screen, tmux
from auditor.read.launch.namespaces import nsenter
from auditor.read.launch.projects import uv
from auditor.read.launch.searches import find
from auditor.read.launch.submits import as_one_line, srun
from auditor.read.launch.surroundings import take_assignments, with_variables
from auditor.read.launch.words import put, split_words
from auditor.read.launch.wrappers import Peeled, peel_parsed
from auditor.read.launch.xargs import parallel, xargs
from auditor.read.programs.grammar import grammar_of, parse
from auditor.read.programs.pieces import drop, head_of
from auditor.read.values import Known, Value, known_text, unknown

Arguments = tuple[Value, ...]
Carrier = Callable[[Evaluation, Arguments, Context], Peeled | None]
_ARCHITECTURE = re.compile(
    r"x86_64|i[3-6]86|aarch64|arm\w*|linux(?:32|64)?|uname26|ppc\w*|s390x?|sparc\w*|mips\w*|athlon|amd64"
)


def env(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`env [-i] [-u NAME] [-S TEXT] [NAME=VALUE…] COMMAND`."""
    words = list(arguments)
    clears = False
    dropped: list[str] = []
    directory = context.directory
    for _ in range(len(arguments) + 64):
        head = head_of(words[0]) if words else ""
        if not head.startswith("-") or head == "--":
            words = words[1:] if head == "--" else words
            break
        word = words.pop(0)
        if head in {"-", "-i", "--ignore-environment"}:
            clears = True
        elif head in {"-u", "--unset", "-C", "--chdir", "-P"} and words:
            value = known_text(words.pop(0)) or ""
            dropped += [value] if head in {"-u", "--unset"} else []
            directory = value if head in {"-C", "--chdir"} and value else directory
        elif head.startswith("--unset="):
            dropped.append(head[8:])
        else:
            text = _split_text(word, head, words)
            if text is not None:
                words = [*(_filled(context, each) for each in split_words(text)), *words]
            clears = clears or (head.startswith("-i") and not head.startswith("--"))
    given, command = take_assignments(words)
    if not command:
        return None
    kept = {name: value for name, value in context.environment.items() if name not in dropped}
    inner = replace(context, environment=kept, directory=directory)
    return Peeled(with_variables(evaluation, inner, given, clears=clears), (command,))


def _filled(context: Context, word: Value) -> Value:
    """Put the environment's variables into a word of `env -S`, which knows `${NAME}` only."""
    for name in dict.fromkeys(re.findall(r"\$\{([A-Za-z_]\w*)\}", known_text(word) or "")):
        word = put(word, "${" + name + "}", context.environment.get(name, unknown(Source.ENVIRONMENT)))
    return word


def _split_text(word: Value, head: str, words: list[Value]) -> Value | None:
    """Give the text of `env -S`, which is split into words; it may stand in a bundle (`-iS`) or after a sign."""
    if head.startswith("--split-string"):
        return drop(word, 15) if head.startswith("--split-string=") else (words.pop(0) if words else None)
    found = re.match(r"-[a-zA-Z0]*?S", head) if not head.startswith("--") else None
    if found is None:
        return None
    rest = drop(word, found.end())
    return rest if known_text(rest) != "" else (words.pop(0) if words else None)


def command(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`command [-p] NAME…`; with -v or -V it only looks up."""
    words = list(arguments)
    while words and head_of(words[0]).startswith("-"):
        head = head_of(words.pop(0))
        if head != "--" and re.search("[vV]", head):
            return None
    return Peeled(context, (tuple(words),)) if words else None


def exec_(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`exec [-cl] [-a NAME] COMMAND`: another name in the process list is worth telling."""
    words = list(arguments)
    clears = False
    while words and head_of(words[0]).startswith("-"):
        word = words.pop(0)
        head = head_of(word)
        if head == "--":
            break
        clears = clears or "c" in head.partition("a")[0]
        if "a" in head:
            rest = drop(word, head.index("a") + 1)
            shown = rest if known_text(rest) != "" else (words.pop(0) if words else Known(""))
            evaluation.emit("process.hide", "argv0", shown, place=context.place)
    return Peeled(with_variables(evaluation, context, {}, clears=clears), (tuple(words),)) if words else None


def loader(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`ld-linux-x86-64.so.2 [--library-path DIR] PROGRAM…`."""
    words = list(arguments)
    while words and head_of(words[0]).startswith("--"):
        head = head_of(words.pop(0))
        if head in {"--list", "--verify", "--help", "--list-tunables"}:
            return None
        if head in {"--library-path", "--preload", "--argv0", "--audit", "--inhibit-rpath", "--glibc-hwcaps-prepend"}:
            words = words[1:]
    return Peeled(context, (tuple(words),)) if words else None


def start_stop_daemon(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`start-stop-daemon --start --exec PROGRAM -- ARGUMENTS`."""
    program: Value | None = None
    is_started = False
    rest: Arguments = ()
    for index, word in enumerate(arguments):
        head = head_of(word)
        if head == "--":
            rest = arguments[index + 1 :]
            break
        is_started = is_started or head in {"--start", "-S"} or bool(re.fullmatch(r"-[a-zA-Z]*S[a-zA-Z]*", head))
        following = arguments[index + 1] if index + 1 < len(arguments) else None
        if head.startswith(("--exec=", "--startas=")):
            program = drop(word, head.index("=") + 1)
        elif following is not None and re.fullmatch(r"--exec|--startas|-[a-zA-Z]*[xa]", head):
            program = following if program is None or head in {"--startas", "-a"} else program
    return Peeled(context, ((program, *rest),)) if is_started and program is not None else None


def gdb(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`gdb --args COMMAND…`; gdb's own `shell` commands are shell text."""
    codes = []
    for index, word in enumerate(arguments):
        text = known_text(word)
        if text in {"--args", "-args"} and arguments[index + 1 :]:
            return Peeled(context, (arguments[index + 1 :],))
        found = re.match(r"(?:-ex=?|--ex=)?(?:shell|!)\s*(.+)", text or "")
        if found:
            codes.append(Known(found[1]))
    return Peeled(context, codes=tuple(codes)) if codes else None


def setarch(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`setarch [ARCH] [-R…] COMMAND`: the architecture may be left out."""
    words = list(arguments)
    if words and _ARCHITECTURE.fullmatch(known_text(words[0]) or ""):
        words = words[1:]
    while words and head_of(words[0]).startswith("-"):
        words = words[1:]
    return Peeled(context, (tuple(words),)) if words else None


def bwrap(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`bwrap OPTIONS COMMAND`: options take none, one or two values."""
    index = 0
    while index < len(arguments) and head_of(arguments[index]).startswith("-"):
        head = head_of(arguments[index])
        if head == "--":
            index += 1
            break
        index += 1 + _BWRAP.get(head, 0)
    return Peeled(context, (arguments[index:],)) if arguments[index:] else None


_BWRAP = {
    **dict.fromkeys(
        ("--bind", "--bind-try", "--dev-bind", "--dev-bind-try", "--ro-bind", "--ro-bind-try", "--symlink"), 2
    ),
    **dict.fromkeys(("--setenv", "--file", "--bind-data", "--ro-bind-data", "--chmod", "--bind-fd", "--ro-bind-fd"), 2),
    **dict.fromkeys(
        ("--proc", "--dev", "--tmpfs", "--dir", "--chdir", "--unsetenv", "--hostname", "--uid", "--gid"), 1
    ),
    **dict.fromkeys(
        ("--seccomp", "--args", "--cap-add", "--cap-drop", "--lock-file", "--sync-fd", "--perms", "--argv0"), 1
    ),
}


def sudo(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`sudo [-u USER] COMMAND`; with -i or -s alone it starts a shell, which reads what it is given."""
    grammar = grammar_of("sudo")
    if grammar is None:
        return None
    parsed = parse(grammar, arguments)
    peeled = peel_parsed(evaluation, parsed, context)
    if peeled is not None or parsed.has("-l", "-v", "-K", "-e", "-V") or not parsed.has("-i", "-s"):
        return peeled
    return Peeled(context, ((Known("bash"),),))


def su(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`su [-] [USER] -c TEXT`; without -c it starts a shell, which reads what it is given."""
    grammar = grammar_of("su")
    if grammar is None:
        return None
    parsed = parse(grammar, arguments)
    peeled = peel_parsed(evaluation, parsed, context)
    if peeled is not None:
        return peeled
    return Peeled(context, ((Known("bash"),),)) if context.stdin is not None else None


def runuser(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`runuser -u USER COMMAND`, or as su."""
    grammar = grammar_of("runuser")
    if grammar is None:
        return None
    parsed = parse(grammar, arguments)
    if parsed.has("-u") or parsed.has("-c"):
        return peel_parsed(evaluation, parsed, context)
    return su(evaluation, arguments, context)


def after_joined_options(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """A wrapper whose options are all joined, before `--` or the command (`firejail --net=none CMD`)."""
    words = list(arguments)
    while words and head_of(words[0]).startswith("-"):
        if head_of(words.pop(0)) == "--":
            break
    return Peeled(context, (tuple(words),)) if words else None


def expect(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`expect -c 'spawn COMMAND…'`: what it spawns; the rest of its language only types."""
    texts = [known_text(word) or "" for word in arguments]
    codes = []
    for text in texts:
        codes += [
            Known(found[1].strip()) for found in re.finditer(r"(?:^|[;\n{])\s*spawn\s+(?:-noecho\s+)?([^;\n}]+)", text)
        ]
    return Peeled(context, codes=tuple(codes)) if codes else None


def nix(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`nix develop|shell … -c COMMAND ARGUMENTS`: everything after -c is the command."""
    for index, word in enumerate(arguments):
        if known_text(word) in {"-c", "--command"} and known_text(arguments[0]) in {"develop", "shell"}:
            return Peeled(context, (arguments[index + 1 :],)) if arguments[index + 1 :] else None
    return None


def runs_quoted(evaluation: Evaluation, arguments: Arguments, context: Context) -> Peeled | None:
    """`concurrently "A" "B"`: each operand is shell text."""
    codes = tuple(word for word in arguments if not head_of(word).startswith("-"))
    return Peeled(context, codes=codes) if codes else None


CARRIERS: Mapping[str, Carrier] = {
    "env": env,
    "command": command,
    "exec": exec_,
    "find": find,
    "gfind": find,
    "xargs": xargs,
    "gxargs": xargs,
    "parallel": parallel,
    "screen": screen,
    "tmux": tmux,
    "byobu": tmux,
    "start-stop-daemon": start_stop_daemon,
    "gdb": gdb,
    "lldb": gdb,
    "setarch": setarch,
    "bwrap": bwrap,
    "sudo": sudo,
    "su": su,
    "runuser": runuser,
    "firejail": after_joined_options,
    "valgrind": after_joined_options,
    "expect": expect,
    "nix": nix,
    "uv": uv,
    "concurrently": runs_quoted,
    "ld.so": loader,
    "srun": srun,
    "nsenter": nsenter,
    **dict.fromkeys(("condor_run", "oarsub", "clush"), as_one_line),
}
