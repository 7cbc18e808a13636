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


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_two_nodes(tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster of two nodes gives the rows of this machine alone."""
    from ray.cluster_utils import Cluster

    texts = [f"{('deny', 'clean', 'slow')[number % 3]} {number}" for number in range(200)]
    source = write_rows(tmp_path / "d.jsonl", texts)
    scan(source, tmp_path / "local", pool, shard_rows=50)
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        cluster.add_node(num_cpus=1)
        monkeypatch.setenv("RAY_ADDRESS", cluster.address)
        with RayEngine(2, StageSettings(), module="tests.corpora.fake_stage") as engine:
            scan(source, tmp_path / "ray", engine, shard_rows=50)
    finally:
        cluster.shutdown()
    for name in TABLES:
        assert table(tmp_path / "ray", name) == table(tmp_path / "local", name), name
