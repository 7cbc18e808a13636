"""What the scripts have in common: the example of the page, a tool that runs a command, and what they print.

Runs in the environment of a framework, with nothing but the standard library.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

PAGE = Path(__file__).parents[2] / "docs" / "frameworks.md"
COMMAND = sys.argv[1] if len(sys.argv) > 1 else ""


def bash(command: str) -> str:
    """Run a command.

    Args:
        command: The command.

    Returns:
        What it printed.
    """
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr or "nothing"


def block(heading: str, language: str = "python") -> str:
    """Give the first block of code under a heading of the page."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n### {heading}\n")[1].split("\n### ")[0]
    return section.split(f"\n```{language}\n")[1].split("\n```\n")[0] + "\n"


def example(heading: str, **names: object) -> ModuleType:
    """Load the example under a heading, in which the names stand for what the reader has."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "example_of_the_page.py"
        path.write_text(block(heading), encoding="utf-8")
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        module.__dict__.update(names)
        sys.modules[path.stem] = module
        spec.loader.exec_module(module)
        return module


def report(calls: int, said: list[object]) -> None:
    """Print how many calls the model made, and what it was told."""
    print(json.dumps({"calls": calls, "said": [str(each) for each in said]}), flush=True)
    sys.stdout.flush()
    os._exit(0)  # threads of telemetry may be left
