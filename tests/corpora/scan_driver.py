"""One scan with the fake stage, as a process of its own, to be killed: `scan_driver SOURCE OUT SHARD_ROWS [CACHE]`."""

from __future__ import annotations

import sys
from pathlib import Path

from auditor.corpora.scan import Request, Scan
from auditor.corpora.terms import terms_of
from auditor.intake.datasets.sources import Sources
from tests.corpora.conftest import fake_pool


def main(source: str, out: str, shard_rows: str, cache: str = "") -> None:
    """Scan, going on with what is there."""
    terms = terms_of(None, None, texts="flagged")
    request = Request(Sources([source]), Path(out), terms, Path(cache) if cache else None, True, int(shard_rows))
    with fake_pool(2, terms.settings) as pool:
        print(Scan(request, pool).run().rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
