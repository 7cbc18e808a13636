"""Process launchers that take an argv or a command line: `subprocess`, `os.system`, `asyncio`, `pexpect`, shells."""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.word import Hole, Source
from auditor.read.apis.pipes import WAITS, output_of
from auditor.read.apis.starting import await_input, changes, note_hidden, path, plain, rows_of, start
from auditor.read.evaluation import Outcome
from auditor.read.launch.programs import SHELLS
from auditor.read.python.call import Call
from auditor.read.python.objects import (
    NONE,
    External,
    ListObj,
    PyValue,
    TupleObj,
)
from auditor.read.values import Known, Unknown, Value, known_text, one_of, unknown

Handler = Callable[[Call], PyValue]


def _finished(call: Call, outcome: Outcome) -> PyValue:
    return External(
        f"{call.callee.path}()",
        call.callee,
        state={"stdout": outcome.stdout, "output": outcome.stdout, "returncode": unknown(Source.COMMAND)},
        hole=_hole(outcome.stdout),
    )


def _hole(value: Value) -> Hole:
    return value.hole if isinstance(value, Unknown) else Hole(Source.COMMAND)


def _run(call: Call) -> PyValue:
    shell = call.flag("shell", 8)
    return _finished(call, start(call, call.arg(0, "args"), shell=shell))


def _check_output(call: Call) -> PyValue:
    return start(call, call.arg(0, "args"), shell=call.flag("shell")).stdout


def _call(call: Call) -> PyValue:
    start(call, call.arg(0, "args"), shell=call.flag("shell"))
    return unknown(Source.COMMAND)


def _popen(call: Call) -> PyValue:
    command = call.arg(0, "args")
    stdin = call.get(None, "stdin")
    if isinstance(stdin, Known) and stdin.value == -1:  # PIPE: what is written decides
        process = call.result()
        await_input(call.machine, process, call)
        return process
    outcome = start(call, command, shell=call.flag("shell", 8))
    result = _finished(call, outcome)
    if isinstance(result, External):
        result.state["stdout"] = External(
            "subprocess.Popen().stdout", result, state={"output": outcome.stdout}, hole=result.hole
        )
    return result


def _system(call: Call) -> PyValue:
    note_hidden(call)
    call.shell(call.arg(0, "command"))
    return unknown(Source.COMMAND)


def _os_popen(call: Call) -> PyValue:
    note_hidden(call)
    mode = call.text(1, "mode")
    if mode == "w":
        process = External("subprocess.Popen()", call.callee)
        shell = Call(call.machine, call.callee, (call.arg(0, "cmd"),), {"shell": Known(True)}, None, call.node)
        await_input(call.machine, process, shell)
        return process
    outcome = call.shell(call.arg(0, "cmd"))
    return External("os.popen()", call.callee, state={"output": outcome.stdout}, hole=_hole(outcome.stdout))


def _getoutput(call: Call) -> PyValue:
    note_hidden(call)
    stdout = call.shell(call.arg(0, "cmd")).stdout
    text = known_text(stdout)
    output: PyValue = (
        Known(text.rstrip("\n"), stdout.trail) if text is not None and isinstance(stdout, Known) else stdout
    )
    return TupleObj((unknown(Source.COMMAND), output)) if call.callee.path.endswith("statusoutput") else output


def _async_exec(call: Call) -> PyValue:
    note_hidden(call)
    if _is_pipe(call.get(None, "stdin")):
        process = call.result()
        argv = ListObj([[plain(arg) for arg in call.args]])
        await_input(call.machine, process, Call(call.machine, call.callee, (argv,), call.kwargs, None, call.node))
        return process
    outcome = call.launch([path(plain(arg)) for arg in call.args], **changes(call))
    return _finished(call, outcome)


def _is_pipe(value: PyValue | None) -> bool:
    return (isinstance(value, Known) and value.value == -1) or (
        isinstance(value, External) and value.path.endswith("PIPE")
    )


def _async_shell(call: Call) -> PyValue:
    note_hidden(call)
    if _is_pipe(call.get(None, "stdin")):
        process = call.result()
        kwargs = {**call.kwargs, "shell": Known(True)}
        await_input(call.machine, process, Call(call.machine, call.callee, call.args, kwargs, None, call.node))
        return process
    return _finished(call, call.shell(call.arg(0, "cmd"), "", **changes(call)))


def _loop_exec(call: Call) -> PyValue:
    note_hidden(call)
    call.launch([plain(arg) for arg in call.args[1:]])
    return call.result()


def _loop_shell(call: Call) -> PyValue:
    note_hidden(call)
    call.shell(call.arg(1))
    return call.result()


def _argv(call: Call) -> PyValue:
    """`pty.spawn(argv)`, `PtyProcess.spawn(argv)`: a list, or one program."""
    note_hidden(call)
    outputs = [call.launch([path(part) for part in row]).stdout for row in rows_of(call, call.arg(0, "argv")) if row]
    return External(f"{call.callee.path}()", call.callee, state={"output": one_of(outputs)} if outputs else {})


