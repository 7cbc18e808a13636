"""Program starts: from an argv of abstract values to effects in normal form, and to the code that is handed on.

`launch` is the one way in, for every interpreter. It takes wrappers off, follows copies, links and
files that the script wrote, reads code in arguments and on standard input as units of their own,
models what file utilities and downloaders leave behind, and gives the output where it can be known.
It starts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Value, as_text


def launch(evaluation: Evaluation, argv: Sequence[Value], context: Context) -> Outcome:
    """Start a program: record it, read what it runs, and give what it prints as far as that is known."""
    from auditor.read.launch.start import start

    return start(evaluation, tuple(as_text(word) for word in argv), context)
