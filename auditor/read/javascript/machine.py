"""The state of reading JavaScript: scopes, what branches changed, the functions met, and how effects leave.

One machine reads one process: the unit it was started with and the code that shares its globals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from auditor.model.place import Place, Step
from auditor.model.unit import Language
from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.javascript.journal import Journal
from auditor.read.javascript.objects import (
    SCALARS,
    Array,
    Choice,
    Class,
    Function,
    JsValue,
    Pattern,
    Record,
    Scope,
    Undefined,
    like,
)
from auditor.read.javascript.source import Node
from auditor.read.launch.made import note_disguise, run_text
from auditor.read.values import EMPTY, Known, OneOf, Unknown, Value, as_text, concat, one_of, stepped, unknown

_MOST_PIECES = 5_000


@dataclass(slots=True)
class Frame:
    """A call that is running: `this`, what it returned so far, and whose method it is."""

    this: JsValue
    returns: list[JsValue] = field(default_factory=list)
    owner: Class | None = None
    is_open: bool = False  # a generator may give more than it was seen to give


@dataclass(slots=True)
class Machine:
    """The reading of one process."""

    evaluation: Evaluation
    context: Context
    language: Language
    globals: Scope = field(default_factory=lambda: Scope(is_function=True))
    module: Record = field(default_factory=Record)
    frames: list[Frame] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    modules: dict[str, JsValue] = field(default_factory=dict)
    printed: list[Value] | None = field(default_factory=list)
    journal: Journal = field(default_factory=Journal)
    rounds: int = 0  # how many bodies that run any number of times are running
    carried: dict[Node, frozenset[str]] = field(default_factory=dict)
    environment: dict[str, Value] = field(default_factory=dict)
    directory: str | None = None
    depth: int = 0
    is_last: bool = False  # a function is read for all depths that are not followed
    is_certain: bool = True  # what runs now surely runs
    waiting: list[Callable[[], object]] = field(default_factory=list)
    root: Node = field(init=False)
    label: str = ""  # that the last `break` or `continue` named
    next_label: str = ""  # of the statement that comes

    def take_label(self) -> str:
        """Give the label of the loop that begins."""
        label, self.next_label = self.next_label, ""
        return label

    def settle(self) -> None:
        """Run what waits for the end of a statement."""
        rounds = 0
        while self.waiting and rounds < 1_000:
            rounds += 1
            self.waiting.pop(0)()

    def doubts(self) -> int:
        """Count the branches that were begun where what runs now may not run; 0 where it surely does."""
        return self.journal.opened if self.journal.uncertain else int(not self.is_certain)

    # What branches change

    def put(self, table: dict[str, JsValue], key: str, value: JsValue, born: int = 0) -> None:
        """Set an entry of a scope or an object made at a time, so that a branch can take it back."""
        if self.journal.levels or self.journal.awaited:
            self.journal.note(table, key, born)
        table[key] = value

    def touch(self, array: Array, *, is_growing: bool = False) -> None:
        """Note what an array holds, which is about to change."""
        if self.journal.levels or self.journal.awaited:
            self.journal.note(array, "", array.born, is_growing=is_growing)

    def branches(self, runs: Sequence[Callable[[], object]]) -> list[object]:
        """Run alternatives one after another from the same state, and join what they leave in scopes and objects."""
        return self.journal.branches(runs)[0]

    # What leaves

    def place(self, node: Node) -> Place:
        """Give a node's place."""
        return Place(node.source.unit, node.span, self.context.place.trail)

    def emit(self, node: Node, *words: Value | str) -> None:
        """Record an effect at a node."""
        self.evaluation.emit(*words, place=self.place(node))

    def child(self, node: Node, **changes: object) -> Context:
        """Give the context of a process that a node starts."""
        context = Context(
            place=self.place(node),
            environment=self.environment,
            directory=self.directory,
            socket=None,
            depth=self.context.depth,
        )
        return replace(context, **changes) if changes else context  # type: ignore[arg-type]

    def shell(self, text: Value, node: Node, context: Context, made_by: str) -> Outcome:
        """Have a command line read as a shell would."""
        return run_text(self.evaluation, Language.BASH, as_text(text), context, made_by=made_by, argv=())

    def launch(self, words: Sequence[Value], context: Context) -> Outcome:
        """Start a program."""
        for word in words:
            note_disguise(self.evaluation, Language.BASH, word, context)
        return self.evaluation.launch([as_text(word) for word in words], context)

    def step(self, value: JsValue, node: Node, operation: str, *origins: Value) -> JsValue:
        """Note how a value came to be."""
        if not isinstance(value, SCALARS):
            return value
        return stepped(value, Step(node.source.unit, node.span, operation), *origins)

    # Values

    def fresh(self, source: Source = Source.UNKNOWN, detail: str = "") -> Unknown:
        """Make a new unknown."""
        return self.evaluation.fresh(source, detail)

    def text(self, value: JsValue) -> Value:
        """Give a value as a string would show it."""
        if isinstance(value, Known):
            return Known(shown(value), value.trail)
        if isinstance(value, SCALARS):
            return one_of(self.text(single) for single in value.values) if isinstance(value, OneOf) else value
        if isinstance(value, Array):
            return self.joined(value, Known(","))
        if isinstance(value, Undefined):
            return Known("undefined")
        if isinstance(value, Choice):
            return one_of([self.text(single) for single in value.values])
        if isinstance(value, Pattern):
            return Known(f"/{value.pattern}/{value.flags}")
        if isinstance(value, Function):
            return Known(value.node.text)
        if isinstance(value, Record):
            from auditor.read.javascript.functions import written_out

            made = written_out(self, value)
            if made is not None:
                return self.text(made)
            if not value.is_open and value.outside is None:
                return Known("[object Object]")
        return like(value)

    def joined(self, array: Array, separator: Value) -> Value:
        """Join an array's items into one string."""
        if len(array.items) > self.evaluation.limits.collection_items or (array.rest is not None and not array.items):
            return like(array)
        if array.rest is not None:
            return concat([self.joined(Array(array.items, None, array.least), separator), like(array.rest)])
        if array.least is not None:
            both = (array.items, array.items[: array.least])
            return one_of(self.joined(Array(items), separator) for items in both)
        pieces: list[Value] = []
        known: list[str] = []
        mark = separator.value if isinstance(separator, Known) else None
        for item in array.items:
            shown_item = EMPTY if isinstance(item, Undefined) else self.text(item)
            if isinstance(item, Known) and item.value is None:
                shown_item = EMPTY
            if isinstance(shown_item, Known) and isinstance(mark, str):
                known.append(str(shown_item.value))
                pieces.append(shown_item)
                continue
            mark = None
            pieces.append(shown_item)
        if isinstance(mark, str) and len(known) == len(array.items):
            total = sum(map(len, known)) + len(mark) * len(known)
            if total > self.evaluation.limits.text_bytes:
                return unknown(Source.LIMIT)
            origin = next((piece for piece in pieces if isinstance(piece, Known) and piece.trail), EMPTY)
            return Known(mark.join(known), origin.trail if isinstance(origin, Known) else ())
        if len(pieces) > _MOST_PIECES:
            return unknown(Source.LIMIT)
        spread = [part for piece in pieces for part in (separator, piece)][1:]
        return concat(spread)


def shown(value: Known) -> str:
    """Give a scalar as JavaScript writes it."""
    inner = value.value
    if isinstance(inner, bool):
        return "true" if inner else "false"
    if inner is None:
        return "null"
    if isinstance(inner, float):
        if inner != inner:
            return "NaN"
        if inner in (float("inf"), float("-inf")):
            return "Infinity" if inner > 0 else "-Infinity"
        return str(int(inner)) if inner.is_integer() and abs(inner) < 1e21 else repr(inner)
    if isinstance(inner, bytes):
        return inner.decode("utf-8", "replace")
    return str(inner)
