"""The wheel: what is installed from it holds the rules, and every requirement is pinned for development."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def files_below(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def pip(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_an_installed_wheel_holds_every_rule(tmp_path: Path) -> None:
    """A wheel is built without a network and installed into an empty folder; its rules are those of the checkout."""
    pip("wheel", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", str(tmp_path), ".")
    (wheel,) = tmp_path.glob("auditor-*.whl")
    target = tmp_path / "installed"
    pip("install", "--no-deps", "--no-index", "--no-compile", "--target", str(target), str(wheel))

    here = files_below(ROOT / "rulesets")
    installed = files_below(target / "auditor" / "rulesets")
    assert len([name for name in here if name.endswith(".yaml")]) > 10
    assert installed == here

    answer = subprocess.run(
        [sys.executable, "-S", "-c", "from auditor.settings import shipped_rulesets as r; print(r())"],
        env={"PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert Path(answer.stdout.strip()) == target / "auditor" / "rulesets"


def test_every_requirement_is_pinned() -> None:
    """constraints.txt gives one exact version for each requirement, extra and tool, and names no path or host."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    groups += project["dependency-groups"].values()
    wanted = {normal(requirement) for group in groups for requirement in group} - {"auditor"}
    lines = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    pinned = {line.split("==")[0] for line in lines}

    assert len(wanted) > 15
    assert wanted - pinned == set()
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9A-Za-z.]+", line)] == []
    assert len(pinned) == len(lines)


def normal(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None
    return re.sub(r"[-_.]+", "-", match[0]).lower()


def test_the_installed_versions_are_the_pinned_ones() -> None:
    """The engines that this run used are those of constraints.txt: a verdict depends on them."""
    from importlib.metadata import version

    pinned = dict(
        line.split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if "==" in line
    )
    for name in ("semgrep", "bandit", "libcst", "tree-sitter", "tree-sitter-bash", "shfmt-py"):
        assert version(name) == pinned[name], name
