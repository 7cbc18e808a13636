"""Code of perl, ruby, php, lua, awk and JavaScript inside another script: read by its sinks, not in full.

These languages have no interpreter here. Code that names no way out (no process, no socket, no
`eval`) is harmless. Commands in literals become bash units, sockets become effects, a shell beside a
socket is one tied to it. What is left that could start something is a gap; of a file that stood on disk
beside the script it is as if the file were out of reach.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from auditor.model.gap import Why
from auditor.model.place import START, Place
from auditor.model.unit import Language, Unit
from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.expressions import Expressions, Items
from auditor.read.launch.harmless import awk_sinks, is_harmless, without_strings
from auditor.read.launch.made import run_text
from auditor.read.launch.pure import run_filter
from auditor.read.launch.sinks import SHELLS_BESIDE, SINKS, Sinks
from auditor.read.launch.surroundings import assignment_of, for_code
from auditor.read.values import Known, Unknown, Value, alternatives, known_text, unknown

Found = TypeVar("Found")
_URL = re.compile(r"""["'`](https?://[^"'`\s]+)["'`]""")
_AWK_ENDPOINT = re.compile(r'/inet6?/(tcp|udp)/([^/"]*)/([^/"]*)/([^/"]*)')
_PROGRAM_BLOCK = re.compile(r"\s*\{[^{}]*\}\s*(?=[@$\"'q(])")
"""The program that `exec {PROGRAM} LIST` of perl runs under another name."""
_AWK_RUNS = re.compile(r"\bsystem\s*\(")
MOST_SINKS = 50


def read_scripting(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read a unit of such a language; a whole script is not read this way."""
    place = Place(unit.id, START)
    if unit.parent is None:
        evaluation.gap(Why.NO_READER, unit.language.value, place)
        return Outcome()
    if not is_harmless(unit.language, unit.text):
        evaluation.spend(1 + len(unit.text) // 64)
        inner = replace(context, place=place, is_stage=False, is_beside=False)
        reading = _Reading(evaluation, unit.language, unit.text, inner, tuple(argv[1:]))
        reading.run()
        if reading.is_unread and context.is_beside:
            evaluation.emit("code.run", "absent", argv[0] if argv else unit.language.value, place=context.place)
        elif reading.is_unread:
            evaluation.gap(Why.NO_READER, unit.language.value, place)
    return Outcome(stdout=evaluation.fresh(Source.COMMAND, unit.language.value))


@dataclass(slots=True)
class _Reading:
    """The reading of one piece of code; `is_unread` says that something was left."""

    evaluation: Evaluation
    language: Language
    code: str
    context: Context
    arguments: tuple[Value, ...] = ()
    is_unread: bool = False
    endpoints: list[tuple[Value, Value, bool]] = field(default_factory=list)

    def run(self) -> None:
        if self.language is Language.AWK:
            self._awk()
            return
        sinks = SINKS.get(self.language)
        if sinks is None:
            self.is_unread = True
            return
        bare = without_strings(self.code)
        expressions = Expressions(self.language, self.code)
        if self.arguments:
            expressions.names["ARGV"] = self.arguments
        expressions.learn()
        self._connections(sinks, bare, expressions)
        urls = [found[1] for found in _URL.finditer(self.code)]
        fetches = bool(sinks.fetches.search(bare)) and bool(urls)
        if fetches:
            for url in self._bounded(urls):
                self.evaluation.emit("http.request", "GET", url, place=self.context.place)
        elif sinks.fetches.search(bare) and self.language is not Language.PHP:
            self.is_unread = True
        count = self._commands(sinks, bare, expressions, urls if fetches else [])
        left = [found for found in sinks.other.finditer(bare) if not self._is_told(found[0], count)]
        self.is_unread = self.is_unread or bool(left)

    def _bounded(self, found: list[Found]) -> list[Found]:
        """Give as many as are read; more of them are left."""
        self.is_unread = self.is_unread or len(found) > MOST_SINKS
        return found[:MOST_SINKS]

    def _is_told(self, text: str, commands: int) -> bool:
        """Whether a construct that cannot be read is only what a command found elsewhere needs."""
        return (text == "child_process" and commands > 0) or (text.startswith("/") and bool(self.endpoints))

    def _commands(self, sinks: Sinks, bare: str, expressions: Expressions, urls: list[str]) -> int:
        """Read what is run and evaluated; gives how many commands were found."""
        count = 0
        for pattern, kind in ((sinks.runs, "text"), (sinks.starts, "words"), (sinks.evaluates, "code")):
            for found in self._bounded(list(pattern.finditer(bare))):
                if kind == "text" and found[0] == "`":
                    if bare.count("`", 0, found.start()) % 2:
                        continue
                    end = self.code.find("`", found.end())
                    items: Items = (expressions.interpolated(self.code[found.end() : end if end > 0 else None]),)
                elif found[0].strip() in {"qx", "%x"}:
                    items = expressions.delimited(found.end())
                else:
                    block = _PROGRAM_BLOCK.match(self.code, found.end()) if self.language is Language.PERL else None
                    items = expressions.items(block.end() if block is not None else found.end())[0]
                count += 1
                self._sink(kind, items, urls)
        return count

    def _sink(self, kind: str, items: Items, urls: list[str]) -> None:
        inner = for_code(self.context)
        if self.endpoints:
            host, port, _ = self.endpoints[0]
            items = items[:1]
            inner = replace(inner, socket=(host, port))
        name = self.language.value
        command = items[0] if items else unknown(Source.UNKNOWN)
        if kind == "code":
            if _is_unresolved(command) and urls:
                self.evaluation.emit("code.fetch", urls[0], name, place=self.context.place)
            elif _is_unresolved(command):
                self._unresolved(command)
            else:
                run_text(self.evaluation, self.language, command, inner, made_by=f"{name} eval", argv=())
        elif _is_unresolved(command):
            if urls:
                self.evaluation.emit("code.fetch", urls[0], "bash", place=self.context.place)
            else:
                self._unresolved(command)
        elif kind == "words" and len(items) > 1:
            self.evaluation.launch(items, inner)
        else:
            run_text(self.evaluation, Language.BASH, command, inner, made_by=name, argv=(Known("sh"),))

    def _unresolved(self, command: Value) -> None:
        """Say that a command is not known; one from an argument is listed, one beside a socket comes from there."""
        if self.endpoints:
            return
        sources = {single.hole.source for single in alternatives(command) if isinstance(single, Unknown)}
        if sources == {Source.ARGUMENT}:
            self.evaluation.emit("code.load", self.language.value, "argument", place=self.context.place)
        else:
            self.is_unread = True

    def _connections(self, sinks: Sinks, bare: str, expressions: Expressions) -> None:
        if not sinks.connects.search(bare):
            return
        for endpoint in sinks.endpoints:
            for found in self._bounded(list(endpoint.call.finditer(bare))):
                items = expressions.items(found.end())[0]
                self._endpoint(items, endpoint.host, endpoint.port, endpoint.listens)
        if self.language is Language.PERL:
            self._perl_endpoint(bare, expressions)
        if not self.endpoints:
            listens = bool(re.search(r"accept|listen|Server", bare))
            self.endpoints.append((unknown(Source.ARGUMENT), unknown(Source.ARGUMENT), listens))
        has_shell = any(pattern.search(self.code) for pattern in (SHELLS_BESIDE, sinks.runs, sinks.starts))
        for host, port, listens in self.endpoints:
            effect = "net.listen" if listens else "net.connect"
            self.evaluation.emit(effect, "tcp", host, port, place=self.context.place)
            if has_shell:
                self.evaluation.emit("process.stdio", "socket", host, port, place=self.context.place)

    def _endpoint(self, items: Items, host: int, port: int, listens: bool) -> None:
        if host == -1 or not items:
            return
        if self.language is Language.JAVASCRIPT:
            items = self._object(items)
        if listens and len(items) == 1 and port != -1 and (known_text(items[0]) or "").isdigit():
            self.endpoints.append((Known("0.0.0.0"), items[0], True))  # noqa: S104  (what the code listens on)
            return
        where = items[host] if host < len(items) else Known("0.0.0.0" if listens else "localhost")  # noqa: S104
        text = re.sub(r"^\w+://", "", known_text(where) or "")
        if port == -1:
            name, _, number = text.rpartition(":")
            if name and number.isdigit():
                self.endpoints.append((Known(name), Known(number), listens))
            elif self.language is not Language.PERL:
                self.endpoints.append((where, unknown(Source.ARGUMENT), listens))
            return
        number_value = items[port] if port < len(items) else unknown(Source.ARGUMENT)
        self.endpoints.append((Known(text) if text else where, number_value, listens))

    def _object(self, items: Items) -> Items:
        """Give port and host where JavaScript passes an object (`{port: 1, host: "h"}`)."""
        port = re.search(r"\bport\s*:\s*[\"']?(\d{1,5})", self.code)
        host = re.search(r"\bhost\s*:\s*[\"']([^\"']+)", self.code)
        if known_text(items[0]) is not None or port is None:
            return items
        return (Known(port[1]), Known(host[1] if host else "localhost"))

    def _perl_endpoint(self, bare: str, expressions: Expressions) -> None:
        """Read `sockaddr_in($p, inet_aton($i))` and `PeerHost => …, PeerPort => …`."""
        if self.endpoints:
            return

        def value_after(pattern: str) -> Value | None:
            found = re.search(pattern, bare)
            items = expressions.items(found.end())[0] if found else ()
            return items[0] if items else None

        listens = bool(re.search(r"\bbind\s*\(|\blisten\s*\(|\bLocalPort\b|\bListen\b", bare))
        host = value_after(r"\binet_aton\s*\(?|\b(?:PeerAddr|PeerHost|LocalAddr)\s*(?:=>|,)\s*")
        port = value_after(r"\b(?:pack_)?sockaddr_in\s*\(?|\b(?:PeerPort|LocalPort)\s*(?:=>|,)\s*")
        if host is None and port is None:
            return
        place = host or (Known("0.0.0.0") if listens else unknown(Source.ARGUMENT))  # noqa: S104
        self.endpoints.append((place, port or unknown(Source.ARGUMENT), listens))

    def _awk(self) -> None:
        sinks = awk_sinks(self.code)
        found = _AWK_ENDPOINT.search(self.code)
        if found is not None or "/inet" in sinks:
            listens = found is not None and found[2] not in {"", "0"}
            host = Known(found[3]) if found is not None and found[3] else unknown(Source.ARGUMENT)
            port = Known(found[2] if listens else found[4]) if found is not None else unknown(Source.ARGUMENT)
            effect = "net.listen" if listens else "net.connect"
            self.evaluation.emit(effect, found[1] if found is not None else "tcp", host, port, place=self.context.place)
            if "getline" in self.code and self.code.count("|&") > 1:
                self.evaluation.emit("process.stdio", "socket", host, port, place=self.context.place)
            return
        expressions = Expressions(Language.AWK, self.code)
        for word in self.arguments:
            pair = assignment_of(word)
            if pair is not None:
                expressions.names[pair[0]] = (pair[1],)
        read = self._awk_fed()
        for call in _AWK_RUNS.finditer(self.code):
            read += self._awk_command(expressions.awk_text(call.end()))
        for quoted in re.finditer(r'"((?:[^"\\]|\\.)*)"\s*\|\s*getline|\|&?\s*"((?:[^"\\]|\\.)*)"', self.code):
            text = quoted[1] if quoted[1] is not None else quoted[2]
            read += self._awk_command(expressions.interpolated(text))
        self.is_unread = read < sum(1 for name in sinks if name in {"system", "|", "|&", "@load"})

    def _awk_fed(self) -> int:
        """Read `print | "sh"`: what awk prints is the input of a command."""
        found = _AWK_FEEDS.search(self.code)
        if found is None or _AWK_FEEDS.search(self.code, found.end()) is not None:
            return 0
        program = Known(self.code[: found.start()] + self.code[found.end() :])
        printed = run_filter(self.evaluation, "awk", (*self._options(), program), self.context)
        words = [Known(word) for word in found[1].split()]
        self.evaluation.launch(words, replace(for_code(self.context), stdin=printed.stdout if printed else None))
        return 0

    def _options(self) -> tuple[Value, ...]:
        return tuple(piece for word in self.arguments for piece in (Known("-v"), word))

    def _awk_command(self, command: Value) -> int:
        if _is_unresolved(command):
            self.evaluation.emit("code.load", "bash", "input", place=self.context.place)
        elif known_text(command) not in _AWK_SINKLESS:
            inner = for_code(self.context)
            run_text(self.evaluation, Language.BASH, command, inner, made_by="awk", argv=(Known("sh"),))
        return 1


_AWK_FEEDS = re.compile(r'\|\s*"([\w./ -]+)"(?!\s*\|?\s*getline)')
_AWK_SINKLESS = frozenset({"sort", "cat 1>&2", "cat >&2", "date", "sort -n", "sort -rn", "sort -nr"})


def _is_unresolved(command: Value) -> bool:
    return all(isinstance(single, Unknown) for single in alternatives(command))
