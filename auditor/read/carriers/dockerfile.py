"""Dockerfiles: what a build runs (`RUN`) and what its image starts (`ENTRYPOINT` and `CMD`).

The format is Docker's Dockerfile reference, https://docs.docker.com/reference/dockerfile/.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from auditor.model.place import Place, Span
from auditor.model.unit import Language, Unit
from auditor.model.word import Source
from auditor.read.carriers.instructions import Heredoc, Instruction, instructions
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.languages import BY_INTERPRETER, interpreter_of
from auditor.read.values import Known, Value, concat, known_text, unknown, words_of

_PAIR = re.compile(r"""([A-Za-z_]\w*)=((?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s\\"'])*)""", re.DOTALL)
_VARIABLE = re.compile(r"\\(\$)|\$(?:\{([A-Za-z_]\w*)(?::([-+])([^}]*))?\}|([A-Za-z_]\w*))")
_BARE_HEREDOC = re.compile(r"\s*<<-?\s*(['\"]?)\w+\1\s*$")
_SHELL = re.compile(r"(?:^|/)(?:ba|da|z|k|a)?sh$")


@dataclass(slots=True)
class _Image:
    """The state of one build stage."""

    environment: dict[str, Value] = field(default_factory=dict)
    directory: str | None = None
    shell: tuple[str, ...] = ("/bin/sh", "-c")
    entrypoint: tuple[tuple[Value, ...], Span] | None = None
    command: tuple[tuple[Value, ...], Span] | None = None

    def copy(self) -> _Image:
        """Give the state that a stage built on this one starts with."""
        return replace(self, environment=dict(self.environment))


def read_dockerfile(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read every instruction in order; the last ENTRYPOINT and CMD of each stage are started."""
    build = _Build(evaluation, unit, context, _Image(dict(context.environment)))
    for instruction in instructions(unit.text):
        evaluation.spend()
        build.carry_out(instruction)
    build.start()
    return Outcome()


class _Build:
    """One reading of a Dockerfile."""

    def __init__(self, evaluation: Evaluation, unit: Unit, context: Context, image: _Image) -> None:
        self.evaluation = evaluation
        self.unit = unit
        self.context = context
        self.image = image
        self.stages: dict[str, _Image] = {}
        self.arguments: dict[str, Value] = {}
        self.carriers: dict[str, Callable[[Instruction], None]] = {
            "FROM": self._from,
            "RUN": self._run,
            "ENV": self._env,
            "ARG": self._arg,
            "SHELL": self._set_shell,
            "ENTRYPOINT": self._entrypoint,
            "CMD": self._command,
            "ADD": self._add,
            "COPY": self._add,
            "WORKDIR": self._workdir,
            "HEALTHCHECK": self._healthcheck,
            "ONBUILD": self._onbuild,
        }

    def carry_out(self, instruction: Instruction) -> None:
        """Carry out an instruction; those that start nothing are passed over."""
        carrier = self.carriers.get(instruction.keyword)
        if carrier is not None:
            carrier(instruction)

    def start(self) -> None:
        """Start what the image starts: the entry point with the command as its arguments, or the command alone."""
        started = self.image.entrypoint or self.image.command
        if started is None:
            return
        argv = list(started[0])
        if self.image.entrypoint is not None and self.image.command is not None:
            argv += self.image.command[0]
        if argv:
            self.evaluation.launch(argv, self._at(started[1]))

    def _at(self, span: Span) -> Context:
        return replace(
            self.context,
            place=Place(self.unit.id, span),
            environment=self.image.environment,
            directory=self.image.directory or self.context.directory,
        )

    def _from(self, instruction: Instruction) -> None:
        self.start()
        words = instruction.rest.split()
        old = self.stages.get(words[0].lower()) if words else None
        self.image = old.copy() if old is not None else _Image(dict(self.context.environment))
        if len(words) >= 3 and words[1].upper() == "AS":
            self.stages[words[2].lower()] = self.image

    def _run(self, instruction: Instruction) -> None:
        here = self._at(instruction.span)
        rest = instruction.rest
        array = _array(rest)
        if array is not None:
            if array:
                self.evaluation.launch([Known(word) for word in array], here)
        elif instruction.heredocs and _BARE_HEREDOC.match(rest):
            body = instruction.heredocs[0].body
            language = BY_INTERPRETER.get(interpreter_of(body) or "sh", Language.OTHER)
            self.evaluation.run_code(language, Known("\n" + body), here, made_by="RUN")
        elif _SHELL.search(self.image.shell[0]):
            self.evaluation.run_code(Language.BASH, Known(rest + _bodies(instruction.heredocs)), here, made_by="RUN")
        else:
            self.evaluation.launch([*map(Known, self.image.shell), Known(rest)], here)

    def _healthcheck(self, instruction: Instruction) -> None:
        found = re.match(r"\s*CMD\b\s*(.*)$", instruction.rest, re.DOTALL | re.IGNORECASE)
        if found is not None:
            self._run(replace(instruction, rest=found[1]))

    def _onbuild(self, instruction: Instruction) -> None:
        keyword, _, rest = instruction.rest.partition(" ")
        self.carry_out(replace(instruction, keyword=keyword.upper(), rest=rest.strip()).without_flags())

    def _env(self, instruction: Instruction) -> None:
        pairs = _PAIR.findall(instruction.rest)
        if not pairs or not re.match(r"\s*[A-Za-z_]\w*=", instruction.rest):
            name, _, value = instruction.rest.partition(" ")
            pairs = [(name, value.strip())]
        filled = [(name, self._filled(value)) for name, value in pairs]
        self.image.environment.update(filled)

    def _arg(self, instruction: Instruction) -> None:
        for word in re.findall(r"[A-Za-z_]\w*(?:=(?:\"[^\"]*\"|'[^']*'|\S)*)?", instruction.rest):
            name, equals, value = word.partition("=")
            default = self._filled(value) if equals else self.arguments.get(name)
            given = default if default is not None else self.evaluation.fresh(Source.ARGUMENT, name[:80])
            self.arguments.setdefault(name, given)
            self.image.environment.setdefault(name, given)

    def _filled(self, text: str) -> Value:
        """Give a value with quotes taken off and variables filled in."""
        pieces: list[Value] = []
        for quoted in re.findall(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|(?:\\.|[^\"'\\])+|.", text, re.DOTALL):
            if quoted[:1] == "'" and len(quoted) > 1:
                pieces.append(Known(quoted[1:-1]))
                continue
            bare = quoted[1:-1] if quoted[:1] == '"' and len(quoted) > 1 else quoted
            end = 0
            for found in _VARIABLE.finditer(bare):
                pieces += [Known(_unescaped(bare[end : found.start()])), self._variable(found)]
                end = found.end()
            pieces.append(Known(_unescaped(bare[end:])))
        if sum(_size(piece) for piece in pieces) > self.evaluation.limits.text_bytes:
            return unknown(Source.LIMIT)
        return concat(pieces)

    def _variable(self, found: re.Match[str]) -> Value:
        if found[1]:
            return Known("$")
        value = self.image.environment.get(found[2] or found[5])
        if found[3] == "+":
            return Known(found[4]) if value is not None else Known("")
        if value is None:
            return Known(found[4]) if found[3] == "-" else Known("")
        return value

    def _set_shell(self, instruction: Instruction) -> None:
        self.image.shell = tuple(_array(instruction.rest) or self.image.shell)

    def _entrypoint(self, instruction: Instruction) -> None:
        self.image.entrypoint = (self._exec_form(instruction.rest), instruction.span)
        self.image.command = None

    def _command(self, instruction: Instruction) -> None:
        self.image.command = (self._exec_form(instruction.rest), instruction.span)

    def _exec_form(self, rest: str) -> tuple[Value, ...]:
        array = _array(rest)
        return tuple(Known(word) for word in (array if array is not None else (*self.image.shell, rest)))

    def _workdir(self, instruction: Instruction) -> None:
        directory = known_text(self._filled(instruction.rest))
        if directory:
            self.image.directory = posixpath.normpath(posixpath.join(self.image.directory or "/", directory))

    def _add(self, instruction: Instruction) -> None:
        """Remember what `ADD URL PATH` downloads, what a heredoc writes, and a file of the build context in reach."""
        words = _array(instruction.rest) or instruction.rest.split()
        if len(words) < 2 or any(flag.startswith("--from") for flag in instruction.flags):
            return
        texts = [known_text(self._filled(word)) or word for word in words]
        *sources, target = texts
        files, directory = self.evaluation.files, self.image.directory
        bodies = {f"<<{heredoc.name}": heredoc.body for heredoc in instruction.heredocs}
        for source in sources:
            base = posixpath.basename(source.rstrip("/"))
            path = Known(posixpath.join(target, base) if target.endswith(("/", ".")) or len(sources) > 1 else target)
            marker = re.sub(r"^<<-?|['\"]", "", source)
            if source.startswith(("http://", "https://")):
                here = self._at(instruction.span)
                self.evaluation.emit("http.request", "GET", source, place=here.place)
                files.write(path, unknown(Source.NETWORK, detail=source), directory=directory)
            elif f"<<{marker}" in bodies and source.startswith("<<"):
                files.write(path, Known(bodies[f"<<{marker}"]), directory=directory)
            elif (file := files.find(Known(source.lstrip("/")), ".")) is not None:
                files.write(path, file.content, directory=directory)


def _bodies(heredocs: Sequence[Heredoc]) -> str:
    return "".join(f"\n{heredoc.body}\n{heredoc.name}" for heredoc in heredocs)


def _size(value: Value) -> int:
    return max(len(str(word)) for word in words_of(value))


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _array(rest: str) -> list[str] | None:
    if not rest.startswith("["):
        return None
    try:
        return msgspec.json.decode(re.sub(r"\\\s*\n", "", rest), type=list[str])
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
