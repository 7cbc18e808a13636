"""The registry of pure functions: which library functions and methods run on known values, and how.

To add one, put a line into the table of the module that fits. A function here takes native values,
touches nothing outside itself, is bounded in time and output by its arguments' sizes, and raises an
ordinary exception when it does not like them.
"""

from __future__ import annotations

from auditor.read.python.fold import Pure
from auditor.read.python.pure.decoders import DECODERS
from auditor.read.python.pure.numbers import NUMBERS
from auditor.read.python.pure.patterns import PATTERNS
from auditor.read.python.pure.texts import TEXTS
from auditor.read.python.pure.web import WEB

PURE: dict[str, Pure] = {**TEXTS, **NUMBERS, **DECODERS, **WEB, **PATTERNS}
