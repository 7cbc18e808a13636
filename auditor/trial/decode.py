"""From a recording to what the script did: program starts and pseudo-effects, each with its evidence.

Takes a Recording; gives `Observed` values in order of time, in the vocabulary of predicted effects,
after undoing what the sandbox changed (home is `~`, decoys have base names, synthetic addresses
have host names). Order of trust: the sinkhole, then system calls, then differences of files.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from auditor.model.finding import Evidence
from auditor.trial.addresses import address_of
from auditor.trial.clouds import provisions
from auditor.trial.paths import touched
from auditor.trial.programs import Programs
from auditor.trial.queries import names_asked
from auditor.trial.request import Recording
from auditor.trial.sinkhole.bodies import BEACON
from auditor.trial.sinkhole.events import SinkEvent
from auditor.trial.stage import HOME, TRIAL, WORK
from auditor.trial.streams import Streams
from auditor.trial.trace import Call, start_of
from auditor.trial.tracer import REFUSED

_SOCKET = re.compile(r"^\d+<(socket:\[\d+\])>")
_DNS_PORT = 53
_OWN_RESOLVER = ("10.0.2.3", _DNS_PORT)
_PATHS = ("/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/", f"{TRIAL}/bin/")
_INTERPRETERS = {"sh": "bash", "py": "python"}
_QUIET_FILES = re.compile(r"/(?:__pycache__/|\.cache/|\.bash_history$|\.lesshst$|known_hosts(?:\.old)?$)")


@dataclass(frozen=True, slots=True)
class Observed:
    """One thing that the trial saw. `argv` is a program start as it was made; else `words` is a pseudo-effect."""

    words: tuple[str, ...]
    is_program: bool
    succeeded: bool
    evidence: Evidence


def decode(recording: Recording) -> tuple[Observed, ...]:
    """Give what was observed, in order of time, equal things once."""
    start = min((call.moment for call in recording.calls), default=0.0)
    decoder = _Decoder(recording, start, Programs.of(recording.calls))
    seen: dict[tuple[object, ...], Observed] = {}
    everything = [*decoder.sink(), *decoder.calls(), *decoder.files()]
    for observed in sorted(everything, key=lambda each: each.evidence.moment_ms):
        key = (observed.words, observed.is_program)
        if key not in seen or (observed.succeeded and not seen[key].succeeded):
            seen[key] = observed
    return tuple(seen.values())


@dataclass(slots=True)
class _Decoder:
    recording: Recording
    start: float
    programs: Programs

    def sink(self) -> Iterator[Observed]:
        """Decode what the sinkhole understood."""
        for event in self.recording.sink:
            for words in _words_of(event):
                detail = " ".join(f"{name}={value}" for name, value in event.fields)
                pid = self.programs.connected(_lookup(self.recording, event.host), event.port, event.moment)
                yield self._observed(
                    words, "sinkhole", event.kind, detail or f"{event.host}:{event.port}", event.moment, pid
                )

    def calls(self) -> Iterator[Observed]:
        """Decode system calls."""
        names = dict(self.recording.names)
        sockets: dict[str, tuple[str, int]] = {}
        bound: dict[str, tuple[str, int]] = {}
        own = _own_starts(self.recording)
        streams = Streams()
        for number, call in enumerate(self.recording.calls):
            if call.name in {"execve", "execveat"}:
                if number not in own:
                    yield from self._started(call)
                shell = streams.started(call)
                if shell is not None:
                    yield self._call(("process.stdio", "socket", shell[0], str(shell[1])), call, succeeded=True)
            elif call.name == "connect":
                address = address_of(call.arguments)
                if address is None or address == _OWN_RESOLVER or address[1] == 0:
                    continue
                if address[1] == _DNS_PORT and address[0] in self.recording.resolvers:
                    continue  # what a resolver is asked is told below
                host, port = names.get(address[0], address[0]), address[1]
                sockets[_socket(call.arguments[0])] = (host, port)
                succeeded = (call.succeeded and not call.injected) or call.error == "EINPROGRESS"
                yield self._call(("net.connect", "tcp", host, str(port)), call, succeeded=succeeded)
            elif self.recording.resolvers and call.name in {"sendto", "sendmmsg"} and (asked := names_asked(call)):
                for name in asked:
                    yield self._call(("dns.query", name), call, succeeded=call.succeeded)
            elif call.name == "sendto" and (packet := address_of(call.arguments, 4)) is not None:
                if packet[1] != _DNS_PORT:  # what is asked of a resolver, the sinkhole tells
                    yield self._call(
                        ("net.connect", "udp", names.get(packet[0], packet[0]), str(packet[1])),
                        call,
                        succeeded=call.succeeded,
                    )
            elif call.name == "bind":
                address = address_of(call.arguments)
                if address is not None:
                    bound[_socket(call.arguments[0])] = address
            elif call.name == "listen" and _socket(call.arguments[0]) in bound:
                host, port = bound[_socket(call.arguments[0])]
                sockets[_socket(call.arguments[0])] = (host, port)
                yield self._call(("net.listen", "tcp", host, str(port)), call, succeeded=call.succeeded)
            elif call.name in {"dup2", "dup3"} and call.succeeded:
                shell = streams.moved(call, sockets.get(_socket(call.arguments[0])))
                if shell is not None:
                    yield self._call(("process.stdio", "socket", shell[0], str(shell[1])), call, succeeded=True)
            elif call.child is not None:
                streams.forked(call.pid, call.child)
            elif (touch := touched(call)) is not None and not _QUIET_FILES.search(touch.path):
                words = (touch.effect, shown_path(touch.path), *((touch.mode,) if touch.mode else ()))
                if call.succeeded or touch.effect == "file.write":
                    yield self._call(words, call, succeeded=call.succeeded)
            elif call.name in {"ptrace", "unshare", "setns", *REFUSED}:
                yield self._call(("process.hide", call.name), call, succeeded=False)

    def files(self) -> Iterator[Observed]:
        """Decode differences of files: what was created, changed or removed outside temporary folders' noise."""
        end = max((call.moment for call in self.recording.calls), default=self.start)
        for change in self.recording.files:
            if _QUIET_FILES.search(change.path):
                continue
            name = "file.delete" if change.change == "removed" else "file.write"
            detail = f"{change.change}, mode {change.mode:o}, {change.size} bytes"
            yield self._observed((name, shown_path(change.path)), "files", change.change, detail, end)

    def _started(self, call: Call) -> Iterator[Observed]:
        path, argv = start_of(call)
        if path.startswith(f"{BEACON}/{self.recording.nonce}/"):
            interpreter = _INTERPRETERS.get(path.rpartition("/")[2], "exec")
            url = self._fetched_before(call.moment)
            yield self._call(("code.fetch", url, interpreter), call, succeeded=True)
        elif path and not (call.error == "ENOENT" and path.startswith(_PATHS) and not self._is_last_try(call, argv)):
            program = next((path.removeprefix(folder) for folder in _PATHS if path.startswith(folder)), path)
            words = (shown_path(program), *(shown_path(word) for word in argv[1:]))
            yield self._call(words, call, is_program=True, succeeded=call.succeeded)

    def _is_last_try(self, call: Call, argv: list[str]) -> bool:
        """Whether a failed start is the end of a search along PATH."""
        return call.arguments[0].startswith('"/bin/') and bool(argv)

    def _fetched_before(self, moment: float) -> str:
        urls = [event.get("url") for event in self.recording.sink if event.kind == "http" and event.moment <= moment]
        return urls[-1] if urls else "unknown"

    def _call(self, words: tuple[str, ...], call: Call, *, is_program: bool = False, succeeded: bool) -> Observed:
        result = str(call.result) if not call.error else f"{call.result} {call.error}"
        text = f"{call.name}({', '.join(call.arguments[:2])}) = {result}"
        return self._observed(words, "strace", call.name, text, call.moment, call.pid, is_program, succeeded)

    def _observed(
        self, words: tuple[str, ...], source: str, event: str, detail: str, moment: float,
        pid: int | None = None, is_program: bool = False, succeeded: bool = True,
    ) -> Observed:  # fmt: skip
        elapsed = round(max(0.0, moment - self.start) * 1000, 1)
        program = self.programs.at(pid, moment)
        return Observed(words, is_program, succeeded, Evidence(source, event, detail[:500], elapsed, pid, program))


