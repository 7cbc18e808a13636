"""docs/frameworks.md: every adapter has an example, every example a script, and versions are those installed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
PAGE = (HERE / "docs" / "frameworks.md").read_text(encoding="utf-8")
INSTALL = (HERE / "tests" / "agents" / "install").read_text(encoding="utf-8")
ADAPTERS = sorted(
    path.stem
    for path in (HERE / "auditor" / "gate" / "frameworks").glob("*.py")
    if path.stem not in {"__init__", "sandbox"}
)
ROWS = re.findall(r"^\| ([^|]+) \| ([\w-]+) ([\d.]+) \| ([^|]+) \| [^|]+ \|$", PAGE, re.MULTILINE)
SCRIPTS = {
    path.stem.removeprefix("run_").replace("_", "-"): path.read_text(encoding="utf-8")
    for path in Path(__file__).parent.glob("run_*.py")
}


def test_there_are_as_many_rows_as_scripts() -> None:
    assert len(ROWS) >= 15
    assert {package for _, package, _, _ in ROWS} == set(SCRIPTS)


@pytest.mark.parametrize("row", ROWS, ids=[row[1] for row in ROWS])
def test_a_row_has_an_example_a_script_and_the_installed_version(row: tuple[str, str, str, str]) -> None:
    heading, package, version, _ = row
    section = PAGE.split(f"\n### {heading}\n")[1].split("\n### ")[0]
    example = section.split("\n```python\n")[1].split("\n```\n")[0]
    assert ast.parse(example).body
    assert f'example("{heading}"' in SCRIPTS[package]
    assert f"{package}=={version}" in INSTALL


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_an_adapter_stands_in_an_example(adapter: str) -> None:
    assert f"\nfrom auditor.gate.frameworks import {adapter}\n" in PAGE
    assert re.search(rf"\b{adapter}\.\w+\(", PAGE)


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_an_adapter_imports_nothing_of_weight(adapter: str) -> None:
    """Beside the standard library: the client, and within functions the framework."""
    path = HERE / "auditor" / "gate" / "frameworks" / f"{adapter}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module}
    own = {name for name in found if name.startswith("auditor")}
    assert own == {"auditor.gate.guarding"}
    others = {name for name in found - own if name.startswith(adapter)}
    assert others == ({"inspect_ai.approval", "inspect_ai.util"} if adapter == "inspect_ai" else set())
