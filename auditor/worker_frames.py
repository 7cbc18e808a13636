"""The frames that `auditor.workers` and its children exchange: a kind, a length, a body.

Takes and gives nothing but constants, so that a child starts without loading the parent's side.
"""

from __future__ import annotations

import struct
from typing import Final

HEADER: Final = struct.Struct("<BI")
"""A frame's kind and the length of its body."""

REQUEST: Final = 0
ANSWER: Final = 1
RAISED: Final = 2
READY: Final = 3
