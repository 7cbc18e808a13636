"""Semgrep as we run it: its binary, its environment, the kinds of text, the rules written for it.

Takes a ruleset; gives the one configuration file that both engines load, in which every rule says
by file name which kind of text it reads, and the canary rules. Refuses to let anything of the
operator's or the audited tree's Semgrep settings count: the home is private, metrics, version
checks and git are off.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from auditor.errors import EngineError
from auditor.match.kinds import (
    CODE,
    DIALECTS,
    EFFECTS,
    TEXT_CANARY,
    TEXT_CANARY_PATTERN,
    TEXT_LANGUAGES,
    dialect_of,
    source_suffix,
)
from auditor.match.rules import SemgrepRule
from auditor.model.rule import Reads

TESTED = ((1, 180), (1, 190))
"""The first version that is tested, and the first that is not any more."""


def suffixes_of(rule: SemgrepRule) -> frozenset[str]:
    """Give the kinds of text that a rule reads."""
    if rule.card.reads is Reads.EFFECTS:
        return frozenset({EFFECTS})
    if TEXT_LANGUAGES.isdisjoint(rule.languages):
        return frozenset(source_suffix(each) for each, dialect in DIALECTS.items() if dialect.name in rule.languages)
    return frozenset(source_suffix(language) for language in rule.units or CODE)


def canaries_of(rules: Iterable[SemgrepRule], suffix: str) -> frozenset[str]:
    """Give the canary rules that must answer for a kind of text: of the parsed rules, of the textual ones, or both."""
    readers = [rule for rule in rules if suffix in suffixes_of(rule)]
    dialect = dialect_of(suffix)
    wanted = set()
    if dialect is not None and any(TEXT_LANGUAGES.isdisjoint(rule.languages) for rule in readers):
        wanted.add(dialect.rule)
    if any(not TEXT_LANGUAGES.isdisjoint(rule.languages) for rule in readers):
        wanted.add(TEXT_CANARY)
    return frozenset(wanted)


def configuration(rules: Iterable[SemgrepRule]) -> str:
    """Write all rules and the canaries' as one file. JSON is YAML, and read faster."""
    entries: list[dict[str, object]] = []
    for rule in rules:
        include = sorted(f"*{suffix}" for suffix in suffixes_of(rule))
        entries.append({**rule.body, "paths": {"include": include}})
    entries += [{"severity": "INFO", **canary} for canary in _canary_rules()]
    return json.dumps({"rules": entries})


def _canary_rules() -> Iterable[dict[str, object]]:
    yield {
        "id": TEXT_CANARY,
        "languages": ["regex"],
        "message": "$1",
        "pattern-regex": TEXT_CANARY_PATTERN,
        "paths": {"include": sorted(f"*{source_suffix(language)}" for language in CODE)},
    }
    for dialect in DIALECTS.values():
        yield {"id": dialect.rule, "languages": [dialect.name], "message": "$N", "pattern": dialect.pattern}


def environment(home: str) -> dict[str, str]:
    """Give the environment for a Semgrep process: nothing of the caller's, no network, no git, a home of its own."""
    return {
        "HOME": home,
        "XDG_CONFIG_HOME": home,
        "XDG_CACHE_HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PATH": _programs(home),
        "SEMGREP_SEND_METRICS": "off",
        "SEMGREP_ENABLE_VERSION_CHECK": "0",
        "SEMGREP_SETTINGS_FILE": str(Path(home) / "settings.yml"),
        "SEMGREP_LOG_FILE": str(Path(home) / "semgrep.log"),
    }


def _programs(home: str) -> str:
    """Make a folder that holds `uname` and nothing else: Semgrep asks it at start, and asks git for each scan."""
    folder = Path(home) / "programs"
    uname = shutil.which("uname", path="/usr/bin:/bin")
    if uname is None:
        return "/usr/bin:/bin"
    folder.mkdir(exist_ok=True)
    link = folder / "uname"
    if not link.is_symlink():
        link.symlink_to(uname)
    return str(folder)


def binary() -> str:
    """Find Semgrep's native binary; the Python wrapper around it costs 0.3 s a start and may call out."""
    spec = importlib.util.find_spec("semgrep")
    places = [Path(place) / "bin" / "semgrep-core" for place in (spec.submodule_search_locations or [])] if spec else []
    for path in places:
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    found = shutil.which("semgrep-core")
    if found is None:
        raise EngineError("Semgrep is not installed", hint="install the package `semgrep`")
    return found


def untested(found: str) -> str:
    """Say what is to be known of a version outside of the tested range; nothing of one within it."""
    numbers = tuple(int(part) for part in found.split(".")[:2] if part.isdecimal())
    if TESTED[0] <= numbers < TESTED[1]:
        return ""
    return f"outside the tested range, {tested_range()}"


def tested_range() -> str:
    """Give the tested range in words."""
    low, high = (".".join(map(str, end)) for end in TESTED)
    return f"{low} to before {high}"


def engine_version() -> str:
    """Give Semgrep's version as installed, without starting it."""
    try:
        return version("semgrep")
    except PackageNotFoundError:
        return "unknown"
