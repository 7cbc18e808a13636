"""Starting a program as `subprocess` would: argv or command line, environment, input, sockets as its input.

Takes a `Call` and what it starts, gives the outcome; processes whose input is still being written wait for it.
"""

from __future__ import annotations

from auditor.read.evaluation import Outcome
from auditor.read.python.call import Call
from auditor.read.python.environ import child_environment
from auditor.read.python.machine import Machine
from auditor.read.python.objects import (
    Choice,
    External,
    FileObj,
    ListObj,
    Obj,
    PathObj,
    PyValue,
    Rest,
    TupleObj,
)
from auditor.read.values import Known, OneOf, Text, Value, as_text, known_text, one_of


def note_hidden(call: Call) -> None:
    """Say that a sink was reached through a computed name."""
    if call.callee.is_hidden:
        call.emit("hiding.name", call.callee.path.replace("?", "unknown"))


def rows_of(call: Call, value: PyValue) -> list[list[PyValue]]:
    """Give each argv that a list of arguments may be."""
    if isinstance(value, ListObj):
        return [[plain(item) for item in variant] for variant in value.variants]
    if isinstance(value, TupleObj):
        return [[plain(item) for item in value.items]]
    if isinstance(value, Choice):
        return [row for single in value.values for row in rows_of(call, single)]
    return [[value]]


def plain(item: PyValue) -> PyValue:
    """Give an item; of any number of items, what each is like."""
    return item.value if isinstance(item, Rest) else item


def changes(call: Call) -> dict[str, object]:
    """Give what `env=`, `cwd=` and `stdin=` change for the child."""
    given: dict[str, object] = {}
    environment = call.get(None, "env")
    if environment is not None and not (isinstance(environment, Known) and environment.value is None):
        given["environment"] = child_environment(call.machine, environment, call.node)
    directory = call.get(None, "cwd")
    if directory is not None and not (isinstance(directory, Known) and directory.value is None):
        given["directory"] = str(known_text(call.machine.scalar(directory)) or "") or call.machine.directory
    text = call.get(None, "input")
    if text is not None:
        given["stdin"] = call.machine.settle(as_text(call.machine.scalar(text)))
    for name in ("stdin", "stdout"):
        peer = socket_of(call.get(None, name))
        if peer is not None:
            given["socket"] = peer
            break
    stdin = call.get(None, "stdin")
    if "stdin" not in given and stdin is not None:
        piped = _piped(call, stdin)
        if piped is not None:
            given["stdin"] = piped
    return given


def _piped(call: Call, stdin: PyValue) -> Value | None:
    """Give the text behind another process's output, or an open file, that is used as input."""
    if isinstance(stdin, External) and "output" in stdin.state:
        return call.machine.word(stdin.state["output"])
    if isinstance(stdin, FileObj):
        return call.machine.evaluation.files.read(stdin.path, call.machine.directory)
    return None


def socket_of(value: PyValue | None) -> tuple[Value, Value] | None:
    """Give host and port of the socket behind a value, if there is one."""
    here = value if isinstance(value, External) else None
    while here is not None:
        peer = here.state.get("peer")
        if isinstance(peer, Choice):
            peer = next((single for single in peer.values if isinstance(single, TupleObj)), None)
        if isinstance(peer, TupleObj) and len(peer.items) == 2:
            host, port = peer.items
            if not isinstance(host, Obj) and not isinstance(port, Obj):
                return host, port
        here = here.parent
    return None


def start(call: Call, command: PyValue, *, shell: bool | None) -> Outcome:
    """Start what `subprocess` would start for `command`."""
    note_hidden(call)
    given = changes(call)
    if isinstance(command, Choice | OneOf):
        outcomes = [_start_one(call, single, shell, given) for single in command.values]
        return Outcome(stdout=one_of(outcome.stdout for outcome in outcomes))
    return _start_one(call, command, shell, given)


def _start_one(call: Call, command: PyValue, shell: bool | None, given: dict[str, object]) -> Outcome:
    executable = call.get(None, "executable")
    if isinstance(executable, Known) and executable.value is None:
        executable = None
    is_list = isinstance(command, ListObj | TupleObj)
    if shell is None and not is_list:
        shell = isinstance(command, Known | Text)
    outputs: list[Value] = []
    for row in rows_of(call, command) or [[command]]:
        if not row:
            continue
        if shell:
            if executable is not None:
                outputs.append(call.launch([executable, Known("-c"), *row], **given).stdout)
            else:
                outputs.append(call.shell(row[0], "", **given).stdout)
        else:
            argv = [executable, *row[1:]] if executable is not None else row
            outputs.append(call.launch([path(part) for part in argv], **given).stdout)
    return Outcome(stdout=one_of(outputs)) if outputs else Outcome()


def path(part: PyValue) -> PyValue:
    """Give a path object as its text."""
    return part.text if isinstance(part, PathObj) else part


def await_input(machine: Machine, process: External, call: Call) -> None:
    """Put off a start until the process's input is known; it starts at the latest when the script ends."""
    source, statement = machine.source, machine.statement

    def begin() -> None:
        fed = process.state.get("fed")
        kwargs = {key: value for key, value in call.kwargs.items() if key != "stdin"}
        if fed is not None:
            kwargs["input"] = fed
        saved = machine.source, machine.statement
        machine.source, machine.statement = source, statement
        try:
            started = Call(machine, call.callee, call.args, kwargs, call.rest, call.node)
            process.state["output"] = start(started, call.arg(0, "args"), shell=call.flag("shell", 8)).stdout
        finally:
            machine.source, machine.statement = saved

    machine.waiting[process] = begin


def settle_process(machine: Machine, process: External) -> PyValue | None:
    """Start a process that waited for its input."""
    begin = machine.waiting.pop(process, None)
    if begin is None:
        return None
    begin()
    return process.state["output"]
