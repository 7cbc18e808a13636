"""Limits and settings: every bound in one place.

Each limit says what happens past it: a Gap, or an unknown that is opaque where it runs; never silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on the work that one script may cause."""

    script_bytes: int = 2_000_000
    """A larger script is not read at all. Past it: a gap."""
    line_bytes: int = 500_000
    """A script with a longer line is not parsed; libcst and tree-sitter grow worse than linearly there.

    Past it: a gap.
    """
    nesting: int = 150
    """Brackets, unary operators or blocks nested deeper are not parsed: libcst's native parser overflows its stack.

    Past it: a gap.
    """
    chain: int = 500
    """Attribute chains, binary operators or calls in a row beyond this are not parsed. Past it: a gap."""
    steps: int = 200_000
    """Evaluation steps over all units of one script. Past it: a gap, and what was found until then."""
    depth: int = 24
    """Nesting of evaluated calls and of units inside units. Past it: a gap."""
    alternatives: int = 16
    """Values that one name may have at once; more become unknown.

    Past it: an unknown; running it is opaque code, a call of one a gap.
    """
    shell_nesting: int = 60
    """Substitutions, braces and compound commands of shell inside each other; what is deeper is not read.

    Past it: a gap.
    """
    shell_calls: int = 20
    """Functions of shell that call each other; deeper calls are not walked. Past it: a gap."""
    shell_functions: int = 500
    """Functions of shell that nothing calls and that are walked all the same. Past it: a gap."""
    pattern_states: int = 2_000
    """States of one compiled shell pattern; a larger one decides nothing. Past it: both ways are taken."""
    arithmetic_tokens: int = 5_000
    """Tokens of one arithmetic expression in shell; the result of a longer one is unknown. Past it: an unknown."""
    arithmetic_depth: int = 60
    """Brackets and signs inside each other in arithmetic; the result of a deeper one is unknown.

    Past it: an unknown.
    """
    value_parts: int = 1_000
    """Known and unknown parts of one value; with more it is unknown. Past it: a gap."""
    loop_rounds: int = 5_000
    """Rounds of one loop that is unrolled over known values.

    Past it: a gap in shell and JavaScript; in Python an unknown.
    """
    collection_items: int = 50_000
    """Items of one evaluated container. Past it: a gap or an unknown."""
    text_bytes: int = 4_194_304
    """Size of one evaluated string or of one decoder's output. Past it: an unknown; running it is opaque code."""
    decompression_ratio: int = 200
    """Output to input of one decompression, above 64 KiB. Past it: an unknown; running it is opaque code."""
    units: int = 200
    """Pieces of code read in one script. Past it: a gap."""
    effects: int = 5_000
    """Effects kept for one script. Past it: a gap."""
    files: int = 500
    """Files remembered that the script writes. Past it: a gap, unless the file is empty."""
    read_seconds: float = 5.0
    """Processor time of one reading, in a worker that is killed after three times as much wall time. Past it: a gap."""
    worker_memory_bytes: int = 1_500_000_000
    """Address space of a reading worker. Past it: a gap."""
    word_bytes: int = 1_500
    """Bytes of one word in a transcript; longer words silently disable Semgrep regexes.

    Past it: matched in parts; a gap where a rule may miss it.
    """
    transcript_lines: int = 500
    """Lines of one transcript chunk; 10,000 matches of one rule drop all findings. Past it: the next chunk."""
    match_seconds: float = 10.0
    """Wall time of one Semgrep scan of one unit. Past it: a gap."""


DEFAULT_LIMITS = Limits()


def shipped_rulesets() -> Path:
    """Give the folder of the rules and the policy that ship: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "rulesets"
    return inside if inside.is_dir() else package.parent / "rulesets"