def _pexpect(call: Call) -> PyValue:
    """`pexpect` splits its command as a shell would, but starts no shell."""
    note_hidden(call)
    command = call.arg(0, "command")
    rest = call.get(1, "args")
    if rest is not None and isinstance(rest, ListObj | TupleObj) and call.items(rest):
        outcome = call.launch([command, *(plain(item) for item in call.items(rest))])
    else:
        outcome = call.shell(command)
    return outcome.stdout if call.callee.path.endswith(".run") else call.result(output=outcome.stdout)


def _line(call: Call) -> PyValue:
    note_hidden(call)
    outcome = call.shell(call.arg(0))
    return External(
        f"{call.callee.path}()",
        call.callee,
        state={"output": outcome.stdout, "stdout": outcome.stdout},
        hole=_hole(outcome.stdout),
    )


def _magic(call: Call) -> PyValue:
    name = call.text(0) or ""
    if name in ("sx", "sh", "bash", "system", "script", "!"):
        note_hidden(call)
        call.shell(call.args[-1] if len(call.args) > 1 else unknown(Source.UNKNOWN))
    return NONE


def _popen_spawn(call: Call) -> PyValue:
    return _pexpect(call)


def _spread(call: Call) -> PyValue:
    call.launch([plain(arg) for arg in call.args])
    return NONE


def _some_function(call: Call) -> PyValue:
    """A function of `os` or `subprocess` whose name is not known: what looks like a command is taken for one."""
    command = call.arg(0, "args")
    text = known_text(call.machine.scalar(command)) if isinstance(command, Known) else None
    if isinstance(command, ListObj | TupleObj) or (text is not None and len(text.split()) > 1):
        start(call, command, shell=text is not None)
    return call.result()


def _spawn_process(call: Call) -> PyValue:
    """`reactor.spawnProcess(protocol, executable, args)` of Twisted."""
    note_hidden(call)
    rows = rows_of(call, call.arg(2, "args")) if call.get(2, "args") is not None else [[]]
    for row in rows:
        call.launch([path(call.arg(1, "executable")), *row[1:]])
    return call.result()


def _sendline(call: Call) -> PyValue:
    """`child.sendline(text)`: a line for the program; a shell runs it."""
    made = call.callee.ancestor("pexpect.spawn()") or call.callee.ancestor("pexpect.spawnu()")
    command = known_text(call.machine.scalar(made.args[0])) if made is not None and made.args else None
    program = (command or "").split(" ")[0].rpartition("/")[2]
    if program in SHELLS:
        call.shell(call.arg(0), made_by="pexpect sendline")
    return unknown(Source.UNKNOWN)


CALLS: dict[str, Handler] = {
    "os.?": _some_function,
    "subprocess.?": _some_function,
    "pty.?": _some_function,
    "subprocess.run": _run,
    "subprocess.call": _call,
    "subprocess.check_call": _call,
    "subprocess.check_output": _check_output,
    "subprocess.Popen": _popen,
    "subprocess.getoutput": _getoutput,
    "subprocess.getstatusoutput": _getoutput,
    "psutil.Popen": _popen,
    "anyio.run_process": _run,
    "anyio.open_process": _run,
    "trio.run_process": _run,
    "trio.lowlevel.open_process": _run,
    "os.system": _system,
    "os.popen": _os_popen,
    "os.popen().read": output_of,
    "os.popen().readline": output_of,
    "os.popen().readlines": output_of,
    **WAITS,
    "asyncio.create_subprocess_exec": _async_exec,
    "asyncio.create_subprocess_shell": _async_shell,
    "pty.spawn": _argv,
    "ptyprocess.PtyProcess.spawn": _argv,
    "ptyprocess.PtyProcessUnicode.spawn": _argv,
    "distutils.spawn.spawn": _argv,
    **{f"pexpect.{made}().{name}": _sendline for made in ("spawn", "spawnu") for name in ("sendline", "send", "write")},
    "twisted.internet.reactor.spawnProcess": _spawn_process,
    "pexpect.spawn": _pexpect,
    "pexpect.spawnu": _pexpect,
    "pexpect.run": _pexpect,
    "pexpect.runu": _pexpect,
    "pexpect.popen_spawn.PopenSpawn": _popen_spawn,
    "delegator.run": _line,
    "envoy.run": _line,
    "invoke.run": _line,
    "invoke.Context().run": _line,
    "invoke.Context().sudo": _line,
    "invoke.context.Context().run": _line,
    "popen2.popen2": _line,
    "popen2.popen3": _line,
    "os.popen2": _line,
    "os.popen3": _line,
    "ansible_runner.run_command": _line,
    "get_ipython().system": _line,
    "get_ipython().getoutput": _line,
    "get_ipython().run_line_magic": _magic,
    "get_ipython().run_cell_magic": _magic,
    "IPython.get_ipython().system": _line,
    "IPython.get_ipython().getoutput": _line,
    "nox.Session().run": _spread,
    "fabric.api.local": _line,
    "fabric.operations.local": _line,
    "gevent.os.system": _system,
    "airflow.operators.bash.BashOperator": lambda call: _named(call, "bash_command"),
    "airflow.operators.bash_operator.BashOperator": lambda call: _named(call, "bash_command"),
}


def _named(call: Call, name: str) -> PyValue:
    if name in call.kwargs:
        call.shell(call.kwargs[name])
    return call.result()


METHODS: dict[str, Handler] = {
    "spawnProcess": _spawn_process,
    "subprocess_exec": _loop_exec,
    "subprocess_shell": _loop_shell,
}
