"""Files: what is written is remembered for the whole script, what is read is looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from auditor.model.word import Source
from auditor.read.javascript.carried import place_of
from auditor.read.javascript.machine import Machine
from auditor.read.javascript.objects import UNDEFINED, External, Function, JsValue
from auditor.read.javascript.options import name_of
from auditor.read.javascript.source import Node
from auditor.read.launch.programs import program_of
from auditor.read.launch.written import read_written
from auditor.read.values import Known, Unknown, Value, known_text, words_of

Model = Callable[[Machine, External, Sequence[JsValue], Node], JsValue]
_SENSITIVE = re.compile(
    r"(?:^|/)\.(?:ssh|aws|gnupg|kube|docker)/|/etc/(?:shadow|sudoers)|id_(?:rsa|ed25519|ecdsa)|\.pem$|credentials|\.netrc"
    r"|(?:^|/)\.npmrc$|\.git-credentials|Login Data|wallet\.dat"
)


def _write(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    if not args:
        return UNDEFINED
    path = machine.text(args[0])
    content = machine.text(args[1]) if len(args) > 1 and not isinstance(args[1], Function) else Known("")
    machine.emit(node, "file.write", path)
    is_more = "append" in function.path
    machine.evaluation.files.write(path, content, append=is_more, directory=machine.directory)
    read_written(machine.evaluation, path, content, machine.child(node))
    _call_back(machine, args, [Known(None)], node)
    return UNDEFINED


def _read(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    if not args:
        return UNDEFINED
    path = machine.text(args[0])
    _note_read(machine, path, node)
    content = machine.evaluation.files.read(path, machine.directory)
    _call_back(machine, args, [Known(None), content], node)
    return content


def _note_read(machine: Machine, path: Value, node: Node) -> None:
    """Record that a file of secrets is read, under the name of where its path leads."""
    place = place_of(machine, path)
    if place and place != str(words_of(path)[0]):
        machine.emit(node, "file.read", place)
    elif place or _SENSITIVE.search(str(words_of(path)[0])):
        machine.emit(node, "file.read", path)


def _read_stream(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`createReadStream(path)`: what comes out of it is the file's content."""
    made = External("fs.createReadStream()", function)
    if args:
        path = machine.text(args[0])
        _note_read(machine, path, node)
        content = machine.evaluation.files.read(path, machine.directory)
        made.hole = content.hole if isinstance(content, Unknown) else None
        made.state["@content"] = content
    return made


def _call_back(machine: Machine, args: Sequence[JsValue], given: Sequence[JsValue], node: Node) -> None:
    from auditor.read.javascript.calls import call

    for argument in args:
        if isinstance(argument, Function):
            call(machine, argument, given, node)


def _stream(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """`createWriteStream(path)`: what is piped or written into it is the file's content."""
    made = External("fs.createWriteStream()", function)
    if args:
        path = machine.text(args[0])
        machine.emit(node, "file.write", path)
        machine.evaluation.files.write(path, Known(""), directory=machine.directory)
        made.state["@path"] = path
    return made


def _stream_write(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    path = function.parent.state.get("@path") if function.parent is not None else None
    if path is not None and args and not isinstance(args[0], Function):
        content = machine.text(args[0])
        machine.evaluation.files.write(machine.text(path), content, append=True, directory=machine.directory)
    return Known(True)


def _copy(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    if len(args) < 2:
        return UNDEFINED
    source, target = machine.text(args[0]), machine.text(args[1])
    name = known_text(source)
    program = program_of(name) if name is not None and "/" in name else None
    _note_read(machine, source, node)
    machine.evaluation.files.copy(source, target, program=program, directory=machine.directory)
    machine.emit(node, "file.write", target)
    _call_back(machine, args, [Known(None)], node)
    return UNDEFINED


def _mode(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    if len(args) > 1:
        mode: Value = machine.text(args[1])
        if isinstance(args[1], Known) and isinstance(args[1].value, int):
            mode = Known(f"{args[1].value:o}")
        machine.emit(node, "file.chmod", machine.text(args[0]), mode)
        file = machine.evaluation.files.find(machine.text(args[0]), machine.directory)
        if file is not None:
            file.is_executable = True
    _call_back(machine, args, [Known(None)], node)
    return UNDEFINED


def _delete(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    if args:
        machine.emit(node, "file.delete", machine.text(args[0]))
    _call_back(machine, args, [Known(None)], node)
    return UNDEFINED


def _chdir(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    directory = name_of(args, 0)
    if directory is not None:
        machine.directory = machine.evaluation.files.path(Known(directory), machine.directory)
    return UNDEFINED


def _print(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    """Note what is printed, as long as it is all certain."""
    if machine.journal.uncertain or not machine.is_certain:
        machine.printed = None
    if machine.printed is not None:
        pieces: list[Value] = []
        for argument in args:
            pieces += [Known(" "), machine.text(argument)] if pieces else [machine.text(argument)]
        machine.printed += [*pieces, *([Known("\n")] if function.path.startswith("console") else [])]
    return UNDEFINED


def _input(machine: Machine, function: External, args: Sequence[JsValue], node: Node) -> JsValue:
    return machine.fresh(Source.INPUT)


def _both(name: str, model: Model) -> dict[str, Model]:
    return {f"fs.{name}": model, f"fs.{name}Sync": model, f"fs.promises.{name}": model}


MODELS: dict[str, Model] = {
    **_both("writeFile", _write),
    **_both("appendFile", _write),
    **_both("outputFile", _write),
    **_both("readFile", _read),
    **_both("copyFile", _copy),
    **_both("copy", _copy),
    **_both("rename", _copy),
    **_both("symlink", _copy),
    **_both("link", _copy),
    **_both("chmod", _mode),
    **_both("unlink", _delete),
    **_both("rm", _delete),
    **_both("rmdir", _delete),
    **_both("remove", _delete),
    "fs.createReadStream": _read_stream,
    "fs.createWriteStream": _stream,
    "fs.createWriteStream().write": _stream_write,
    "fs.createWriteStream().end": _stream_write,
    "Deno.writeTextFile": _write,
    "Deno.writeTextFileSync": _write,
    "Deno.writeFile": _write,
    "Deno.readTextFile": _read,
    "Deno.readTextFileSync": _read,
    "Bun.write": _write,
    "process.chdir": _chdir,
    "console.log": _print,
    "console.info": _print,
    "process.stdout.write": _print,
    "prompt": _input,
}
