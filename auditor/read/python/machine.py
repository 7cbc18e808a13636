"""The Python interpreter's state while it reads one unit and the code that this unit runs in its own namespace.

Holds the scopes, the open frames, the journal and the process's surroundings, and dispatches nodes
and values to the functions of the other modules through `Tables`. Every effect leaves here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import libcst as cst

from auditor.model.place import START, Place, Span, Step
from auditor.model.unit import Language
from auditor.model.word import Hole, Source
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.made import run_once
from auditor.read.python.frames import DECODERS, NEXT, Frame, LateStep, Tables, shape, with_trail
from auditor.read.python.journal import Journal
from auditor.read.python.native import Lowering, Many, Unfit, written
from auditor.read.python.objects import (
    Arguments,
    Choice,
    ClassObj,
    CodeObj,
    EnvironObj,
    External,
    FunctionObj,
    InstanceObj,
    ModuleObj,
    Obj,
    PathObj,
    PyValue,
    Rest,
    Scope,
    join,
)
from auditor.read.python.resumed import Resume
from auditor.read.python.source import Text as SourceText
from auditor.read.python.truths import truth
from auditor.read.secrets import detail_of_part
from auditor.read.values import (
    Known,
    OneOf,
    Text,
    Unknown,
    Value,
    alternatives,
    as_text,
    one_of,
    trail_of,
    unknown,
)


class Machine:
    """Reads one Python process's code."""

    def __init__(self, evaluation: Evaluation, context: Context, source: SourceText, tables: Tables) -> None:
        self.evaluation = evaluation
        self.limits = evaluation.limits
        self.context = context
        self.source = source
        self.statement = 0
        self.tables = tables
        self.journal = Journal()
        self.module = Scope({})
        self.scope = self.module
        self.frames: list[Frame] = [Frame(None, self.module)]
        self.functions: list[FunctionObj] = []
        self.raised: list[PyValue] = []
        self.modules: dict[str, ModuleObj | None] = {}
        self.hooks: dict[str, PyValue] = {}  # functions that the script set for the interpreter to call
        self.listeners: list[PyValue] = []  # handlers of log records
        self.codecs: list[PyValue] = []  # search functions of codecs
        self.planted: dict[str, PyValue] = {}  # what the script put into `sys.modules`
        self.environ = EnvironObj(dict(context.environment))
        self.directory = context.directory
        self.socket = context.socket
        self.script: Value = Known("__main__.py")
        self.argv: PyValue = unknown(Source.ARGUMENT)
        self.printed: list[Value] | None = []
        self.depth = 0
        self.decided = 0  # how often a condition was true or false, or an item was told by a known key
        self.is_brief = False  # the unit can start no program: less effort for what is not known
        self.resume: Resume | None = None  # the generator whose body is read once more
        self.happened: set[object] = set()  # what a report could show, each kind once
        self.inline_floor = 0
        self.decoded: dict[int, tuple[int, str, Place]] = {}
        self.waiting: dict[External, Callable[[], None]] = {}  # processes whose input is still being written
        self.made: dict[ClassObj, list[InstanceObj]] = {}  # the first instances of each class
        self.carried: dict[cst.CSTNode, frozenset[str]] = {}  # names that each loop changes from round to round
        self.carriers: dict[str, Place] = {}
        self._derived: dict[tuple[Hole, str], Unknown] = {}

    # Running code

    def evaluate(self, node: cst.CSTNode) -> PyValue:
        """Give an expression's value."""
        handler = self.tables.expressions.get(type(node))
        return handler(self, node) if handler else unknown(Source.UNKNOWN)

    def execute(self, statements: Sequence[cst.CSTNode]) -> int:
        """Run statements in order; give how they may end."""
        ends = 0
        table = self.tables.statements
        for statement in statements:
            handler = table.get(type(statement))
            if handler is None:
                continue
            flow = handler(self, statement)
            ends |= flow & ~NEXT
            if not flow & NEXT:
                return ends
        return ends | NEXT

    def call(self, callee: PyValue, arguments: Arguments, node: cst.CSTNode) -> PyValue:
        """Call a value."""
        return self.tables.call(self, callee, arguments, node)

    def attribute(self, value: PyValue, name: str, node: cst.CSTNode) -> PyValue:
        """Give a value's attribute."""
        return self.tables.attribute(self, value, name, node)

    def iterate(self, value: PyValue, node: cst.CSTNode) -> list[PyValue]:
        """Give the items of a value; a Rest among them stands for any number of items."""
        return self.tables.iterate(self, value, node)

    def text_of(self, value: PyValue, node: cst.CSTNode) -> Value:
        """Give `str(value)`."""
        return self.tables.text_of(self, value, node)

    @property
    def frame(self) -> Frame:
        """The innermost call."""
        return self.frames[-1]

    @property
    def is_certain(self) -> bool:
        """Whether what happens now happens on every path."""
        return not self.journal.uncertain

    @property
    def is_stepping(self) -> bool:
        """Whether the innermost call is the body of a generator that is read up to a yield."""
        return self.resume is not None and self.frames[-1].function is self.resume.generator.function

    # Values

    def scalar(self, value: PyValue) -> Value:
        """Give any value as a shared one, for an argument of an effect."""
        if not isinstance(value, Obj):
            return value
        if isinstance(value, Choice):
            return one_of((self.scalar(single) for single in value.values), self.limits.alternatives)
        if isinstance(value, PathObj | CodeObj):
            return value.text
        if isinstance(value, External):
            return Unknown(value.hole)
        if isinstance(value, Rest):
            return self.scalar(value.value)
        if isinstance(value, InstanceObj):
            return self.text_of(value, cst.Pass())
        lowering = Lowering()
        try:
            native = lowering.lower(value)
            if isinstance(native, bytes):
                return Known(native, lowering.trail)
            return written(native, lowering.trail)
        except (Unfit, Many, TypeError, ValueError, RecursionError):
            return unknown(Source.UNKNOWN)

    def derive(self, hole: Hole, how: str) -> Unknown:
        """Give the unknown that a part or product of another unknown is; the same one each time."""
        if hole.number == 0:
            return Unknown(hole)
        found = self._derived.get((hole, how))
        if found is None:
            found = self._derived[(hole, how)] = self.evaluation.fresh(hole.source, detail_of_part(hole, how))
        return found

    def derive_named(self, source: Source, name: str) -> Unknown:
        """Give the unknown of a source that has a name of its own (a variable, a path); the same one each time."""
        key = (Hole(source), name)
        if key not in self._derived:
            self._derived[key] = self.evaluation.fresh(source, name)
        return self._derived[key]

    def attribute_item(self, value: PyValue, index: int) -> PyValue:
        """Give the unknown that the `index`-th of an unknown number of items is."""
        return self.derive(value.hole, f"[{index}]") if isinstance(value, Unknown) else value

    def truth(self, value: PyValue) -> bool | None:
        """Tell whether a value is true, or None where that is not known."""
        verdict = truth(value)
        self.decided += verdict is not None
        return verdict

    def step(self, node: cst.CSTNode, operation: str) -> Step:
        """Make a step of a trail at a node."""
        return LateStep(self.source.unit, START, operation, self.source, node, self.statement)

    # What leaves the interpreter

    def place(self, node: cst.CSTNode) -> Place:
        """Give a node's place."""
        return Place(self.source.unit, self.source.span(node, self.statement), self.context.place.trail)

    def settle(self, value: Value) -> Value:
        """Look up the spans of a value's trail."""
        if isinstance(value, OneOf):
            return OneOf(tuple(self._settle(single) for single in value.values))
        return self._settle(value)

    def _settle(self, value: Known | Text | Unknown) -> Known | Text | Unknown:
        if not any(isinstance(step, LateStep) for step in value.trail):
            return value
        return replace(value, trail=tuple(self._settle_step(step) for step in value.trail))

    def _settle_step(self, step: Step) -> Step:
        if isinstance(step, LateStep) and step.source is not None and step.node is not None:
            span: Span = step.source.span(step.node, step.statement)
            return Step(step.unit, span, step.operation)
        return step

    def word(self, value: PyValue) -> Value:
        """Give a value as an argument of an effect, with its trail settled."""
        return self.settle(self.scalar(value))

    def note(self, node: cst.CSTNode, values: Sequence[Value | str]) -> None:
        """Remember that something happened at a node, so that loops know whether more rounds teach anything."""
        if len(self.happened) < self.limits.collection_items:
            self.happened.add((node, *(value if isinstance(value, str) else shape(value) for value in values)))

    @property
    def findings(self) -> int:
        """How many different things have happened."""
        return len(self.happened)

    def emit(self, node: cst.CSTNode, *words: PyValue | str) -> None:
        """Record an effect at a node."""
        values: list[Value | str] = [word if isinstance(word, str) else self.word(word) for word in words]
        self.note(node, values)
        self.evaluation.emit(*values, place=self.place(node))

    def child(self, node: cst.CSTNode, **changes: object) -> Context:
        """Give the context of a process that a node starts."""
        place = changes.pop("place", None)
        context = Context(
            place=place if isinstance(place, Place) else self.place(node),
            environment=dict(self.environ.values),
            directory=self.directory,
            socket=self.socket,
            depth=self.context.depth,
        )
        return replace(context, **changes) if changes else context  # type: ignore[arg-type]

    def launch(self, argv: Sequence[PyValue], context: Context, node: cst.CSTNode) -> Outcome:
        """Start a program."""
        words = [self.word(word) for word in argv]
        self.note(node, words)
        self.note_decoding(words, Language.BASH, node)
        return self.evaluation.launch(words, with_trail(context, *words))

    def run_shell(self, text: PyValue, context: Context, node: cst.CSTNode, made_by: str) -> Outcome:
        """Have a command line read by the shell's interpreter."""
        command = self.word(text)
        self.note(node, [command])
        self.note_decoding([command], Language.BASH, node)
        context = with_trail(context, command)
        return run_once(self.evaluation, Language.BASH, as_text(command), context, made_by=made_by)

    def note_decoding(self, values: Sequence[Value], language: Language, node: cst.CSTNode) -> None:
        """Remember how many decoders code or a command of this unit went through; reported once per unit."""
        layers = sum(1 for step in trail_of(*values) if step.operation in DECODERS)
        if layers and layers > self.decoded.get(self.source.unit, (0, "", None))[0]:
            self.decoded[self.source.unit] = (layers, language.value, self.place(node))

    def output(self, value: Value | None) -> None:
        """Note what the script prints, as long as all of it is known."""
        if value is None or not self.is_certain:
            self.printed = None
        elif self.printed is not None:
            self.printed.append(value)

    def joined(self, values: Sequence[PyValue]) -> PyValue:
        """Join values within the limits."""
        return join(values, self.limits.alternatives)

    def known(self, value: PyValue) -> object:
        """Give a value's native form, or None where it is not fully known."""
        try:
            return Lowering().lower(value)
        except (Unfit, Many, TypeError):
            return None

    def singles(self, value: PyValue) -> tuple[Known | Text | Unknown, ...]:
        """Give the scalars that a value may be."""
        return alternatives(self.scalar(value))
