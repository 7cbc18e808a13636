"""Objects written to files, and files packed into archives: what is in a file afterwards.

`json.dump`, `tarfile`, `zipfile`, `shutil.make_archive`. An archive is known by the secrets that it
holds; what else is in it nobody asks.
"""

from __future__ import annotations

from collections.abc import Callable

from auditor.model.word import Source
from auditor.read.apis.carried import held_by, hold, origins_at
from auditor.read.python.call import Call
from auditor.read.python.fold import fold
from auditor.read.python.native import first_hole
from auditor.read.python.objects import NONE, External, FileObj, ListObj, PyValue
from auditor.read.python.paths import note_read, write
from auditor.read.python.pure import PURE
from auditor.read.secrets import ENVIRONMENT
from auditor.read.values import Known, Unknown, Value, as_text, concat, known_text, unknown

Handler = Callable[[Call], PyValue]


def _dump(call: Call) -> PyValue:
    """`json.dump(value, file)`, `yaml.dump(value, file)`."""
    target = call.get(1, "fp") or call.get(1, "stream") or call.get(1, "file")
    if not isinstance(target, FileObj):
        return call.result() if target is not None else NONE
    text: PyValue = unknown(Source.UNKNOWN)
    if call.callee.path.startswith("json."):
        text = fold(call.machine, PURE["json.dumps"], call.args[:1], {}, call.node)
    elif (hole := first_hole(call.args[:1])) is not None:
        text = Unknown(hole)
    write(call.machine, target.path, text, call.node, append=True)
    return NONE


def _packed(call: Call) -> PyValue:
    """`archive.add(path)`, `archive.write(path)`: the archive's file holds what stands there."""
    source = call.arg(0, "name" if call.callee.path.endswith("add") else "filename")
    note_read(call.machine, as_text(call.machine.word(source)), call.node)
    _put(call, _texts(origins_at(call.machine, source)))
    return NONE


def _packed_text(call: Call) -> PyValue:
    """`archive.writestr(name, text)`, `archive.addfile(entry, file)`."""
    _put(call, _texts(held_by(call.machine, call.arg(1, "data"))))
    return NONE


def _texts(found: tuple[str, ...]) -> list[Value]:
    return [unknown(Source.COMMAND if origin == ENVIRONMENT else Source.FILE, 0, origin) for origin in found]


def _put(call: Call, texts: list[Value]) -> None:
    """Add texts to the file or buffer that an archive is written to."""
    made = call.receiver
    target = made.kwargs.get("fileobj") or made.kwargs.get("file") or made.kwargs.get("name")
    target = target if target is not None else made.args[0] if made.args else None
    if not texts or target is None:
        return
    if isinstance(target, ListObj):
        call.machine.journal.touch(target)
        target.items.extend(texts)
    elif isinstance(target, External):
        hold(call, target, *texts)
    else:
        path = target.path if isinstance(target, FileObj) else as_text(call.machine.word(target))
        write(call.machine, path, concat(texts), call.node, append=True)


def _archive(call: Call) -> PyValue:
    """`shutil.make_archive(base, format, root)`."""
    endings = {"gztar": ".tar.gz", "bztar": ".tar.bz2", "xztar": ".tar.xz"}
    ending = call.text(1, "format") or "zip"
    name = concat((as_text(call.word(0, "base_name")), Known(endings.get(ending, f".{ending}"))))
    root = call.get(2, "root_dir")
    texts = _texts(origins_at(call.machine, root)) if root is not None else []
    if texts:
        write(call.machine, name, concat(texts), call.node, append=False)
    return name if known_text(name) is not None else unknown(Source.UNKNOWN)


_TARS = ("tarfile.open()", "tarfile.TarFile()", "tarfile.TarFile.open()")
CALLS: dict[str, Handler] = {
    "json.dump": _dump,
    "yaml.dump": _dump,
    "yaml.safe_dump": _dump,
    "pickle.dump": _dump,
    **{f"{tar}.add": _packed for tar in _TARS},
    **{f"{tar}.addfile": _packed_text for tar in _TARS},
    "zipfile.ZipFile().write": _packed,
    "zipfile.ZipFile().writestr": _packed_text,
    "shutil.make_archive": _archive,
}
