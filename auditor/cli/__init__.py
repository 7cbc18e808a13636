"""The command line: `auditor.cli:main` dispatches, one module per command does the work.

The only place that prints: the report on standard output, everything else on standard error. The
exit codes are 0 nothing at or above `--fail-on`, 1 something is or there is a gap, 2 usage, 3 no
verdict was reached.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; what need not load the whole command line does not."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given == ["--version"]:
        from auditor import __version__

        print(f"auditor {__version__}")
        return 0
    if given[:1] == ["hook"]:  # an agent waits for every millisecond
        from auditor.gate.client import main as hook

        return hook(given[1:])
    from auditor.cli.app import run

    return run(given)
