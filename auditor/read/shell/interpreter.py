"""The shell itself: one process's state, and the way into every kind of command.

Takes parsed commands, walks them on the current path, and reports effects through the evaluation.
Nothing is executed; output, status and files are values.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace

from auditor.model.gap import Why
from auditor.model.place import Place, Span, Step
from auditor.model.unit import Language, Unit
from auditor.read.evaluation import Context, Evaluation
from auditor.read.shell import functions, numbers
from auditor.read.shell.arrays import trimmed
from auditor.read.shell.flow import only_assigns
from auditor.read.shell.grammar import read_program
from auditor.read.shell.homes import home_of
from auditor.read.shell.memory import Definition, Home, Memory, Stream, Variable, combined, join
from auditor.read.shell.redirects import hold
from auditor.read.shell.syntax import (
    Command,
    ProcessSubstitution,
    Program,
    Sequence,
    Word,
)
from auditor.read.shell.variables import Variables
from auditor.read.shell.walkers import WALKERS
from auditor.read.shell.words import single
from auditor.read.values import EMPTY, Known, Value, alternatives, known_text, one_of


class Shell(Variables):
    """One shell process: its memory on the current path, and the unit whose commands it walks."""

    def __init__(self, evaluation: Evaluation, context: Context, memory: Memory, home: Home) -> None:
        super().__init__(evaluation, context, memory)
        self.home = home
        self.span: tuple[int, int] = (0, 0)
        self.calls: tuple[Step, ...] = ()
        self.active: list[tuple[object, object, dict[str, Variable]]] = []  # functions under way, and what they found
        self.defined: list[Definition] = []
        self.called: set[object] = set()
        self.traps: list[Value] = []
        self.exits: list[list[Memory]] = []  # paths that left each loop by `break` or `continue`
        self.returns: list[list[Memory]] = []  # paths that left each function by `return`
        self.expanding: frozenset[str] = frozenset()  # aliases that are not expanded again
        self.decisions = 0  # jumps whose condition was known
        self.left: list[Memory] = []  # paths that ended the shell where handlers wait
        self.option_names: set[str] = set()  # variables that `getopts` sets from known arguments
        self.option_place: tuple[int, Value | None] = (1, None)  # the letter that is next, and OPTIND as it was left
        self.outputs: dict[str, Sequence] = {}  # `>(…)` waiting for what is written to it

    # Places

    def place(self, start: int | None = None, end: int | None = None) -> Place:
        """Give the place of a command, by default of the one that is being walked."""
        if start is None or end is None:
            start, end = self.span
        return Place(self.home.unit.id, self.span_of(start, end), self.calls)

    def span_of(self, start: int, end: int) -> Span:
        """Turn offsets of the cleaned text into lines and columns of the unit's."""
        home = self.home
        start += bisect_right(home.dropped, start)
        end += bisect_right(home.dropped, max(end - 1, 0))
        end = max(start, end)
        first, last = (bisect_right(home.line_starts, offset) for offset in (start, end))
        return Span(first, start - home.line_starts[first - 1] + 1, last, end - home.line_starts[last - 1] + 1)

    def too_many(self, what: str, word: Word) -> None:
        """Record that a bound was hit while expanding a word."""
        self.evaluation.gap(Why.TOO_MANY, what, self.place(*self.span))

    def inner_context(self, *, stdin: Value | None = None) -> Context:
        """Give the context in which a child process of the current command starts."""
        source = self.memory.streams.get(0)
        target = self.memory.streams.get(1)
        content = stdin if stdin is not None else source.content if source is not None else None
        socket = (source.socket if source else None) or (target.socket if target else None)
        return Context(
            place=self.place(),
            environment=self.environment(),
            stdin=content,
            directory=self.memory.directory,
            socket=socket,
            depth=self.context.depth,
        )

    def environment(self) -> dict[str, Value]:
        """Give the exported variables."""
        exports_all = "allexport" in self.memory.options
        found: dict[str, Value] = {}
        for scope in self.memory.scopes:
            for name, variable in scope.items():
                if variable.is_exported or exports_all:
                    value = variable.scalar
                    if value is not None:
                        found[name] = value
        return found

    # Walking

    def execute(self, command: Command) -> None:
        """Walk one command."""
        if self.memory.ended:
            return
        self.evaluation.spend()
        WALKERS[type(command)](self, command)

    def run_sequence(self, body: Sequence) -> None:
        """Walk commands in order, until the path ends."""
        for command, in_background in zip(body.commands, body.in_background, strict=True):
            if self.memory.ended:
                return
            if in_background:
                self.subshell(command)
                self.status = 0
            else:
                self.execute(command)

    def run_program(self, program: Program) -> None:
        """Walk a text line by line; what could not be read is a gap, unless the shell stops before it."""
        for line in program.lines:
            self.run_sequence(line)
            if self.memory.ended:
                return
        if program.problem is not None:
            problem = program.problem
            end = len(self.home.text)
            why = Why.TOO_DEEP if problem.is_too_deep else Why.NOT_PARSED
            self.evaluation.gap(why, f"bash: {problem.message}", self.place(min(problem.offset, end), end))

    def subshell(self, command: Command) -> None:
        """Walk a command in a process of its own: what it sets is lost."""
        before, traps = self.memory, len(self.traps)
        self.memory = before.copy()
        jumps = self.exits, self.returns
        self.exits, self.returns = [], []
        try:
            self.execute(command)
            self.run_traps(traps)
        finally:
            self.memory, (self.exits, self.returns) = before, jumps

    def run_traps(self, since: int = 0) -> None:
        """Walk the handlers set since a point, as they would run when the shell ends."""
        waiting, self.traps = self.traps[since:], self.traps[:since]
        if waiting and self.left:
            depth = len(self.memory.scopes)
            left = [each for each in self.left if len(each.scopes) >= depth]
            for each in left:
                del each.scopes[depth:]
            self.memory = join([self.memory, *left], self.limits.alternatives)
        self.memory.ended = ""
        for handler in waiting:
            self.memory.ended = ""
            self.evaluate(handler, made_by="trap")

    def run_rest(self) -> None:
        """Walk the handlers that run when the shell ends, and once each function that nothing called."""
        self.run_traps()
        final = self.memory
        final.ended = ""
        done = 0
        if len(self.defined) > self.limits.shell_functions:
            self.evaluation.gap(Why.TOO_MANY, f"more than {self.limits.shell_functions} functions")
        while done < len(self.defined) and done < self.limits.shell_functions:
            definition = self.defined[done]
            done += 1
            function = definition.function
            if (definition.home.unit.id, function.start, function.end, function.name) in self.called:
                continue
            self.memory = final.copy()
            self.memory.streams[1] = Stream()
            functions.run_function(self, definition, (Known(function.name),), {}, knows_arguments=False)
        self.memory = final
        self.run_traps()

    def alternatives(self, runs: list[Callable[[], None]]) -> None:
        """Walk several ways to go on from here, and join them."""
        before, results, rows = self.memory, list[Memory](), list[list[Value]]()
        out = before.streams.get(1)
        mark = len(out.pieces) if out is not None else 0
        statuses: set[int | None] = set()
        for run in runs:
            self.memory = before.copy()
            with self.evaluation.files.table.doubt(is_sure=len(runs) < 2):
                run()
            statuses.add(self.status)
            results.append(self.memory)
            if out is not None:
                rows.append(out.pieces[mark:])
                del out.pieces[mark:]
        if out is not None and any(rows):
            out.pieces.append(one_of((combined(row) for row in rows), self.limits.alternatives))
        self.memory = join(results, self.limits.alternatives)
        self.status = statuses.pop() if len(statuses) == 1 else None

    # Text as code

    def evaluate(self, text: Value, *, made_by: str) -> None:
        """Read text as commands of this very shell: `eval`, `source`, `trap`, a prompt."""
        singles = alternatives(text)
        if len(singles) > 1:
            self.alternatives([lambda each=each: self.evaluate(each, made_by=made_by) for each in singles])  # type: ignore[misc]
            return
        quick = known_text(text)
        if quick is not None and made_by == "eval" and quick.isascii():
            program = read_program(quick, self.span[0], 0, self.limits.shell_nesting)
            if program.problem is None and all(only_assigns(line) for line in program.lines):
                self.run_program(program)
                return
        context = replace(self.inner_context(), depth=self.context.depth + len(self.active) + 1)
        unit = self._unit_of(text, context, made_by)
        if unit is None:
            self.status = None
            return
        home, span, calls, depth = self.home, self.span, self.calls, self.context
        self.home, self.calls = home_of(unit), ()
        self.context = self.context.deeper()
        try:
            self.run_program(read_program(self.home.text, room=self.limits.shell_nesting))
        finally:
            self.home, self.span, self.calls, self.context = home, span, calls, depth

    def _unit_of(self, text: Value, context: Context, made_by: str) -> Unit | None:
        known = known_text(text)
        if known is not None:
            for unit in reversed(self.evaluation.units):
                same = unit.parent == context.place.unit and unit.span == context.place.span
                if same and unit.text == known and unit.language is Language.BASH:
                    return unit if context.depth <= self.limits.depth else None
        return self.evaluation.open_unit(Language.BASH, text, context, made_by=made_by)

    # Substitutions

    def capture(self, body: Sequence, *, is_function: bool = False, keeps_lines: bool = False) -> Value:
        """Give what commands print, as `$(…)` does."""
        before, span = self.memory, self.span
        out = Stream(pieces=[])
        self.memory = before if is_function else before.copy()
        saved = self.memory.streams
        self.memory.streams = {**saved, 1: out}
        jumps, traps = (self.exits, self.returns), len(self.traps)
        self.exits, self.returns = [], []
        try:
            self.run_sequence(body)
            self.run_traps(traps)
        finally:
            self.memory.streams = saved
            if not is_function:
                self.memory = before
            (self.exits, self.returns), self.span = jumps, span
        text = self.bounded(out.text)
        return text if keeps_lines else one_of((trimmed(each) for each in alternatives(text)), self.limits.alternatives)

    def process_substitution(self, part: ProcessSubstitution) -> Value:
        """Give the path of `<(…)` or `>(…)`; what the former prints is that file's content."""
        self.shared.numbers += 1
        path = f"/dev/fd/{self.shared.numbers}"
        if part.is_output:
            self.outputs[path] = part.body
            hold(self.evaluation, Known(path), EMPTY)
        else:
            hold(self.evaluation, Known(path), self.capture(part.body, keeps_lines=True))
        return Known(path)

    def arithmetic(self, expression: Word | None) -> Value:
        """Evaluate an arithmetic expression."""
        return self.number(single(self, expression)) if expression is not None else Known("0")

    def number(self, value: Value) -> Value:
        """Evaluate a value as an arithmetic expression."""
        return numbers.number(self, value)

    def number_text(self, name: str, index: str | None) -> str:
        """Give a variable's text to an arithmetic expression."""
        return numbers.number_text(self, name, index)

    def set_number(self, name: str, index: str | None, number: int) -> None:
        """Assign from an arithmetic expression."""
        numbers.set_number(self, name, index, number)

    def index(self, variable: Variable, subscript: Word) -> Value:
        """Expand an index."""
        return numbers.index(self, variable, subscript)

    def words_in(self, text: str) -> Word:
        """Read text that a value holds as an index."""
        return numbers.words_in(self, text)

    def prompt(self, value: Value) -> Value:
        """Expand a value as a prompt string (`@P`)."""
        return numbers.prompt(self, value)
