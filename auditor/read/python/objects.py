"""The values of the Python interpreter that are more than scalars: containers, functions, classes, library things.

Scalars and text are the shared values of `auditor.read.values`. A library module, function or
result that nobody models in detail is an `External`: a dotted path with `()` for each call, so
that `boto3.client("ec2").run_instances` is the path `boto3.client().run_instances`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from auditor.model.word import Hole, Source
from auditor.read.python.source import Text as SourceText
from auditor.read.values import Known, OneOf, Text, Unknown, Value, alternatives, one_of, unknown

Key = str | bytes | int | float | complex | bool | None | tuple["Key", ...]


class Obj:
    """A value with an identity."""

    __slots__ = ()


PyValue = Known | Text | Unknown | OneOf | Obj
NONE = Known(None)
NO_HOLE = Hole(Source.UNKNOWN)
TRUE = Known(True)
FALSE = Known(False)


@dataclass(eq=False, slots=True)
class Choice(Obj):
    """One of several values, not all of them scalars; never nested."""

    values: tuple[PyValue, ...]


@dataclass(eq=False, slots=True)
class Rest(Obj):
    """Stands in a list for any number of further items, each like `value`."""

    value: PyValue


@dataclass(eq=False, slots=True)
class ListObj(Obj):
    """A list, set, deque or generator; after a branch it may have one of several contents."""

    variants: list[list[PyValue]]
    kind: str = "list"

    @property
    def items(self) -> list[PyValue]:
        """The first of the contents that the list may have."""
        return self.variants[0]


@dataclass(eq=False, slots=True)
class TupleObj(Obj):
    """A tuple."""

    items: tuple[PyValue, ...]


@dataclass(eq=False, slots=True)
class DictObj(Obj):
    """A dict; `rest` stands for the values under keys that are not known."""

    entries: dict[Key, PyValue]
    rest: PyValue | None = None


@dataclass(eq=False, slots=True)
class Scope(Obj):
    """A namespace: a module's, a function's or a class's names."""

    names: dict[str, PyValue]
    parent: Scope | None = None
    is_class: bool = False
    outer_names: frozenset[str] = frozenset()  # declared global or nonlocal here
    global_names: frozenset[str] = frozenset()
    is_root: bool = False  # the globals of code run by `exec`

    def root(self) -> Scope:
        """Give the scope of the names that `global` means here."""
        here = self
        while here.parent is not None and not here.is_root:
            here = here.parent
        return here


@dataclass(eq=False, slots=True)
class FunctionObj(Obj):
    """A function or lambda of the script, with the scope in which it was made."""

    name: str
    parameters: cst.Parameters
    body: cst.BaseSuite | cst.BaseExpression
    scope: Scope
    source: SourceText
    defaults: dict[str, PyValue]
    statement: int = 0  # the top-level statement of the source in which it stands
    is_generator: bool = False
    takes_values: bool = False  # a `yield` in it is used
    owner: ClassObj | None = None
    attributes: dict[str, PyValue] = field(default_factory=dict)
    is_context: bool = False
    reads: int = 0
    unknown_reads: int = 0
    calls: dict[object, int] = field(default_factory=dict)  # how often with arguments that look the same


@dataclass(eq=False, slots=True)
class ClassObj(Obj):
    """A class of the script."""

    name: str
    bases: tuple[PyValue, ...]
    attributes: dict[str, PyValue]
    fields: tuple[str, ...] = ()  # of a dataclass or a named tuple, in order
    is_enum: bool = False
    meta: ClassObj | None = None  # a metaclass of the script


@dataclass(eq=False, slots=True)
class InstanceObj(Obj):
    """An instance of a class of the script; `is_open` where it was made for reading a method that nobody calls."""

    cls: ClassObj
    attributes: dict[str, PyValue]
    is_open: bool = False


@dataclass(eq=False, slots=True)
class SuperObj(Obj):
    """What `super()` gives: lookups start behind `cls`."""

    cls: ClassObj
    instance: PyValue


@dataclass(eq=False, slots=True)
class BoundMethod(Obj):
    """A function of a class, bound to its first argument."""

    function: PyValue
    receiver: PyValue


