"""The server's side of an MCP conversation over two streams.

Takes a way to receive bytes and one to send them; answers requests of the revisions that begin with `initialize`
(2025-06-18, 2025-11-25) and of 2026-07-28, in which each request says its revision. Tools run in threads, a bounded
number of them; what is cancelled is not answered. Sends nothing that was not asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from auditor import __version__
from auditor.errors import AuditorError
from auditor.gate.engine import Engine
from auditor.gate.mcp.messages import Code, Fault, Id, Notice, Request, error, messages, result
from auditor.gate.mcp.tools import ADVISORY, TOOLS, call, failed

LEGACY = ("2025-11-25", "2025-06-18")
MODERN = ("2026-07-28",)
_PREFIX = "io.modelcontextprotocol/"
_INFORMATION = {"name": "auditor", "title": "auditor", "version": __version__}
_INSTRUCTIONS = (
    "Ask `audit_code` before you run a script or a command line that you are not sure of; `explain_rule` says what a "
    f"finding means and what to do instead. {ADVISORY}"
)
_CACHEABLE = {"ttlMs": 3_600_000, "cacheScope": "public"}

Object = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Streams:
    """The two ends of a conversation; `send` may be called by one thread at a time."""

    receive: Callable[[int], bytes]
    send: Callable[[bytes], None]


class Conversation:
    """Serves one client until its stream ends; what has begun by then is finished."""

    def __init__(self, make: Callable[[], Engine], streams: Streams, *, workers: int = 2, waiting: int = 32) -> None:
        self._streams = streams
        self._most = workers + waiting
        self._threads = ThreadPoolExecutor(workers, "mcp")
        self._sending = threading.Lock()
        self._lock = threading.Lock()
        self._open: dict[Id, bool] = {}  # requests that are under way, and whether they were cancelled
        self._is_initialized = False
        self._engine = ThreadPoolExecutor(1, "mcp-engine").submit(make)

    def run(self) -> None:
        """Serve; raises OSError where the client does not read its answers."""
        try:
            for message in messages(self._streams.receive):
                try:
                    if isinstance(message, Fault):
                        raise message
                    if isinstance(message, Request):
                        self._request(message)
                    else:
                        self._notice(message)
                except Fault as fault:
                    self._send(error(fault))
        finally:
            self._threads.shutdown()
            if self._engine.exception() is None:
                self._engine.result().close()

    def _request(self, request: Request) -> None:
        revision = self._revision(request)
        if request.method == "initialize":
            self._send(result(request.id, self._initialize(request)))
        elif request.method == "ping" and revision not in MODERN:
            self._send(result(request.id, {}))
        elif request.method == "server/discover" and revision in MODERN:
            value = {"supportedVersions": [*MODERN, *LEGACY], "capabilities": {"tools": {}}}
            self._complete(request, {**value, "instructions": _INSTRUCTIONS, **_CACHEABLE}, revision)
        elif revision is None:
            raise Fault(request.id, Code.REQUEST, "`initialize` comes first")
        elif request.method == "tools/list":
            listed: Object = {"tools": TOOLS}
            self._complete(request, {**listed, **_CACHEABLE} if revision in MODERN else listed, revision)
        elif request.method == "tools/call":
            self._call(request, revision)
        else:
            raise Fault(request.id, Code.METHOD, "no such method")

    def _revision(self, request: Request) -> str | None:
        """Give the revision that a request speaks: its own word, else that of the handshake; None before that."""
        meta = request.parameters.get("_meta")
        said = meta.get(f"{_PREFIX}protocolVersion") if isinstance(meta, dict) else None
        if said is None:
            return LEGACY[0] if self._is_initialized else None
        if said not in MODERN:
            data = {"supported": [*MODERN, *LEGACY], "requested": str(said)[:40]}
            raise Fault(request.id, Code.REVISION, "unsupported protocol version", data)
        if not isinstance(meta, dict) or not isinstance(meta.get(f"{_PREFIX}clientCapabilities"), dict):
            raise Fault(request.id, Code.PARAMETERS, "no clientCapabilities in _meta")
        return str(said)

    def _initialize(self, request: Request) -> Object:
        wanted = request.parameters.get("protocolVersion")
        if not isinstance(wanted, str):
            raise Fault(request.id, Code.PARAMETERS, "no protocolVersion")
        if self._is_initialized:
            raise Fault(request.id, Code.REQUEST, "initialized already")
        self._is_initialized = True
        return {
            "protocolVersion": wanted if wanted in LEGACY else LEGACY[0],
            "capabilities": {"tools": {}},
            "serverInfo": _INFORMATION,
            "instructions": _INSTRUCTIONS,
        }

    def _notice(self, notice: Notice) -> None:
        identity = notice.parameters.get("requestId")
        if notice.method == "notifications/cancelled" and isinstance(identity, str | int):
            with self._lock:
                if identity in self._open:
                    self._open[identity] = True

    def _call(self, request: Request, revision: str) -> None:
        name, arguments = request.parameters.get("name"), request.parameters.get("arguments", {})
        if not isinstance(name, str) or not isinstance(arguments, dict):
            raise Fault(request.id, Code.PARAMETERS, "a call has a name, and arguments that are an object")
        if name not in {tool["name"] for tool in TOOLS}:
            raise Fault(request.id, Code.PARAMETERS, "unknown tool")
        with self._lock:
            if request.id in self._open:
                raise Fault(request.id, Code.REQUEST, "a request of this id is under way")
            is_full = len(self._open) >= self._most
            if not is_full:
                self._open[request.id] = False
        if is_full:
            self._complete(request, failed("too many calls at once; ask again"), revision)
        else:
            self._threads.submit(self._run, request, name, arguments, revision)

    def _run(self, request: Request, name: str, arguments: Object, revision: str) -> None:
        value: Object | None = None
        try:
            if not self._open[request.id]:
                with self._engine.result().lent() as auditor:
                    value = call(name, arguments, auditor)
        except AuditorError as failure:  # the operator's policy or rules cannot be read
            value = failed(f"the auditor cannot work here ({type(failure).__name__}); tell the operator")
        except Exception as failure:  # the boundary: a client waits for an answer whatever happened
            value = failed(f"the auditor failed ({type(failure).__name__})")
        finally:
            with self._lock:
                is_cancelled = self._open.pop(request.id)
        if value is not None and not is_cancelled:
            try:
                self._complete(request, value, revision)
            except OSError:
                return  # nobody reads; the main thread ends when the other stream does

    def _complete(self, request: Request, value: Object, revision: str) -> None:
        if revision in MODERN:
            value = {"resultType": "complete", **value, "_meta": {f"{_PREFIX}serverInfo": _INFORMATION}}
        self._send(result(request.id, value))

    def _send(self, data: bytes) -> None:
        with self._sending:
            self._streams.send(data)
