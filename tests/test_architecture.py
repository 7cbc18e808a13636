"""The house rules that a machine can hold; each check counts what it looked at, so none passes by seeing nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "auditor"
STAGES = ("intake", "read", "match", "trial", "judge", "render", "cli", "model")

FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "base.py"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "runpy"}
# Where starting a child process, or loading a module by name, is the point.
PROCESS_ROOMS = (
    "worker_process.py",
    "match/",
    "trial/",
    "read/shell/",
    "cli/doctor.py",
    "rulebook/",
    "gate/",
    "corpora/",
)
# Files that are past 300 lines, and how long each may be at most.
LONG_FILES: dict[str, int] = {}
IMPORT_ROOMS = ("__init__.py", "worker_child.py")


@dataclass(frozen=True, slots=True)
class Module:
    """One of the package's files, parsed."""

    name: str
    text: str
    tree: ast.Module

    def calls(self) -> Iterator[tuple[int, str, ast.Call]]:
        """Give each call with its line and the dotted name that is called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node.lineno, ast.unparse(node.func), node

    def imports(self) -> Iterator[tuple[int, str]]:
        """Give the modules that are imported, with the line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.lineno, node.module


@cache
def modules() -> tuple[Module, ...]:
    """Parse every file of the package."""
    files = sorted(PACKAGE.rglob("*.py"))
    found = []
    for path in files:
        text = path.read_text(encoding="utf-8")
        found.append(Module(path.relative_to(PACKAGE).as_posix(), text, ast.parse(text)))
    assert len(found) > 50, f"only {len(found)} modules were found"
    return tuple(found)


def in_rooms(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or (room.endswith("/") and name.startswith(room)) for room in rooms)


def test_every_module_says_what_it_is() -> None:
    """Each module has a docstring whose first paragraph is one line."""
    bad = []
    for module in modules():
        lines = (ast.get_docstring(module.tree) or "").splitlines()
        if not lines or not lines[0].strip().endswith((".", ":")) or (len(lines) > 1 and lines[1].strip()):
            bad.append(module.name)
    assert bad == []


def test_files_stay_short() -> None:
    """No file is past 300 lines, but for those listed, which may only shrink and leave the list."""
    lengths = {module.name: module.text.count("\n") for module in modules()}
    grown = {name: length for name, length in lengths.items() if length > LONG_FILES.get(name, 300)}
    assert grown == {}
    assert {name for name in LONG_FILES if lengths.get(name, 0) <= 300} == set(), "take these off the list"


def test_functions_stay_short() -> None:
    """No function's body is past 70 lines; a command's options are its signature and do not count."""
    long = {}
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.body[0].lineno + 1
                if length > 70:
                    long[f"{module.name}:{node.name}"] = length
    assert long == {}


def test_nothing_here_can_run_audited_text() -> None:
    """The package never evaluates, unpickles or imports by name, and never goes through a shell."""
    bad = []
    for module in modules():
        for line, name, call in module.calls():
            if name in FORBIDDEN_CALLS or name in {"os.system", "os.popen"}:
                bad.append(f"{module.name}:{line} {name}")
            if any(
                word.arg == "shell" and not (isinstance(word.value, ast.Constant) and word.value.value is False)
                for word in call.keywords
            ) and name.startswith("subprocess."):
                bad.append(f"{module.name}:{line} shell=")
            if name == "importlib.import_module" and not in_rooms(module.name, IMPORT_ROOMS):
                bad.append(f"{module.name}:{line} {name}")
        bad += [f"{module.name}:{line} {name}" for line, name in module.imports() if name in FORBIDDEN_MODULES]
    assert bad == []


def test_child_processes_are_started_only_where_they_are_the_point() -> None:
    """`subprocess` is imported in the rooms that need it, and nowhere else."""
    users = [module.name for module in modules() if any(name == "subprocess" for _, name in module.imports())]
    assert users, "no module imports subprocess: the check looks at the wrong name"
    assert [name for name in users if not in_rooms(name, PROCESS_ROOMS)] == []


def test_names_say_something() -> None:
    """No module is called utils, helpers, common or base."""
    assert [module.name for module in modules() if Path(module.name).name in FORBIDDEN_NAMES] == []


def test_no_exception_is_swallowed_whole() -> None:
    """No bare `except:`, and no `except Exception` whose body is only `pass`, unless its line says why."""
    bad = []
    for module in modules():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            broad = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
            says_why = "# " in module.text.splitlines()[node.lineno - 1]
            is_empty = all(isinstance(step, ast.Pass) for step in node.body)
            if node.type is None or (broad and is_empty and not says_why):
                bad.append(f"{module.name}:{node.lineno}")
    assert bad == []


@pytest.mark.parametrize("stage", STAGES)
def test_tests_mirror_the_package(stage: str) -> None:
    """Each part of the package has tests in the folder of the same name."""
    assert (PACKAGE / stage).is_dir()
    assert list((ROOT / "tests" / stage).rglob("test_*.py")), f"tests/{stage} holds no test"


def test_no_path_of_a_machine_stands_in_the_project() -> None:
    """Files name no home or work folder of the machine they were written on."""
    marks = ("/work/" + "main", "/work/" + "shared", "/root/" + ".pyenv")
    folders = ("auditor", "tests", "docs", "rulesets", "corpus", ".ci")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    texts = {
        path: path.read_bytes() for path in files if "__pycache__" not in path.parts and path.stat().st_size < 1_000_000
    }
    assert len(texts) > 100
    assert [str(path) for path, data in texts.items() if any(mark.encode() in data for mark in marks)] == []
