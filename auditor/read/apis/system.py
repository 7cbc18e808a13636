"""The process itself and the machine: signals, containers by SDK, sleeping, and programs as attributes (`sh.ssh`)."""

from __future__ import annotations

import re
from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.apis.deferred import start_instance
from auditor.read.apis.starting import note_hidden, rows_of
from auditor.read.python.call import Call
from auditor.read.python.objects import NONE, External, InstanceObj, ListObj, PyValue, Rest, TupleObj, new_list
from auditor.read.values import Known, Unknown, as_text, assumed, unknown

Handler = Callable[[Call], PyValue]


def _kill(call: Call) -> PyValue:
    pid = as_text(call.word(0, "pid"))
    # whoever asks the driver for process ids gets those of everybody's work
    is_of_gpus = isinstance(pid, Unknown) and pid.hole.detail in {"nvidia-smi", "rocm-smi"}
    call.emit("process.kill", *((Known("gpu"),) if is_of_gpus else ()), pid)
    return NONE


def _sleep(call: Call) -> PyValue:
    seconds = call.machine.known(call.arg(0))
    if isinstance(seconds, int | float) and seconds >= 60:
        call.emit("sleep", Known(str(seconds)))
    return NONE


def _clock(call: Call) -> PyValue:
    return unknown(Source.CLOCK)


def _container_run(call: Call) -> PyValue:
    """`docker.from_env().containers.run(image, command)`: as the docker command line would say it."""
    words: list[PyValue] = [Known("docker"), Known("run")]
    words += [Known(f"--{flag}") for flag in ("privileged", "detach") if call.flag(flag)]
    for option, shown in (("network_mode", "--network"), ("pid_mode", "--pid"), ("name", "--name")):
        if option in call.kwargs:
            words += [Known(shown), call.kwargs[option]]
    words.append(call.arg(0, "image"))
    command = call.get(1, "command")
    if isinstance(command, ListObj | TupleObj):
        words += rows_of(call, command)[0]
    elif command is not None:
        words += _split(call, command)
    note_hidden(call)
    call.launch(words)
    return call.result()


def _split(call: Call, command: PyValue) -> list[PyValue]:
    from auditor.read.python.fold import fold
    from auditor.read.python.pure import PURE

    parts = fold(call.machine, PURE["shlex.split"], (command,), {}, call.node)
    return rows_of(call, parts)[0]


def _container_exec(call: Call) -> PyValue:
    command = call.arg(0, "cmd")
    words = rows_of(call, command)[0] if isinstance(command, ListObj | TupleObj) else _split(call, command)
    call.launch([Known("docker"), Known("exec"), unknown(Source.UNKNOWN), *words])
    return call.result()


def _start(call: Call) -> PyValue:
    """`start()` of a thread or process class of the script."""
    instance = call.receiver.state.get("instance")
    return start_instance(call, instance) if isinstance(instance, InstanceObj) else NONE


def program(call: Call, name: str, *subcommands: str) -> PyValue:
    """Start a program that a library offers as an attribute."""
    note_hidden(call)
    words = [
        value
        for arg in call.args
        for value in (rows_of(call, arg)[0] if isinstance(arg, ListObj | TupleObj) else [arg])
    ]
    for key, value in call.kwargs.items():
        if not key.startswith("_"):
            words += [Known(f"-{key}" if len(key) == 1 else f"--{key.replace('_', '-')}"), value]
    outcome = call.launch([Known(name), *map(Known, subcommands), *words])
    return External("sh.ran()", call.callee, state={"output": outcome.stdout}, hole=unknown(Source.COMMAND).hole)


def _sh_command(call: Call) -> PyValue:
    return External("sh.command", call.callee, call.args)


def baked(call: Call, *names: str) -> PyValue:
    """`sh.ssh.bake("-N")`: a program with its first arguments."""
    return External("sh.command", call.callee, (*map(Known, names), *call.args))


def _sh_baked(call: Call) -> PyValue:
    made = call.receiver
    return External("sh.command", made, (*made.args, *call.args))


def _sh_made(call: Call) -> PyValue:
    words = [
        value
        for arg in (*call.callee.args, *call.args)
        for value in (rows_of(call, arg)[0] if isinstance(arg, ListObj | TupleObj) else [arg])
    ]
    note_hidden(call)
    call.launch(words or [unknown(Source.UNKNOWN)])
    return call.result()


