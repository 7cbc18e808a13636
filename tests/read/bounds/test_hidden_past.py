"""Bounds of the readers: within each a command is known, far behind it something says that it may be there."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation
from tests.read.bounds.scripts import TUNNEL as T
from tests.read.bounds.scripts import read

Make = Callable[[int], str]
BASH, PYTHON, NODE = Language.BASH, Language.PYTHON, Language.JAVASCRIPT


EXIT = '[ "$1" = {0} ] && {{ c=true; exit; }}\n'
GIVEN = "  if x == {0}: return 'ls'\n"
EXPORT = "export v{0}=1\n"
SETTING, TASK, FILE, EXAMPLE = "x{0} = 1\n", "{0} true\n", "echo x > f{0}.tf\n", ">>> x = 1\n"


def chain(count: int) -> str:
    """Give classes of which each extends the one before."""
    return "".join(f"class A{each + 1}(A{each}): pass\n" for each in range(count))


def many(count: int, form: str, last: str = "") -> str:
    """Give numbered pieces, and a last one."""
    return "".join(form.format(number) for number in range(count)) + last


def job(count: int) -> str:
    """Give a job of HTCondor with so many settings before what it runs."""
    words = f"executable = ssh\narguments = {T.partition(' ')[2]}\nqueue\n"
    return f"cat > j <<'E'\n{many(count, SETTING)}{words}E\ncondor_submit j\n"


def tags(count: int) -> str:
    """Give YAML that calls so many functions before the one that matters."""
    text = many(count, "- !!python/object/apply:os.getcwd []\n", f"- !!python/object/apply:os.system ['{T}']\n")
    return f"import yaml\nyaml.load('''\n{text}''', Loader=yaml.UnsafeLoader)"


def registered(count: int) -> str:
    """Give a dispatcher with so many functions before the one that matters."""
    others = many(count, "class A{0}: pass\n@f.register\ndef _(x: A{0}, c): pass\n")
    last = f"@f.register\ndef _(x: B, c): os.system(c)\nf(B(), '{T}')"
    return f"import functools, os\n@functools.singledispatch\ndef f(x, c): pass\n{others}class B: pass\n{last}"


def pods(count: int) -> str:
    """Give a pod with so many containers before the one that matters."""
    quiet = "client.V1Container(name='y', image='y')"
    loud = f"client.V1Container(name='x', image='x', command=['sh', '-c', '{T}'])"
    spec = f"client.V1Pod(spec=client.V1PodSpec(containers=[{quiet}] * {count} + [{loud}]))"
    return f"from kubernetes import client\nclient.CoreV1Api().create_namespaced_pod('default', {spec})"


def stages(count: int) -> str:
    """Give a pipeline with so many stages inside each other."""
    rows = [f"{'  ' * depth}stages:\n{'  ' * depth}- stage: a\n" for depth in range(count)]
    return f"trigger: none\n{''.join(rows)}{'  ' * count}steps:\n{'  ' * count}- script: {T}\n"


def merges(count: int) -> str:
    """Give a job whose step is merged from the one before, and so on."""
    chain = many(count, "", "".join(f"x{n + 1}: &x{n + 1}\n  <<: *x{n}\n" for n in range(count)))
    return f"x0: &x0\n  run: {T}\n{chain}jobs:\n  a:\n    steps:\n      - <<: *x{count}\n"


def terraform(count: int) -> str:
    """Give Terraform's JSON with so many outputs before what runs."""
    run = {"null_resource": {"x": {"provisioner": {"local-exec": {"command": T}}}}}
    return json.dumps({"output": {f"o{n}": {"value": n} for n in range(count)}, "resource": run})


