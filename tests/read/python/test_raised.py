"""Whatever is raised in a block finds the state of the point at which it was raised, not that of the block's end."""

from __future__ import annotations

import time

import pytest

from tests.read.python.readings import effects_of, lines_of, read

SSH = "ssh a.example"


@pytest.mark.parametrize(
    "code",
    [
        'try:\n    x = "{}"\n    int(y)\n    x = "true"\nexcept ValueError:\n    os.system(x)',
        'x = "{}"\ntry:\n    int(y)\n    x = "true"\nexcept ValueError:\n    pass\nos.system(x)',
        'def f():\n    try:\n        x = "{}"\n        int(y)\n        x = "true"\n'
        "    finally:\n        os.system(x)\nf()",
        'with contextlib.suppress(ValueError):\n    x = "{}"\n    int(y)\n    x = "true"\nos.system(x)',
        'class A: c = "true"\ntry:\n    A.c = "{}"\n    int(y)\n    A.c = "true"\n'
        "except ValueError:\n    os.system(A.c)",
        'a = ["true"]\ntry:\n    a[0] = "{}"\n    int(y)\n    a[0] = "true"\nexcept ValueError:\n    os.system(a[0])',
        'a = {{}}\ntry:\n    a[1] = "{}"\n    int(y)\n    a[1] = "true"\nexcept ValueError:\n    os.system(a[1])',
        'def f():\n    global x\n    x = "{}"\n    raise ValueError\n'
        'try:\n    f()\n    x = "true"\nexcept ValueError:\n    os.system(x)',
        'try:\n    try:\n        x = "{}"\n        int(y)\n        x = "true"\n    except KeyError:\n        pass\n'
        "except ValueError:\n    os.system(x)",
    ],
)
def test_a_value_that_is_overwritten_later_in_the_block_is_there(code: str) -> None:
    """A handler, `finally`, and what stands behind a block that swallows see each value that stood at any point."""
    start = 'import contextlib, os\ny = input()\nx = "true"\n'
    assert SSH in effects_of(start + code.format(SSH))
    assert SSH not in effects_of(start + code.format("true"))


def test_a_value_that_is_overwritten_before_the_block_is_gone() -> None:
    """What no point of the block has is found nowhere."""
    code = (
        f'import os\nx = "{SSH}"\nx = "ssh b.example"\ntry:\n    int(input())\nexcept ValueError:\n    os.system(x)\n'
    )
    assert effects_of(code) == ["ssh b.example"]


@pytest.mark.parametrize("how", ["raise ValueError", "return"])
@pytest.mark.parametrize("count", [10, 200, 201, 450])
def test_the_last_of_many_ways_out_counts_as_the_first(how: str, count: int) -> None:
    """However many branches leave a block early, what each of them set is known where they arrive."""
    branches = "".join(
        f"        if i == {index}:\n            n = {index}\n            {how}\n" for index in range(count)
    )
    code = f"""
import os
x = "true"
def f():
    global x
    i = os.getpid()
    try:
{branches}
        if i == -1:
            x = "{SSH}"
            {how}
    except ValueError:
        pass
f()
os.system(x)
"""
    assert SSH in effects_of(code)


def test_finally_inside_of_finally_costs_no_more_for_each() -> None:
    """A cascade of `finally`, in one function or in many, is read in time that grows with its length."""
    nested = "import os\nx = 1\n"
    calls = "import os\nx = 1\ndef f0():\n    os.system(x)\n"
    for depth in range(18):
        indent = "    " * depth
        nested += f"{indent}try:\n{indent}    x = {depth}\n{indent}finally:\n"
        calls += f"def f{depth + 1}():\n    global x\n    try:\n        x = {depth}\n    finally:\n        f{depth}()\n"
    nested += "    " * 18 + f'os.system("{SSH}")\n'
    start = time.process_time()
    assert lines_of(read(nested)) == [SSH]
    assert not read(calls + "f18()\n").gaps
    assert time.process_time() - start < 4
