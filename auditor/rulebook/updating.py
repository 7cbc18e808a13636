"""`auditor rules update`: indicator lists compiled into the rules that use them.

Takes a folder of rules and, to replace a list, a newer file of the same name; gives what changes.
Refuses a list that is broken, unknown, of another kind or not newer, and one with which a rule would no longer
be in form. Nothing is written before all of it has been checked on a copy.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import RulesetError
from auditor.rulebook.checking import INDICATORS, check, rule_files
from auditor.rulebook.indicators import Indicators, compiled, read_all, read_indicators
from auditor.rulebook.problems import Problem
from auditor.settings import shipped_rulesets


@dataclass(frozen=True, slots=True)
class Update:
    """What an update changes: the rules compiled anew, and the values that the list gains and loses."""

    rules: tuple[str, ...]
    name: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def update(source: Path | None = None, rulesets: Path | str | None = None, *, dry: bool = False) -> Update:
    """Compile the lists into the rules, one list replaced by `source` where it is given.

    With `dry`, nothing is written. Raises RulesetError with everything that is wrong.
    """
    root = Path(rulesets) if rulesets is not None else shipped_rulesets()
    lists = read_all(root / INDICATORS)
    old = new = None
    if source is not None:
        old, new = lists.get(source.stem), read_indicators(source)
        _refuse(source, old, new)
        lists[new.name] = new
    texts = {}
    for file in rule_files(root):
        text = file.read_text(encoding="utf-8")
        fresh = compiled(text, lists)
        if fresh != text:
            texts[file] = fresh
    if new is not None and source is not None:
        texts[root / INDICATORS / source.name] = source.read_text(encoding="utf-8")
    _refuse_problems(root, texts)
    if not dry:
        for file, text in texts.items():
            _replace(file, text)
    before, after = set(old.values if old else ()), set(new.values if new else ())
    return Update(
        rules=tuple(sorted(file.stem for file in texts if file.parent.name != INDICATORS)),
        name=new.name if new else "",
        added=tuple(sorted(after - before)),
        removed=tuple(sorted(before - after)),
    )


def _refuse(source: Path, old: Indicators | None, new: Indicators) -> None:
    if old is None:
        raise RulesetError(f"{source.name}: no indicator list is called {source.stem}")
    if new.kind is not old.kind:
        raise RulesetError(f"{source.name}: its kind is {new.kind.value}, and that of the list {old.kind.value}")
    if new.date < old.date:
        raise RulesetError(f"{source.name}: it is of {new.date}, older than the list of {old.date}")
    if new.date == old.date and new != old:
        raise RulesetError(f"{source.name}: it differs from the list of the same date, {old.date}")


def _refuse_problems(root: Path, texts: dict[Path, str]) -> None:
    """Check a copy of the folder with the new texts; what was wrong before is not the update's fault."""
    before = {_key(problem, root) for problem in check(root) if "compile them again" not in problem.text}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "rulesets"
        shutil.copytree(root, copy)
        for file, text in texts.items():
            (copy / file.relative_to(root)).write_text(text, encoding="utf-8")
        wrong = [problem for problem in check(copy) if _key(problem, copy) not in before]
        if wrong:
            said = "; ".join(f"{problem.path.relative_to(copy)}: {problem.text}" for problem in wrong[:5])
            raise RulesetError(f"with this list the rules would not be in form: {said}")


def _key(problem: Problem, root: Path) -> tuple[str, str]:
    return os.path.relpath(problem.path, root), problem.text


def _replace(file: Path, text: str) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        shutil.copymode(file, name)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
