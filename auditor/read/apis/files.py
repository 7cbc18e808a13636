"""Files through `open`, `os`, `shutil`, `pathlib`, `tempfile`, `glob`."""

from __future__ import annotations

import re
from collections.abc import Callable

from auditor.model.word import Hole, Source, Word
from auditor.read.python.call import Call
from auditor.read.python.environ import expand, set_variable, variable
from auditor.read.python.objects import (
    NONE,
    FileObj,
    ListObj,
    PathObj,
    PyValue,
    Rest,
    TupleObj,
    new_list,
)
from auditor.read.python.paths import (
    change_mode,
    copy,
    move,
    normal,
    note_write,
    open_file,
    read,
    to_path,
    write,
)
from auditor.read.values import EMPTY, Known, Text, Unknown, alternatives, as_text, assumed, concat, known_text, unknown

Handler = Callable[[Call], PyValue]


def _open(call: Call) -> PyValue:
    return open_file(call.machine, call.arg(0, "file"), call.text(1, "mode") or "r", call.node)


def _os_open(call: Call) -> PyValue:
    flags = call.machine.known(call.arg(1, "flags"))
    mode = "r" if isinstance(flags, int) and not flags & 3 else "w"
    path, above = call.arg(0, "path"), call.get(None, "dir_fd")
    if isinstance(above, FileObj):
        path = concat((as_text(above.path), Known("/"), as_text(call.machine.scalar(path))))
    return open_file(call.machine, path, mode, call.node)


def _os_write(call: Call) -> PyValue:
    target = call.arg(0)
    if isinstance(target, FileObj):
        write(call.machine, target.path, call.arg(1), call.node, append=True)
        return unknown(Source.UNKNOWN)
    handler = call.machine.tables.method_api("send")
    return handler(call) if handler is not None else unknown(Source.UNKNOWN)


def _delete(call: Call) -> PyValue:
    call.emit("file.delete", normal(call.machine, as_text(call.word(0, "path"))))
    return NONE


def _chmod(call: Call) -> PyValue:
    change_mode(call.machine, as_text(call.word(0, "path")), call.arg(1, "mode"), call.node)
    return NONE


def _copy(call: Call) -> PyValue:
    source, target = as_text(call.word(0, "src")), as_text(call.word(1, "dst"))
    copy(call.machine, source, target, call.node)
    return target


def _move(call: Call) -> PyValue:
    source, target = as_text(call.word(0, "src")), as_text(call.word(1, "dst"))
    move(call.machine, source, target, call.node)
    return target


def _copy_stream(call: Call) -> PyValue:
    source, target = call.arg(0), call.arg(1)
    if isinstance(target, FileObj):
        content = read(call.machine, source.path) if isinstance(source, FileObj) else source
        write(call.machine, target.path, call.machine.scalar(content), call.node, append=True)
    return NONE


def _temporary(kind: str) -> Handler:
    def handler(call: Call) -> PyValue:
        name = call.machine.evaluation.fresh(Source.CLOCK)
        suffix = call.text(0 if kind == "mkstemp" else None, "suffix")
        path = concat((name, Known(suffix))) if suffix else name
        if kind in ("mkstemp", "file"):
            call.machine.evaluation.files.write(path, EMPTY, directory=call.machine.directory)
        if kind == "mkstemp":
            return TupleObj((FileObj(path, "w"), path))
        if kind == "file":
            note_write(call.machine, as_text(path), call.node)
            return FileObj(path, call.text(0, "mode") or "w+b")
        return path

    return handler


def _path(call: Call) -> PyValue:
    return to_path(call.machine, call.args)


def _home(call: Call) -> PyValue:
    return PathObj(assumed(Known("~")))


def _cwd(call: Call) -> PyValue:
    text = assumed(Known(call.machine.directory or "."))
    return PathObj(text) if call.callee.path.startswith("pathlib") else text


def _chdir(call: Call) -> PyValue:
    name = known_text(call.word(0, "path"))
    if name is not None and call.machine.is_certain:
        call.machine.directory = call.machine.evaluation.files.path(Known(name), call.machine.directory)
    return NONE


def _chdir_within(call: Call) -> PyValue:
    """`with contextlib.chdir(path):` goes back behind the block."""
    before, manager = call.machine.directory, call.result()
    _chdir(call)

    def back() -> None:
        call.machine.directory = before

    call.machine.waiting[manager] = back
    return manager


def _lines_of(call: Call) -> PyValue:
    """`fileinput.input(paths)`, `linecache.getlines(path)`."""
    given = call.arg(0, "files" if call.callee.path.startswith("fileinput") else "filename")
    paths = call.items(given) if isinstance(given, ListObj | TupleObj) else [given]
    opened = [open_file(call.machine, path, "r", call.node) for path in paths]
    return call.machine.joined([read(call.machine, file.path) for file in opened]) if opened else NONE


