"""Branches run in the state in which their condition was evaluated, whatever conditions themselves change."""

from __future__ import annotations

import pytest

from tests.read.python.readings import effects_of

START = 'import os, random\nx = random.choice(["ssh b.example", "false"])\n'
SSH = "ssh a.example"


@pytest.mark.parametrize(
    "code",
    [
        f'if x == "ssh b.example" and (x := random.choice(["ssh b.example", "{SSH}"])):\n    os.system(x)',
        f'if x != "ssh b.example":\n    pass\nelif (x := random.choice(["ssh b.example", "{SSH}"])):\n    os.system(x)',
        f'def swap():\n    global x\n    x = random.choice(["ssh b.example", "{SSH}"])\n    return True\n'
        'if x == "ssh b.example" and swap():\n    os.system(x)',
        f'x = "{SSH}"\nif os.getpid():\n    os.system(x)\nelif (x := "ssh b.example"):\n    pass',
        f'x = "{SSH}"\nif os.getpid():\n    pass\nelif (x := "ssh b.example"):\n    pass\nos.system(x)',
        f'x = "{SSH}"\ndef swap():\n    global x\n    x = "ssh b.example"\n'
        "if os.getpid():\n    os.system(x)\nelif swap():\n    pass",
        f'if os.getpid():\n    pass\nelif (x := "{SSH}") and os.getppid():\n    pass\nelse:\n    os.system(x)',
    ],
)
def test_what_a_condition_sets_is_told_from_what_it_compares(code: str) -> None:
    """A name that is set while conditions are evaluated is not what an earlier comparison said of it."""
    assert SSH in effects_of(START + code)


@pytest.mark.parametrize(
    "code",
    [
        f'if x == "ssh b.example" and (y := "{SSH}"):\n    os.system(x)',
        f'if os.getpid() or (x := "{SSH}") == "ssh b.example":\n    pass\nelse:\n    pass\nos.system("ssh b.example")',
        f'if False:\n    pass\nelif (x := "ssh b.example"):\n    os.system(x)\nelif (x := "{SSH}"):\n    os.system(x)',
    ],
)
def test_what_a_condition_says_of_others_stays(code: str) -> None:
    """Other names keep what is said of them, and conditions that are not evaluated set nothing."""
    assert effects_of(START + code) == ["ssh b.example"]


def test_a_long_chain_that_sets_names_is_read_whole() -> None:
    """Hundreds of conditions that each set a name leave nothing unread."""
    chain = "".join(f"elif (m{index % 50} := os.getpid()):\n    n = {index}\n" for index in range(400))
    assert effects_of(f'import os\nif os.getpid():\n    pass\n{chain}else:\n    os.system("{SSH}")\n') == [SSH]