@dataclass(eq=False, slots=True)
class Method(Obj):
    """A method, by name, of a value whose type the interpreter knows itself."""

    receiver: PyValue
    name: str


@dataclass(eq=False, slots=True)
class Partial(Obj):
    """A callable with some of its arguments given."""

    function: PyValue
    args: tuple[PyValue, ...]
    kwargs: dict[str, PyValue]


@dataclass(eq=False, slots=True)
class Wrapped(Obj):
    """A function under `property`, `staticmethod` or `classmethod`."""

    kind: str
    function: PyValue
    setter: PyValue | None = None


@dataclass(eq=False, slots=True)
class ModuleObj(Obj):
    """A module whose text was read."""

    name: str
    scope: Scope


@dataclass(eq=False, slots=True)
class NamespaceObj(Obj):
    """What `globals()`, `vars(x)` and `x.__dict__` give: a view of another value's names."""

    target: PyValue


@dataclass(eq=False, slots=True)
class EnvironObj(Obj):
    """`os.environ`: what the script set, over an environment that is not known."""

    values: dict[str, Value]


@dataclass(eq=False, slots=True)
class FileObj(Obj):
    """An open file."""

    path: Value
    mode: str


@dataclass(eq=False, slots=True)
class PathObj(Obj):
    """A `pathlib` path."""

    text: Value


@dataclass(eq=False, slots=True)
class NativeObj(Obj):
    """A harmless object of our own Python that a pure function gave: a match, a pattern, a template."""

    value: object


@dataclass(eq=False, slots=True)
class CodeObj(Obj):
    """Code that is not run yet: text, or calls found in a serialised code object."""

    text: Value
    mode: str = "exec"
    calls: tuple[tuple[str, tuple[PyValue, ...]], ...] = ()


@dataclass(eq=False, slots=True)
class External(Obj):
    """Something of a library, by its path; `parent` and the arguments say how it was reached."""

    path: str
    parent: External | None = None
    args: tuple[PyValue, ...] = ()
    kwargs: dict[str, PyValue] = field(default_factory=dict)
    is_hidden: bool = False  # reached through a computed name
    state: dict[str, PyValue] = field(default_factory=dict)
    hole: Hole = NO_HOLE

    def ancestor(self, path: str) -> External | None:
        """Give the nearest value on the way here with that path."""
        here: External | None = self
        while here is not None and here.path != path:
            here = here.parent
        return here


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of one call."""

    args: tuple[PyValue, ...] = ()
    kwargs: dict[str, PyValue] = field(default_factory=dict)
    rest: PyValue | None = None  # unknown keyword arguments (`**options`)


def each(value: PyValue) -> tuple[PyValue, ...]:
    """Give the values that a value may be; one, unless it is a OneOf or a Choice."""
    if isinstance(value, OneOf | Choice):
        return value.values
    return (value,)


def join(values: Iterable[PyValue], limit: int = 16) -> PyValue:
    """Join values of several paths; equal ones once, past the limit unknown."""
    scalars: list[Value] = []
    objects: dict[object, Obj] = {}
    for value in values:
        for single in each(value):
            if isinstance(single, Obj):
                objects.setdefault(single.items if isinstance(single, TupleObj) else single, single)
            else:
                scalars.append(single)
    if not objects:
        return one_of(scalars, limit)
    singles: list[PyValue] = list(objects.values())
    if scalars:
        singles += alternatives(one_of(scalars, limit))
    if len(singles) > limit:
        # The script's own functions and classes are read by themselves; what a library's would do is lost.
        is_own = not scalars and all(isinstance(single, FunctionObj | ClassObj) for single in singles)
        return unknown(Source.UNKNOWN if is_own else Source.LIMIT)
    return singles[0] if len(singles) == 1 else Choice(tuple(singles))


def new_list(items: Sequence[PyValue], kind: str = "list") -> ListObj:
    """Make a list with one known content."""
    return ListObj([list(items)], kind)


def keyed(names: Mapping[str, PyValue]) -> dict[Key, PyValue]:
    """Give names as keys of a dict."""
    result: dict[Key, PyValue] = {}
    result.update(names)
    return result
