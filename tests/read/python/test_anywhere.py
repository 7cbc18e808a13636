"""What is set, put in or taken away at a place that nobody knows may be anywhere, and what stood there may be gone."""

from __future__ import annotations

import pytest

from tests.read.python.readings import effects_of

SSH = "ssh a.example"


@pytest.mark.parametrize(
    "code",
    [
        'x = ["true"]\nx[n] = "{}"\nos.system(x[0])',
        'x = ["true"]\nx[n : n + 1] = ["{}"]\nos.system(x[0])',
        'x = ["true"]\nx.insert(n, "{}")\nos.system(x[0])',
        'x = ["true", "{}"]\nx.pop(n)\nos.system(x[0])',
        'x = ["true", "{}"]\ndel x[n]\nos.system(x[0])',
        'x = ["true", "true", "{}"]\ndel x[0:2]\nos.system(x[0])',
        'x = ["true", "{}"]\nx.sort(key=lambda s: n)\nos.system(x[0])',
        'x = {{"a": "true"}}\nx[chr(97 + n)] = "{}"\nos.system(x["a"])',
        'x = {{"a": "true"}}\nx.update({{chr(97 + n): "{}"}})\nos.system(x["a"])',
        'x = {{"a": "true"}}\ndel x[chr(97 + n)]\nos.system(x.get("a", "{}"))',
        'x = {{i: "true" for i in range(100)}}\nx[n] = "{}"\nos.system(x[7])',
        'os.environ["A"] = "true"\nos.environ[chr(65 + n)] = "{}"\nos.system(os.environ["A"])',
        'class A: c = "true"\nx = A()\nsetattr(x, chr(99 + n), "{}")\nos.system(x.c)',
        'class A: c = "{}"\nx = A()\nx.c = "true"\ndel x.c\nos.system(x.c)',
        'class A: c = "{}"\nx = A()\nx.c = "true"\ndelattr(x, "c")\nos.system(x.c)',
        'class A: c = "{}"\nx = A()\nx.c = "true"\nif n: del x.c\nos.system(x.c)',
        'c = "true"\nglobals()[chr(99 + n)] = "{}"\nos.system(c)',
    ],
)
def test_it_may_be_there(code: str) -> None:
    """The command is read, and its harmless twin is none."""
    start = "import os\nn = os.getpid() % 1\n"
    assert SSH in effects_of(start + code.format(SSH))
    assert SSH not in effects_of(start + code.format("true"))


def test_what_is_known_stays_where_it_is() -> None:
    """Numbers at unknown keys, and places that are known, change no text."""
    code = """
    import os
    count = {"a": "ssh a.example"}
    for word in input().split():
        count[word] = 1
    names = ["ssh b.example", "x"]
    names[1] = "ssh c.example"
    del names[1:]
    os.system(count["a"])
    os.system(names[0])
    """
    assert effects_of(code) == ["ssh a.example", "ssh b.example"]
