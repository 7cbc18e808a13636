"""The load benchmark in small: it holds on the corpus' scripts, and it can tell a wrong answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks import load
from tests.benchmarks.load import Options, Outcome, Request
from tests.corpus import samples


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_it_holds_in_small(tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    lines = [
        json.dumps({"text": sample.file.read_text(encoding="utf-8"), "language": sample.language})
        for sample in samples()
        if sample.language in {"bash", "python"}
    ]
    assert len(lines) > 40
    data.write_text("\n".join(lines[:: len(lines) // 40]) + "\n", encoding="utf-8")
    quiet, losing = load.measure([data], Options(requests=250, clients=16))
    assert quiet.is_good, quiet
    assert losing.is_good, losing
    assert quiet.right == 250
    assert losing.killed > 0
    assert max(quiet.memory_mb) < 3_000


@pytest.mark.parametrize(
    ("got", "field"),
    [
        ((2, b"auditor: no"), "right"), (None, "lost"), ((0, b""), "opened"), ((0, b'{"ask"}'), "opened"),
        ((2, b"auditor: something else"), "mixed_up"), ((2, b"auditor: the gate is busy"), "stricter"),
    ],
)  # fmt: skip
def test_it_tells_every_kind_of_wrong_answer(got: tuple[int, bytes] | None, field: str) -> None:
    outcome = Outcome("x", right=1)
    load._judge(outcome, Request("Bash", ()), got, (2, b"auditor: no"))
    counts = {name: getattr(outcome, name) for name in ("right", "lost", "opened", "mixed_up", "stricter")}
    assert counts == {**dict.fromkeys(counts, 0), "right": 1, field: 1 + (field == "right")}
    assert outcome.is_good is (field == "right")
