"""`auditor corpus scan` with the fake stage, as a process of its own: `command_driver SOURCE OUT [OPTION…]`."""

from __future__ import annotations

import sys

from auditor.cli import corpus_scan, main
from tests.corpora.conftest import fake_pool

if __name__ == "__main__":
    vars(corpus_scan)["Pool"] = fake_pool
    sys.exit(main(["corpus", "scan", sys.argv[1], "--out", *sys.argv[2:], "--shard-rows", "50", "-j", "2"]))
