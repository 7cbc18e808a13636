"""The stage on Ray: the same rows as on this machine alone."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ray", reason="the ray extra is not installed")
pytest.importorskip("pyarrow", reason="the corpus extra is not installed")

from auditor.corpora.audited import StageSettings
from auditor.corpora.pool import Pool
from auditor.corpora.ray_engine import RayEngine
from auditor.corpora.schema import TABLES
from tests.corpora.test_scan import scan, table, write_rows


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_same_rows(tmp_path: Path, pool: Pool) -> None:
    """Two actors, with a script that kills its worker among the rest."""
    texts = [f"{('deny', 'clean', 'gap', 'review')[number % 4]} {number}" for number in range(300)]
    texts[77] = "kill-the-worker"
    source = write_rows(tmp_path / "d.jsonl", texts)
    scan(source, tmp_path / "local", pool, shard_rows=50)
    with RayEngine(2, StageSettings(), module="tests.corpora.fake_stage") as engine:
        scan(source, tmp_path / "ray", engine, shard_rows=50)
    for name in TABLES:
        assert table(tmp_path / "ray", name) == table(tmp_path / "local", name), name
