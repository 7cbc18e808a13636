"""Variables and arguments as the expansions see them: looked up, assigned, unset, counted. It runs nothing."""

from __future__ import annotations

import re
from dataclasses import replace

from auditor.model.gap import Why
from auditor.model.word import Source
from auditor.read.evaluation import Context, Evaluation
from auditor.read.shell.arguments import may_be_given
from auditor.read.shell.arrays import items_of, order, position, recased
from auditor.read.shell.memory import CLOCKS, OWN, Key, Memory, Shared, Variable
from auditor.read.shell.syntax import Word
from auditor.read.values import EMPTY, Known, Text, Value, alternatives, assumed, concat, known_text, one_of
from auditor.settings import Limits


class Variables:
    """Names and what they stand for on the current path."""

    def __init__(self, evaluation: Evaluation, context: Context, memory: Memory) -> None:
        self.evaluation = evaluation
        self.context = context
        self.memory = memory
        self.shared = Shared()
        self.status: int | None = 0
        self.function_names: list[str] = []
        self.readers: list[set[tuple[str, object]]] = []  # who notes which variables are read, as they were assigned

    @property
    def limits(self) -> Limits:
        """The bounds of the evaluation."""
        return self.evaluation.limits

    def text(self, text: str) -> Value:
        """Give literal text as a value, with placeholders turned back into holes."""
        return Known(text) if text.isascii() else self.evaluation.restore(text)

    # Looking up

    def look(self, name: str) -> Value | None:
        """Give a parameter's value; None where the script gave it none and nothing else is known."""
        if not (name[0].isalpha() or name[0] == "_"):
            return self._special(name)
        name, index = self.target(name)
        found = self._found(name)
        if found is not None:
            variable = found[1]
            if index is not None:
                return self._item(variable, index)
            value = variable.scalar
            return EMPTY if value is None else value
        return self._default(name)

    def _found(self, name: str) -> tuple[dict[str, Variable], Variable] | None:
        found = self.memory.find(name)
        for reads in self.readers:
            reads.add((name, found[1].assigned if found is not None else None))
        return found

    def _default(self, name: str) -> Value | None:
        if name == "PWD" and self.memory.directory is not None:
            return assumed(Known(self.memory.directory))
        if name in ("IFS", "OPTIND"):
            return Known(" \t\n" if name == "IFS" else "1")
        if name == "BASH_SOURCE":
            return self.memory.name
        if name == "FUNCNAME" and self.function_names:
            return Known(self.function_names[-1])
        return None

    def _special(self, name: str) -> Value | None:
        memory = self.memory
        if name == "0":
            return memory.name
        if name.isdigit():
            number = int(name[:6])
            return memory.arguments[number - 1] if 0 < number <= len(memory.arguments) else None
        if name == "#":
            return Known(str(len(memory.arguments))) if memory.knows_arguments else self._argument("#")
        if name == "?":
            return Known(str(self.status)) if self.status is not None else self.evaluation.fresh(Source.COMMAND)
        if name in ("@", "*"):
            return concat(self.arguments()) if self.arguments() else EMPTY
        return assumed(Known("hB")) if name == "-" else self.unset(name)

    def unset(self, name: str) -> Value:
        """Give what a parameter without a known value expands to: nothing, or a hole that names it."""
        if name.isdigit():
            return self._argument(name)
        if name == "HOME":
            return assumed(Known("~"))
        if name in ("SHELL", "BASH"):
            return assumed(Known("/bin/bash"))
        if name == "PWD":
            return assumed(Known(self.memory.directory or "."))
        known = self.shared.unset.get(name)
        if known is None:
            source = Source.CLOCK if name in CLOCKS or name in ("$", "!", "_") else Source.ENVIRONMENT
            known = self.shared.unset[name] = self.evaluation.fresh(source, name)
        return self.evaluation.fresh(Source.CLOCK, name) if name in ("RANDOM", "SRANDOM") else known

    def _argument(self, name: str) -> Value:
        if self.memory.knows_arguments or (len(self.memory.scopes) < 2 and not may_be_given(name, self.shared.text)):
            return EMPTY
        key = f"{len(self.memory.scopes)}:{name}"
        if key not in self.shared.unset:
            self.shared.unset[key] = self.evaluation.fresh(Source.ARGUMENT, name)
        return self.shared.unset[key]

    def arguments(self) -> tuple[Value, ...]:
        """Give `$@`; one hole stands for arguments that are not known."""
        if self.memory.knows_arguments:
            return self.memory.arguments
        return (*self.memory.arguments, self._argument("@"))

    def counts(self, name: str) -> bool:
        """Whether the number of a list's items is known."""
        if name in ("@", "*"):
            return self.memory.knows_arguments
        found = self._found(self.target(name)[0])
        return found is not None and found[1].items is not None

    def items(self, name: str) -> tuple[Value, ...]:
        """Give `${name[@]}`."""
        found = self._found(self.target(name)[0])
        if found is None:
            if name in ("BASH_SOURCE", "FUNCNAME", "GROUPS", "DIRSTACK", "PIPESTATUS", "BASH_ARGV"):
                value = self.look(name)
                return (value if value is not None else self.unset(name),)
            return () if name.islower() else (self.unset(name),)
        variable = found[1]
        if variable.items is not None:
            if not variable.is_map:
                return tuple(variable.items[key] for key in sorted(variable.items, key=order))
            return tuple(variable.items.values())
        return () if variable.value is None else (variable.value,)

    def keys(self, name: str) -> tuple[Key, ...]:
        """Give `${!name[@]}`."""
        found = self._found(self.target(name)[0])
        if found is None:
            return ()
        items = found[1].items
        if items is None:
            return (0,) if found[1].value is not None else ()
        return tuple(items if found[1].is_map else sorted(items, key=order))

    def names(self, prefix: str) -> set[str]:
        """Give the names of variables that begin with a prefix."""
        return {name for scope in self.memory.scopes for name in scope if name.startswith(prefix)}

    def element(self, name: str, subscript: Word) -> Value | None:
        """Give `${name[subscript]}`."""
        found = self._found(self.target(name)[0])
        if found is None:
            return self.look(name) if subscript.plain in ("0", "-1") else None if name.isupper() else EMPTY
        index = self.index(found[1], subscript)
        if known_text(index) is None:
            items = self.items(name)
            return one_of(items, self.limits.alternatives) if items else EMPTY
        return self._item(found[1], known_text(index) or "")

    def index(self, variable: Variable, subscript: Word) -> Value:
        """Expand an index: text for a map, a number otherwise."""
        raise NotImplementedError

    def _item(self, variable: Variable, index: str) -> Value:
        if variable.items is None:
            return (variable.value or EMPTY) if index in ("0", "-1") else EMPTY
        key: Key = index
        if not variable.is_map:
            key = int(index) if re.fullmatch(r"-?\d{1,9}", index) else 0
            if key < 0 and variable.items:
                key += max(int(each) for each in variable.items) + 1
        value = variable.items.get(key)
        return EMPTY if value is None else value

    # References

    def is_reference(self, name: str) -> bool:
        """Whether a name is a nameref."""
        found = self.memory.find(name)
        return found is not None and found[1].is_reference

    def target(self, name: str) -> tuple[str, str | None]:
        """Follow namerefs; gives the name, and the index where a reference names an element."""
        index = None
        for _ in range(8):
            found = self.memory.find(name)
            if found is None or not found[1].is_reference or found[1].value is None:
                break
            text = known_text(found[1].value)
            match = re.fullmatch(r"([A-Za-z_]\w*)(?:\[(.*)\])?", text or "")
            if match is None or match[1] == name:
                break
            name, index = match[1], match[2] or index
        return name, index

    # Assigning

    def assign(self, name: str, value: Value, subscript: Word | None = None, *, append: bool = False) -> None:
        """Assign a scalar or an element, as `name=value` does."""
        self.evaluation.spend()
        name, reference_index = self.target(name)
        found = self.memory.find(name)
        scope, old = found if found is not None else (self.memory.scopes[0], None)
        variable = old if old is not None else self._inherited(name)
        if subscript is None and reference_index is not None:
            subscript = Word(self.words_in(reference_index).parts)
        value = self._converted(variable, value)
        if subscript is None and variable.items is None:
            if append and variable.value is not None:
                value = self._appended(variable, variable.value, value)
            if name in OWN:
                value = self.evaluation.fresh(Source.CLOCK, name)
            elif variable.is_readonly and variable.value is not None:  # bash goes on without assigning
                value = one_of((variable.value, value), self.limits.alternatives)
            scope[name] = replace(variable, value=self.bounded(value), assigned=object())
            return
        self.evaluation.spend(len(variable.items or ()) // 256)
        items = items_of(variable)
        key: Key = "0" if variable.is_map else 0
        if subscript is not None:
            text = known_text(self.index(variable, subscript))
            if text is None:
                items = {each: one_of((old, value), self.limits.alternatives) for each, old in items.items()}
                scope[name] = replace(variable, value=None, items=items, assigned=object())
                return
            key = text if variable.is_map else position(text, items)
        if append and key in items:
            value = self._appended(variable, items[key], value)
        if key in items or len(items) < self.limits.collection_items:
            items[key] = self.bounded(value)
        else:
            self.evaluation.gap(Why.TOO_MANY, f"more than {self.limits.collection_items} items of an array")
        scope[name] = replace(variable, value=None, items=items, assigned=object())

    def set_items(self, name: str, items: dict[Key, Value], *, append: bool = False, is_map: bool = False) -> None:
        """Assign an array as a whole."""
        name, _ = self.target(name)
        found = self.memory.find(name)
        scope, variable = found if found is not None else (self.memory.scopes[0], Variable())
        self.evaluation.spend(1 + len(variable.items or ()) // 256)
        if append and not (is_map or variable.is_map):
            old = items_of(variable)
            start = max((int(key) for key in old), default=-1) + 1
            old.update({int(key) + start: value for key, value in items.items()})
            items = old
        elif append:
            items = {**(variable.items or {}), **items}
        is_map = is_map or variable.is_map
        scope[name] = replace(variable, value=None, items=items, is_map=is_map, assigned=object())

    def words_in(self, text: str) -> Word:
        """Read text that a value holds as the inside of an index."""
        raise NotImplementedError

    def bounded(self, value: Value) -> Value:
        """Give the value, or an unknown where its text is too long."""
        for single in alternatives(value):
            if isinstance(single, Known):
                size = len(single.value) if isinstance(single.value, (str, bytes)) else 0
            elif isinstance(single, Text):
                size = sum(len(part) if isinstance(part, str) else 64 for part in single.parts)
            else:
                continue
            self.evaluation.spend(size // 4096)
            if size > self.limits.text_bytes or (
                isinstance(single, Text) and len(single.parts) > self.limits.value_parts
            ):
                self.evaluation.gap(Why.TOO_LARGE, "bash: a value past the bound on text")
                return self.evaluation.fresh(Source.LIMIT)
        return value

    def _inherited(self, name: str) -> Variable:
        return Variable(is_exported=name in ("PATH", "HOME", "SHELL", "USER", "LANG", "TERM", "PWD"))

    def _converted(self, variable: Variable, value: Value) -> Value:
        if variable.is_integer:
            return self.number(value)
        if variable.case:
            change = str.upper if variable.case == "u" else str.lower
            rows = [recased(each, change) for each in alternatives(value)]
            return one_of(rows, self.limits.alternatives)
        return value

    def number(self, value: Value) -> Value:
        """Evaluate a value as an arithmetic expression."""
        raise NotImplementedError

    def _appended(self, variable: Variable, old: Value, new: Value) -> Value:
        if variable.is_integer:
            return self.number(concat((old, Known("+"), new), self.limits.alternatives))
        return concat((old, new), self.limits.alternatives)
