"""Whether a value is true: known, or not known where it rests on what is only supposed."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.read.python.objects import (
    BoundMethod,
    Choice,
    ClassObj,
    DictObj,
    External,
    FunctionObj,
    ListObj,
    Method,
    ModuleObj,
    PyValue,
    Rest,
    TupleObj,
)
from auditor.read.values import Known, OneOf, Text, is_assumed


def truth(value: PyValue) -> bool | None:
    """Tell whether a value is true, or None where that is not known."""
    if is_assumed(value):
        return None
    if isinstance(value, Known):
        return bool(value.value)
    if isinstance(value, Text):
        return True if any(isinstance(part, str) and part for part in value.parts) else None
    if isinstance(value, OneOf | Choice):
        verdicts = {truth(single) for single in value.values}
        return verdicts.pop() if len(verdicts) == 1 else None
    if isinstance(value, ListObj):
        sizes = {_size(variant) for variant in value.variants}
        return sizes.pop() if len(sizes) == 1 else None
    return _object_truth(value)


def _size(items: Sequence[PyValue]) -> bool | None:
    if any(not isinstance(item, Rest) for item in items):
        return True
    return None if items else False


def _object_truth(value: PyValue) -> bool | None:
    if isinstance(value, TupleObj):
        return _size(value.items)
    if isinstance(value, DictObj):
        return True if value.entries else (False if value.rest is None else None)
    if isinstance(value, FunctionObj | ClassObj | BoundMethod | Method | ModuleObj):
        return True
    if isinstance(value, External):
        return True if "(" not in value.path and "[" not in value.path and "?" not in value.path else None
    return None