def shown_path(text: str) -> str:
    """Give a path as the script would name it outside the sandbox: home is `~`, the working directory is `.`."""
    if text == HOME or text.startswith(HOME + "/"):
        return "~" + text[len(HOME) :]
    if text.startswith(f"{TRIAL}/bin/"):
        return "/usr" + text.removeprefix(TRIAL)
    if text.startswith(WORK + "/"):
        return "./" + posixpath.relpath(text, WORK)
    return text


def _words_of(event: SinkEvent) -> Iterator[tuple[str, ...]]:
    host, port = event.host, str(event.port)
    if event.kind == "dns":
        yield ("dns.query", host)
    elif event.kind == "tcp":
        yield ("net.connect", "tcp", host, port)
    elif event.kind == "tls":
        yield ("tls.hello", host)
    elif event.kind == "http":
        yield ("http.request", event.get("method"), event.get("url"))
        yield from provisions(event)
    elif event.kind == "ssh":
        yield ("ssh.open", event.get("user") or "unknown", host, port)
    elif event.kind == "ssh-forward":
        yield (
            "ssh.forward",
            event.get("forward"),
            *(word for word in (event.get("bind_port"), event.get("bind")) if word),
        )
    elif event.kind == "ssh-direct":
        yield ("ssh.forward", "local", event.get("to_port"), event.get("to"))
    elif event.kind == "stratum" and event.get("act") == "login":
        yield ("stratum.login", host, port, event.get("wallet") or "unknown", event.get("agent") or "unknown")
    elif event.kind == "stratum" and event.get("act") == "subscribe":
        yield ("stratum.subscribe", host, port, event.get("agent") or "unknown")


def _own_starts(recording: Recording) -> frozenset[int]:
    """Number the calls by which the trial itself started: its init, and the script's interpreter."""
    starts = (number for number, call in enumerate(recording.calls) if call.name == "execve" and call.succeeded)
    return frozenset(islice(starts, 2))


def _lookup(recording: Recording, host: str) -> frozenset[str]:
    """Give a host with the synthetic addresses that stand for it."""
    return frozenset({host, *(address for address, name in recording.names if name == host)})


def _socket(argument: str) -> str:
    match = _SOCKET.match(argument)
    return match[1] if match else argument