def _getenv(call: Call) -> PyValue:
    key, default = call.arg(0, "key"), call.get(1, "default")
    found = variable(call.machine, call.machine.environ, key)
    is_set = known_text(call.machine.scalar(key)) in call.machine.environ.values
    return found if is_set or default is None else call.machine.joined([default, found])


def _putenv(call: Call) -> PyValue:
    set_variable(call.machine, call.machine.environ, call.arg(0), call.arg(1), call.node)
    return NONE


def _expandvars(call: Call) -> PyValue:
    value = as_text(call.word(0))
    rows = [expand(call.machine, str(one.value)) if isinstance(one, Known) else one for one in alternatives(value)]
    return call.machine.joined(rows)


def _which(call: Call) -> PyValue:
    name = call.text(0, "cmd")
    if name is None:
        return call.machine.scalar(call.arg(0, "cmd"))
    value = call.machine.scalar(call.arg(0, "cmd"))
    found = name if "/" in name else f"/usr/bin/{name}"
    return assumed(Known(found, value.trail) if isinstance(value, Known) else Known(found))


def _unknown_entries(call: Call) -> PyValue:
    return new_list([Rest(call.machine.evaluation.fresh(Source.FILE))])


def _matching(call: Call) -> PyValue:
    """Paths that fit a pattern: what is written out stays known."""
    pattern = known_text(call.machine.scalar(call.arg(0, "pathname")))
    if pattern is None or call.get(9, "root_dir") is not None:
        return _unknown_entries(call)
    parts: list[str | Hole] = []
    for index, piece in enumerate(re.split(r"((?:[*?]|\[[^\]/]+\])+)", pattern[:4_096])):
        parts.append(call.machine.evaluation.fresh(Source.FILE).hole if index % 2 else piece)
    word = Word.of(*parts)
    if word.text is not None:
        return new_list([Rest(Known(word.text))])
    return new_list([Rest(Text(word.parts) if len(word.parts) > 1 else Unknown(word.holes[0]))])


def _walk(call: Call) -> PyValue:
    name = call.machine.evaluation.fresh(Source.FILE)
    root = call.machine.derive_named(Source.FILE, "directory")
    return new_list([Rest(TupleObj((root, new_list([Rest(name)]), new_list([Rest(name)]))))])


CALLS: dict[str, Handler] = {
    "open": _open,
    "file": _open,
    "os.open": _os_open,
    "os.fdopen": lambda call: call.arg(0),
    "os.write": _os_write,
    "os.close": lambda call: NONE,
    "io.FileIO": _open,
    "gzip.open": _open,
    "bz2.open": _open,
    "lzma.open": _open,
    "aiofiles.open": _open,
    **dict.fromkeys(("os.remove", "os.unlink", "os.rmdir", "os.removedirs", "shutil.rmtree"), _delete),
    **dict.fromkeys(("os.chmod", "os.fchmod", "os.lchmod"), _chmod),
    **dict.fromkeys(
        ("shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "os.link", "os.symlink"), _copy
    ),
    **dict.fromkeys(("shutil.move", "os.rename", "os.replace", "os.renames"), _move),
    "shutil.copyfileobj": _copy_stream,
    "shutil.which": _which,
    "distutils.spawn.find_executable": _which,
    "tempfile.mkdtemp": _temporary("directory"),
    "tempfile.mktemp": _temporary("name"),
    "tempfile.gettempdir": lambda call: assumed(Known("/tmp")),  # noqa: S108 - what the audited script would get
    "tempfile.mkstemp": _temporary("mkstemp"),
    "tempfile.NamedTemporaryFile": _temporary("file"),
    "tempfile.TemporaryFile": _temporary("file"),
    "tempfile.TemporaryDirectory": _temporary("directory"),
    "pathlib.Path": _path,
    "pathlib.Path.home": _home,
    "pathlib.Path.cwd": _cwd,
    "os.getcwd": _cwd,
    "os.chdir": _chdir,
    "contextlib.chdir": _chdir_within,
    "fileinput.input": _lines_of,
    "fileinput.FileInput": _lines_of,
    "linecache.getlines": _lines_of,
    "linecache.getline": _lines_of,
    "os.getenv": _getenv,
    "os.putenv": _putenv,
    "os.path.expandvars": _expandvars,
    **dict.fromkeys(("os.listdir", "os.scandir"), _unknown_entries),
    **dict.fromkeys(("glob.glob", "glob.iglob"), _matching),
    "os.walk": _walk,
}
