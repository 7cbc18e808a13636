"""A condition leaves on each path only what it says of a variable, and what ends the process ends the path."""

from __future__ import annotations

import pytest

from tests.read.python.readings import effects_of

START = 'import contextlib, os, subprocess, sys\nd = ""\nif len(sys.argv) > 1:\n    d = sys.argv[1]\n'
DELETE = 'subprocess.run(["rm", "-rf", d + "/"])'


def deleted(code: str) -> set[str]:
    """Give what is deleted, a hole as a mark."""
    found = [line.removeprefix("rm -rf ") for line in effects_of(START + code) if line.startswith("rm ")]
    return {"%" if "%{" in each else each for each in found}


@pytest.mark.parametrize(
    "code",
    [
        f"if d:\n    {DELETE}",
        f"if not d:\n    sys.exit(1)\n{DELETE}",
        f"if not d:\n    raise SystemExit\n{DELETE}",
        f'if d == "":\n    sys.exit("usage")\n{DELETE}',
        f'if d != "" and os.path.isdir("/srv"):\n    {DELETE}',
        f"if not d:\n    pass\nelif os.getpid():\n    {DELETE}",
        f'if d in ("", "."):\n    pass\nelse:\n    {DELETE}',
    ],
)
def test_an_empty_alternative_goes_where_a_guard_rules_it_out(code: str) -> None:
    """What was given stays; the empty default does not."""
    assert deleted(code) == {"%"}


@pytest.mark.parametrize(
    "code",
    [
        DELETE,
        f"if not d:\n    print('none')\n{DELETE}",
        f"if d or os.getpid():\n    {DELETE}",
        f"sys.exit = print\nif not d:\n    sys.exit(1)\n{DELETE}",
        f"with contextlib.suppress(SystemExit):\n    if not d:\n        sys.exit(1)\n{DELETE}",
        f"try:\n    if not d:\n        sys.exit(1)\nexcept SystemExit:\n    pass\n{DELETE}",
    ],
)
def test_a_check_that_rules_nothing_out_leaves_all(code: str) -> None:
    """A check that lets go on, whose exit is caught or is none, leaves every alternative."""
    assert deleted(code) == {"%", "/"}


def test_a_name_that_is_said_to_be_one_of_some_is_one_of_them() -> None:
    """What nobody knows is, behind a comparison with texts, one of those."""
    code = """
    import os, subprocess, sys
    tool = sys.argv[1]
    if tool in ("ssh", "scp"):
        subprocess.run([tool, "-V"])
    elif tool == "rsync":
        subprocess.run([tool, "--version"])
    else:
        subprocess.run([tool])
    """
    assert effects_of(code) == ["ssh -V", "scp -V", "rsync --version", "%{argument_2}"]


def test_what_a_manager_may_swallow_does_not_end_the_function() -> None:
    """Behind a block whose manager may end what is raised, the function goes on; a file's manager ends nothing."""
    code = """
    import contextlib, os
    class Quiet:
        def __enter__(self): return self
        def __exit__(self, *what): return True
    def first():
        with Quiet():
            raise ValueError
        os.system("ssh a.example")
    def second():
        with contextlib.suppress(ValueError):
            raise ValueError
        os.system("ssh b.example")
    first()
    second()
    """
    assert [line for line in effects_of(code) if line.startswith("ssh")] == ["ssh a.example", "ssh b.example"]


def test_what_was_set_before_something_is_raised_reaches_the_handler() -> None:
    """A handler runs in the state of any point of the body at which it was raised, in a branch too."""
    code = """
    import os
    def run():
        command = "true"
        try:
            if os.getpid():
                command = "ssh a.example"
                raise ValueError
        except ValueError:
            os.system(command)
    run()
    line = "true"
    try:
        if os.getpid():
            line = "ssh b.example"
            raise ValueError
    except ValueError:
        pass
    os.system(line)
    """
    assert [line for line in effects_of(code) if line.startswith("ssh")] == ["ssh a.example", "ssh b.example"]


def test_keys_that_are_looked_for_below_a_folder_are_secrets() -> None:
    """A file named as keys are, wherever it was found, is a secret; one of a temporary folder of its own is not."""
    code = """
    import os, tempfile
    for base, _, names in os.walk("/home"):
        for name in names:
            if name in ("id_rsa", "notes.txt"):
                print(open(os.path.join(base, name)).read())
    print(open(os.path.join(tempfile.mkdtemp(), "id_rsa")).read())
    """
    assert effects_of(code) == ["file.read %{file_3}/id_rsa"]