def gathered(call: Call) -> PyValue:
    """`local["ssh"]["-N", …](…)`, `cmd.ssh["-N"].run_fg()`: subscripts gather words, the call starts the program."""
    words: list[PyValue] = []
    here: External | None = call.callee
    while here is not None and "[" in here.path:
        given = list(here.args)
        if len(given) == 1 and isinstance(given[0], TupleObj):
            given = list(given[0].items)
        words = [*given, *words]
        here = here.parent
    if here is not None and here.path.startswith("plumbum.cmd."):
        words.insert(0, Known(here.path.rpartition(".")[2].replace("_", "-")))
    note_hidden(call)
    more = call.args if call.callee.path.endswith("]") else call.items(call.args[0]) if call.args else ()
    call.launch([*words, *more])
    return call.result()


_PLUMBUM = re.compile(
    r"plumbum\.(?:local|cmd\.\w+)(?:\[\])+(?:\.(?:run|run_bg|run_fg|run_tee|popen|nohup|run_retcode|run_tf))?"
)


def is_gathered(path: str) -> bool:
    """Whether a path is that of a program of plumbum with words in subscripts."""
    return _PLUMBUM.fullmatch(path) is not None


_THREADS = ("threading.Thread()", "threading.Timer()", "multiprocessing.Process()")
_DOCKER = ("docker.from_env()", "docker.DockerClient()", "podman.PodmanClient()")


def _gpu_processes(call: Call) -> PyValue:
    """Who runs on the GPUs, as the driver's library tells: everybody's work, as of `nvidia-smi`."""
    return new_list([Rest(call.machine.evaluation.fresh(Source.COMMAND, "nvidia-smi"))])


_NVML = tuple(
    f"{module}.nvmlDeviceGet{kind}RunningProcesses{version}"
    for module in ("pynvml", "py3nvml.py3nvml", "nvidia_smi")
    for kind in ("Compute", "Graphics")
    for version in ("", "_v2", "_v3")
)

_PACKAGES = "~/.local/lib/python3/site-packages"

CALLS: dict[str, Handler] = {
    "site.getusersitepackages": lambda _: assumed(Known(_PACKAGES)),
    "site.getsitepackages": lambda _: new_list([assumed(Known("/usr/local/lib/python3/site-packages"))]),
    "sysconfig.get_path": lambda _: assumed(Known(_PACKAGES)),
    **dict.fromkeys(_NVML, _gpu_processes),
    "gpustat.new_query": lambda call: call.machine.evaluation.fresh(Source.COMMAND, "nvidia-smi"),
    "os.kill": _kill,
    "os.killpg": _kill,
    "psutil.Process().kill": lambda call: _kill(
        Call(call.machine, call.callee, call.receiver.args or (unknown(Source.UNKNOWN),), {}, None, call.node)
    ),
    "psutil.Process().terminate": lambda call: _kill(
        Call(call.machine, call.callee, call.receiver.args or (unknown(Source.UNKNOWN),), {}, None, call.node)
    ),
    "time.sleep": _sleep,
    "asyncio.sleep": _sleep,
    "time.time": _clock,
    "time.monotonic": _clock,
    "os.getpid": _clock,
    "os.urandom": _clock,
    "uuid.uuid4": _clock,
    "uuid.uuid1": _clock,
    "random.random": _clock,
    "random.randint": _clock,
    "random.choice": lambda call: (
        call.machine.joined(call.items(call.arg(0)))
        if call.args and isinstance(call.args[0], ListObj | TupleObj)
        else _clock(call)
    ),
    "secrets.token_hex": _clock,
    "secrets.token_urlsafe": _clock,
    "sh.Command": _sh_command,
    "sh.command": _sh_made,
    "sh.command.bake": _sh_baked,
    **{f"{made}.start": _start for made in _THREADS},
    **{f"{made}.run": _start for made in _THREADS},
    **{f"{client}.containers.run": _container_run for client in _DOCKER},
    **{f"{client}.containers.create": _container_run for client in _DOCKER},
    **{f"{client}.containers.get().exec_run": _container_exec for client in _DOCKER},
    "plumbum.local[]": gathered,
}
