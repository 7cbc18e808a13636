"""Sessions that real tools wrote, audited with everything on: the harmless step is allowed, the tunnel denied."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="the corpus extra is not installed")

from auditor.cli import main
from tests.corpora.test_scan import table
from tests.intake.recording.turns import HARMLESS
from tests.intake.test_real_tools import EVERY, FIXTURES


@pytest.mark.slow
def test_verdicts_of_every_format(tmp_path: Path) -> None:
    """What is run is denied as a reverse tunnel in every format, and so is what a tool writes.

    A command that only writes the file is allowed, like any that runs nothing.
    """
    out = tmp_path / "out"
    sources = [str(path) for path in sorted(FIXTURES.iterdir()) if path.name != "README.md"]
    assert main(["corpus", "scan", *sources, "--out", str(out), "--texts", "all", "--quiet"]) == 0
    writes = {each.file for each in EVERY if each.writes}
    by_source: dict[str, list[dict[str, object]]] = {}
    for row in table(out, "scripts"):
        by_source.setdefault(str(row["source"]).removeprefix(f"{FIXTURES}/"), []).append(row)
    assert set(by_source) == {each.file for each in EVERY} | {"fschat-0.2.36.json"}
    for name, rows in by_source.items():
        verdicts = [row["verdict"] for row in rows]
        assert verdicts[:3] == ["allow", "deny" if name in writes else "allow", "deny"], name
        assert verdicts[3:] in ([], ["allow"]), name
        assert rows[0]["text_bytes"] in (len(HARMLESS), len(HARMLESS) + 1), name
        assert rows[2]["families"] == ["reverse-tunnel"], name
        assert not any(row["gaps"] for row in rows), name
