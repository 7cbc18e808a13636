"""The documentation: what it states is what the program does, and what is generated is current."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditor import errors

if TYPE_CHECKING:
    from auditor import Auditor

ROOT = Path(__file__).parent.parent
AUDITOR = Path(sys.executable).parent / "auditor"
PAGES = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def table(text: str, first_header: str) -> list[list[str]]:
    """Give the rows of the table whose first column has a header."""
    rows = []
    inside = False
    for line in text.splitlines():
        if line.startswith(f"| {first_header} |"):
            inside = True
        elif inside and line.startswith("|"):
            rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        elif inside:
            break
    return rows[1:]


def auditor(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run([str(AUDITOR), *arguments], capture_output=True, text=True, check=False, env=environment)


POLICY_ROWS = table(read("docs/policy.md"), "what a script does")


@pytest.mark.parametrize(("what", "example", "verdict"), POLICY_ROWS, ids=[row[0] for row in POLICY_ROWS])
def test_the_default_policy_does_what_its_table_says(what: str, example: str, verdict: str, warm: Auditor) -> None:
    """Each example of docs/policy.md gets the verdict that stands beside it, and not because of a gap."""
    command = example.strip("`").replace("\\|", "|")
    report = warm.audit(command + "\n", language="bash", path="example.sh")
    assert report.verdict.value == verdict, [reason.text for reason in report.reasons]
    assert report.gaps == (), what


def test_the_policy_table_covers_every_verdict() -> None:
    """The table above was found, and holds examples of all three verdicts."""
    assert len(POLICY_ROWS) >= 15
    assert {row[2] for row in POLICY_ROWS} == {"allow", "review", "deny"}


@pytest.mark.slow
def test_generated_pages_are_current() -> None:
    """`docs/generate.py --check` finds nothing to write."""
    answer = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stdout) == (0, ""), answer.stderr


@pytest.mark.parametrize("page", ["README.md", "docs/exit-codes.md"])
def test_exit_codes_are_those_of_the_errors(page: str) -> None:
    """The table of exit codes holds 0 to 3, and the errors carry the codes that it gives them."""
    rows = {int(code): meaning for code, meaning in table(read(page), "code")}
    assert set(rows) == {0, 1, 2, 3}
    assert "usage" in rows[errors.UsageError.exit_code]
    assert "no verdict" in rows[errors.AuditorError.exit_code]
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.AuditorError)]
    assert len(kinds) > 5
    for kind in kinds:
        assert kind.exit_code == (2 if issubclass(kind, errors.UsageError) else 3), kind


def test_every_command_is_documented() -> None:
    """The commands that `auditor --help` lists stand in the README's table, and the table names no other."""
    listed = set(re.findall(r"^\W*([a-z]+)  +\S", auditor("--help").stdout.partition("Commands")[2], re.MULTILINE))
    documented = {
        match for row in table(read("README.md"), "command") for match in re.findall(r"`auditor (\w+)", row[0])
    }
    assert listed
    assert listed == documented


OTHER_COMMANDS = (
    ("trial",), ("replay",), ("serve",), ("install",), ("correlate",), ("rules", "update"),
    *(("corpus", name) for name in ("score", "scan", "report", "query", "diff", "export")),
)  # fmt: skip


def options_of(*command: str) -> set[str]:
    return set(re.findall(r"--[a-z-]+", auditor(*command, "--help").stdout))


def options_in(line: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)) - {"--check", "--from", "--name-only", "--version"}


def test_options_in_the_docs_exist() -> None:
    """Each long option that the pages name is one that its command's `--help` knows."""
    known = options_of("check")
    every = known.union(*(options_of(*command) for command in OTHER_COMMANDS))
    lines = [line for page in PAGES for line in page.read_text(encoding="utf-8").splitlines()]
    of_check = set().union(*(options_in(line) for line in lines if "auditor check" in line))
    listed = set().union(*(options_in(line) for line in lines if line.startswith("`--")))
    assert {"--language", "--format", "--fail-on", "--policy", "--baseline", "--allow-gaps"} <= known
    assert of_check
    assert listed
    assert of_check <= known
    assert listed <= every


def test_links_between_pages_lead_somewhere() -> None:
    """Each relative link names a file that is there."""
    links = [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target
    ]
    assert len(links) > 10
    assert [(page.name, target) for page, target in links if not (page.parent / target).exists()] == []


@pytest.mark.slow
def test_the_python_example_of_the_readme_works() -> None:
    """The README's Python block runs as it stands and prints what its comment says."""
    (block,) = re.findall(r"```python\n(.*?)```", read("README.md"), re.DOTALL)
    answer = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    first, *rest = answer.stdout.splitlines()
    assert f"print(report.verdict.value)  # {first}" in block
    assert first == "deny"
    assert any("-R 2222:localhost:22" in line for line in rest)


def test_make_targets_in_the_docs_exist() -> None:
    """Each `make …` that the pages name is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    named = {
        name for page in PAGES for name in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.M)
    }
    assert {"demo", "test"} <= named
    assert named <= targets
