"""What is written to a started program, and read back from it."""

from __future__ import annotations

from auditor.model.word import Source
from auditor.read.apis.starting import settle_process
from auditor.read.python.call import Call
from auditor.read.python.objects import (
    External,
    PyValue,
    TupleObj,
)
from auditor.read.values import Known, as_text, concat, unknown


def _process_of(call: Call) -> External | None:
    return (
        call.callee.ancestor("subprocess.Popen()")
        or call.callee.ancestor("asyncio.create_subprocess_exec()")
        or call.callee.ancestor("asyncio.create_subprocess_shell()")
    )


def _feed(call: Call) -> PyValue:
    """`stdin.write(text)`: collected until the process is waited for, or the script ends."""
    process = _process_of(call)
    if process is not None:
        call.machine.journal.touch(process)
        written = process.state.get("fed")
        parts = [call.machine.scalar(written)] if written is not None else []
        process.state["fed"] = concat([*parts, as_text(call.machine.scalar(call.arg(0)))])
    return unknown(Source.UNKNOWN)


def _communicate(call: Call) -> PyValue:
    process = _process_of(call)
    if process is None:
        return TupleObj((unknown(Source.COMMAND), unknown(Source.COMMAND)))
    text = call.get(0, "input")
    if text is not None and not (isinstance(text, Known) and text.value is None):
        process.state["fed"] = as_text(call.machine.scalar(text))
    output = settle_process(call.machine, process) or process.state.get("output", unknown(Source.COMMAND))
    return TupleObj((output, unknown(Source.COMMAND)))


def output_of(call: Call) -> PyValue:
    """Give what a started program printed, as far as that is known."""
    here: External | None = call.callee
    while here is not None:
        if "output" in here.state:
            return here.state["output"]
        here = here.parent
    return unknown(Source.COMMAND)


def _wait(call: Call) -> PyValue:
    process = _process_of(call)
    if process is not None:
        settle_process(call.machine, process)
    return unknown(Source.COMMAND)


WAITS = {
    f"{made}.{name}": handler
    for made in ("subprocess.Popen()", "asyncio.create_subprocess_exec()", "asyncio.create_subprocess_shell()")
    for name, handler in (
        ("communicate", _communicate),
        ("wait", _wait),
        ("poll", _wait),
        ("stdin.write", _feed),
        ("write", _feed),
        ("stdin.writelines", _feed),
        ("stdin.close", _wait),
        ("close", _wait),
        ("stdout.read", output_of),
        ("stdout.readline", output_of),
        ("stdout.readlines", output_of),
    )
}