CASES: dict[str, tuple[Language, int, int, Make]] = {
    "lines of a job": (BASH, 400, 600, job),
    "programs of a job": (
        BASH,
        400,
        600,
        lambda n: f"cat > m <<'E'\n{many(n, TASK)}{n} {T}\nE\nsrun --multi-prog m\n",
    ),
    "directories of PATH": (
        BASH,
        10,
        300,
        lambda n: f"mkdir z; echo '{T}' > z/job; chmod +x z/job; PATH={many(n, 'd{0}:')}z:$PATH\njob\n",
    ),
    "files of Terraform": (
        BASH,
        10,
        80,
        lambda n: (
            f'cat > main.tf <<\'E\'\nresource "null_resource" "x" {{\n provisioner "local-exec" {{\n'
            f'  command = "{T}"\n }}\n}}\nE\n{many(n, FILE)}terraform apply\n'
        ),
    ),
    "words of compgen": (
        BASH,
        100,
        5_100,
        lambda n: f"for c in $(compgen -W '{many(n, 'true{0} ')}ssh'); do [ $c = ssh ] && $c {T[4:]}; done",
    ),
    "rounds of printf": (BASH, 100, 10_100, lambda n: f"printf -v x '%s\\n' {'true ' * n}'{T}'; eval \"$x\""),
    "exits before a trap": (
        BASH,
        5,
        25,
        lambda n: f"trap 'eval \"$c\"' EXIT\n{many(n, EXIT)}[ \"$1\" = x ] && {{ c='{T}'; exit; }}\nc=:\n",
    ),
    "ways to return": (
        PYTHON,
        5,
        210,
        lambda n: f"import os, sys\ndef f(x):\n{many(n, GIVEN)}  return '{T}'\nos.system(f(sys.argv[1]))",
    ),
    "tags of YAML": (PYTHON, 20, 60, tags),
    "lines of examples": (
        PYTHON,
        100,
        2_100,
        lambda n: f'"""\n{EXAMPLE * n}>>> import os; os.system("{T}")\n"""\nimport doctest\ndoctest.testmod()',
    ),
    "functions registered": (PYTHON, 10, 25, registered),
    "options": (
        PYTHON,
        20,
        2_050,
        lambda n: (
            f"import argparse, os\np = argparse.ArgumentParser()\n"
            f"for i in range({n}): p.add_argument(f'--a{{i}}', default='x')\n"
            f"p.add_argument('--cmd', default='{T}')\nos.system(p.parse_args().cmd)"
        ),
    ),
    "fields of a format": (
        PYTHON,
        100,
        1_100,
        lambda n: f"import os, string\nos.system(string.Formatter().format('{'{}' * n}{{c}}', *[''] * {n}, c='{T}'))",
    ),
    "matches": (
        PYTHON,
        100,
        5_100,
        lambda n: (
            f"import os, re\nfor m in re.finditer('x|end', 'x' * {n} + 'end'):\n"
            f"  if m.group() == 'end': os.system('{T}')"
        ),
    ),
    "rows of a product": (
        PYTHON,
        10,
        250,
        lambda n: (
            f"import itertools, os\nx = list(itertools.product(range({n}), ['ls'] * {n - 1} + ['{T}']))\n"
            "os.system(x[-1][1])"
        ),
    ),
    "values of a generator": (
        PYTHON,
        100,
        50_000,
        lambda n: f"import os\ndef g():\n  yield from ['ls'] * {n}\n  yield '{T}'\nos.system(list(g())[-1])",
    ),
    "values given to a generator": (
        PYTHON,
        20,
        120,
        lambda n: (
            f"import os\ndef g():\n  n = 0\n  while True:\n    c = yield n\n    n += 1\n"
            f"    if n == {n}: os.system('{T}')\nx = g()\nnext(x)\nfor i in range({n}): x.send(i)"
        ),
    ),
    "items of a list": (
        PYTHON,
        100,
        50_000,
        lambda n: f"import os\nx = ['ls'] * {n}\nx.append('{T}')\nos.system(x[-1])",
    ),
    "bases of a class": (
        PYTHON,
        100,
        600,
        lambda n: f"import os\nclass A0:\n  def go(self, c): os.system(c)\n{chain(n)}A{n}().go('{T}')",
    ),
    "parts of a cluster's object": (PYTHON, 10, 250, pods),
    "stages inside each other": (Language.WORKFLOW, 5, 12, stages),
    "lists inside each other": (
        Language.WORKFLOW,
        5,
        12,
        lambda n: f'stages: [a]\njob:\n  stage: a\n  script:\n    - {"[" * n}"{T}"{"]" * n}\n',
    ),
    "merged mappings": (Language.WORKFLOW, 50, 250, merges),
    "lines of Terraform's JSON": (Language.TERRAFORM, 100, 17_000, terraform),
    "entries of a map": (
        NODE,
        50,
        300,
        lambda n: (
            f"const m = new Map(); for (let i = 0; i < {n}; i++) m.set('a' + i, 'true'); m.set('k', '{T}');\n"
            "m.forEach(v => require('child_process').exec(v))"
        ),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_within_the_bound_it_is_known(case: str) -> None:
    """What stands before the bound is read, and nothing is said to be left."""
    language, within, _, make = CASES[case]
    told = read(make(within), language)
    assert any(line.startswith("ssh -N -R 2222") for line in told.lines)
    assert not told.gaps


@pytest.mark.parametrize("case", CASES)
def test_behind_the_bound_is_no_silence(case: str) -> None:
    """What stands far behind it is found all the same, or a gap or an opaque command says so."""
    language, _, behind, make = CASES[case]
    assert not read(make(behind), language).hides


def test_every_variable_that_a_command_leaves_is_told() -> None:
    """What a session remembers is bounded there, where it can say so."""
    script = Script.of(f"{many(80, EXPORT)}export c='{T}'\n", BASH)
    assert ("c", T) in Evaluation(script).read_script().left.environment
