"""One `semgrep lsp` child and the texts it scans, each under a file name of its own.

Takes a rules file and the kinds of text; gives diagnostics of one text at a time. The child lists
a file while it is empty, so that its filters for large and for minified files never see the text;
only then is the text written and scanned, once, and the file removed. A name is never used again,
since the child remembers texts by path. Refuses nothing itself; `warm` decides when to replace it.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from auditor.match.engine import Answer, Hit, Problem, Target, problem_of
from auditor.match.rpc import Gone, RpcChild
from auditor.match.semgrep import binary, environment
from auditor.model.gap import Why

POOL: Final = 32
"""Empty files announced at a time; one in so many scans waits for the next lot, about 10 ms."""
_START_SECONDS: Final = 60.0
_COMPLAINT: Final = re.compile(rb"Semgrep errors: (?=\S)([^\n]{0,300})")


class _Position(msgspec.Struct, frozen=True):
    line: int
    character: int


class _Range(msgspec.Struct, frozen=True):
    start: _Position
    end: _Position


class _Diagnostic(msgspec.Struct, frozen=True):
    code: str
    message: str
    range: _Range


class _Published(msgspec.Struct, frozen=True):
    uri: str
    diagnostics: tuple[_Diagnostic, ...]


class _Shown(msgspec.Struct, frozen=True):
    message: str = ""


class _Progress(msgspec.Struct, frozen=True):
    value: dict[str, object]


_S = TypeVar("_S", bound=msgspec.Struct)


class Session:
    """One child. Starting it does not wait for it; not thread-safe."""

    def __init__(self, rules: Path, suffixes: Iterable[str], home: Path) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="session-", dir=home))
        self._texts = self._home / "texts"
        self._texts.mkdir()
        self._numbers = itertools.count()
        self._fresh = {suffix: self._empty_files(suffix) for suffix in suffixes}
        self._used: list[str] = []
        self._is_ready = False
        self.scans = 0
        self._child = RpcChild(
            ("osemgrep", "lsp", "--experimental"), binary(), environment(str(self._home)), str(self._texts)
        )
        try:
            self._greet(rules)
        except BaseException:
            self.end()
            raise

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    @property
    def is_alive(self) -> bool:
        """Whether the child still runs."""
        return self._child.is_alive

    @property
    def memory_bytes(self) -> int:
        """The child's resident memory; 0 where the platform does not say."""
        try:
            pages = int(Path(f"/proc/{self._child.pid}/statm").read_text().split()[1])
        except (OSError, IndexError, ValueError):
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE")

    def await_ready(self) -> None:
        """Wait until the rules are loaded."""
        if self._is_ready:
            return
        deadline = time.monotonic() + _START_SECONDS
        while True:
            message = self._child.receive(deadline)
            if message.method == "$/progress":
                progress = _decoded(message.params, _Progress)
                if progress.value.get("kind") == "end":
                    break
        self._is_ready = True

    def scan(self, target: Target, deadline: float) -> Answer:
        """Scan one text. Raises `Gone` or `Silent`, after which the session is of no more use."""
        path = self._take(target.suffix, deadline)
        # lone surrogates have no bytes; one character stands for one, so that columns hold
        path.write_bytes(target.text.encode("utf-8", "replace"))
        self._child.errors()
        self._child.send(deadline, "textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})
        answer = self._await_answer(path.as_uri(), deadline)
        path.unlink()
        self._used.append(path.as_uri())
        self.scans += 1
        return answer

    def kill(self) -> None:
        """Kill the child; whoever waits for its answer finds out."""
        self._child.kill()

    def end(self) -> None:
        """Kill the child and remove its files."""
        self._child.end()
        shutil.rmtree(self._home, ignore_errors=True)

    def _greet(self, rules: Path) -> None:
        """Send what opens a session; the child reads it when it is up."""
        scan = {
            "configuration": [str(rules)],
            "jobs": 1,
            "onlyGitDirty": False,
            "ci": False,
            "maxTargetBytes": 0,
            # a rule that times out is dropped without a word: our own deadline comes first
            "timeout": 3600,
            "timeoutThreshold": 0,
        }
        metrics = {
            "enabled": False,
            "isNewAppInstall": False,
            "extensionVersion": "0",
            "extensionType": "none",
            "machineId": None,
        }
        parameters = {
            "processId": os.getpid(),
            "rootUri": None,
            "workspaceFolders": [{"uri": self._texts.as_uri(), "name": "texts"}],
            "capabilities": {},
            "initializationOptions": {"scan": scan, "metrics": metrics},
        }
        deadline = time.monotonic() + _START_SECONDS
        self._child.send(deadline, "initialize", parameters, request=1)
        self._child.send(deadline, "initialized", {})

    def _empty_files(self, suffix: str) -> list[Path]:
        paths = [self._texts / f"t{next(self._numbers)}{suffix}" for _ in range(POOL)]
        for path in paths:
            path.touch()
        return paths

    def _take(self, suffix: str, deadline: float) -> Path:
        """Give an empty file that the child has listed."""
        fresh = self._fresh[suffix]
        if not fresh:
            if self._used:
                self._child.send(deadline, "workspace/didDeleteFiles", {"files": [{"uri": uri} for uri in self._used]})
                self._used.clear()
            fresh.extend(self._empty_files(suffix))
            files = [{"uri": path.as_uri()} for path in fresh]
            self._child.send(deadline, "workspace/didCreateFiles", {"files": files})
            # the child has listed them all once it has answered for one of them
            first = fresh.pop(0)
            self._child.send(deadline, "textDocument/didSave", {"textDocument": {"uri": first.as_uri()}})
            self._await_answer(first.as_uri(), deadline)
            first.unlink()
            self._used.append(first.as_uri())
        return fresh.pop()

    def _await_answer(self, uri: str, deadline: float) -> Answer:
        while True:
            message = self._child.receive(deadline)
            if message.method == "window/showMessage":
                shown = _decoded(message.params, _Shown)
                return Answer((), Problem(Why.ENGINE_FAILED, f"Semgrep said: {shown.message[:200]}"))
            if message.method != "textDocument/publishDiagnostics":
                continue
            published = _decoded(message.params, _Published)
            if published.uri == uri:
                complaint = _COMPLAINT.search(self._child.errors())
                problem = None
                if complaint is not None:
                    problem = problem_of(complaint[1].decode("utf-8", "replace"))
                return Answer(tuple(_hit(each) for each in published.diagnostics), problem)


def _decoded(body: msgspec.Raw, kind: type[_S]) -> _S:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise Gone(f"it sent a message in another form: {error}") from error


def _hit(diagnostic: _Diagnostic) -> Hit:
    start, end = diagnostic.range.start, diagnostic.range.end
    # Semgrep counts bytes here, although the protocol speaks of UTF-16 units
    return Hit(
        diagnostic.code.rpartition(".")[2],
        start.line + 1,
        start.character + 1,
        end.line + 1,
        end.character + 1,
        diagnostic.message,
    )
