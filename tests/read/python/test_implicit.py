"""What the language calls by itself is read with what the script gives it: operators, truth, ends of life."""

from __future__ import annotations

import pytest

from tests.read.python.readings import effects_of

SSH = "ssh a.example"
HELD = "class X:\n    def __init__(self, c): self.c = c\n    def {name}(self{rest}): os.system(self.c)\n"
TAKES = "class X:\n    def {name}(self, c): os.system(c)\n"


@pytest.mark.parametrize(
    ("name", "rest", "use"),
    [
        ("__bool__", "", "if X({}): pass"),
        ("__len__", "", "not X({})"),
        ("__hash__", "", "{{X({}): 1}}"),
        ("__del__", "", "X({})"),
        ("__fspath__", "", "open(X({}))"),
        ("__lt__", ", o", "sorted([X({}), X({})])"),
        ("__await__", "", "async def f(): await X({})"),
        ("__repr__", "", "print([X({})])"),
        ("__complex__", "", "complex(X({}))"),
        ("__bool__", "", "class Y(X): pass\nif Y({}): pass"),
    ],
)
def test_a_method_without_arguments_is_read_of_what_was_made(name: str, rest: str, use: str) -> None:
    """A method that no call names has the attributes of the instances that the script made."""
    code = "import os\n" + HELD.format(name=name, rest=rest) + use
    assert SSH in effects_of(code.format(repr(SSH), repr(SSH)))
    assert SSH not in effects_of(code.format(repr("x"), repr("x")))


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("__eq__", "X() == {}"),
        ("__eq__", "{} == X()"),
        ("__gt__", "{} < X()"),
        ("__contains__", "{} in X()"),
        ("__eq__", "X() in [1, {}]"),
        ("__eq__", "{} in (1, X())"),
    ],
)
def test_a_comparison_calls_the_method_of_either_side(name: str, use: str) -> None:
    """The value on the other side is what the method gets."""
    code = "import os\n" + TAKES.format(name=name)
    assert SSH in effects_of(code + use.format(repr(SSH)))


@pytest.mark.parametrize(
    "code",
    [
        "class M(type):\n    def __instancecheck__(c, o): os.system(o)\nclass X(metaclass=M): pass\nisinstance({}, X)",
        'class X(dict):\n    def __missing__(self, k): os.system(k)\n"%(x)s" % X()',
        "class X:\n    def __imatmul__(self, o): os.system(o)\nx = X()\nx @= {}",
        "class X:\n    def __set_name__(self, o, n): os.system(n)\ntype('A', (), {{{}: X()}})",
    ],
)
def test_an_argument_that_the_language_passes_is_no_users(code: str) -> None:
    """Where the use is not recovered, nobody knows what is run: that is said, not listed as an argument."""
    found = effects_of("import os\n" + code.format(repr(SSH)))
    assert "code.load bash unknown" in found


@pytest.mark.parametrize(
    "code",
    [
        "class C:\n    def g(s): pass\n    def s(s, v): os.system(v)\n    x = property(g).setter(s)\nC().x = {}",
        "import enum\nclass E(enum.Enum):\n    A = 1\n    @classmethod\n    def _missing_(c, v): os.system(v)\nE({})",
    ],
)
def test_setters_and_members_that_are_missing_get_the_value(code: str) -> None:
    """A setter made by a call, and the hook of an enumeration, are called as they would be."""
    assert effects_of("import os\n" + code.format(repr(SSH))) == [SSH]


def test_a_method_of_an_interface_that_nobody_calls_takes_a_users_argument() -> None:
    """What others call by name stays listed with an argument: a runner, a proxy of commands, a context."""
    for name in ("__call__", "__getattr__", "__getitem__", "run"):
        code = f"import os\nclass X:\n    def {name}(self, c): os.system(c)\n"
        assert effects_of(code) == ["code.load bash argument"]


def test_many_instances_are_not_told_apart() -> None:
    """Of more instances than are kept nobody knows which is the last: what it holds is not silence."""
    code = (
        "import os\n" + HELD.format(name="__del__", rest="") + "for i in range(70):\n    X(str(i))\n" + f'X("{SSH}")\n'
    )
    assert any(line.startswith("code.load bash limit") for line in effects_of(code))
