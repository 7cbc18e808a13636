"""The terms of a run: policy and rules are read before any work is done, and their digests name the answers."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import metadata
from pathlib import Path

import auditor
from auditor import __version__
from auditor.corpora.audited import StageSettings
from auditor.judge import load_policy
from auditor.match import load_ruleset
from auditor.model.rule import Rule

_ENGINES = ("semgrep", "bandit", "libcst", "tree-sitter", "tree-sitter-javascript", "tree-sitter-typescript", "pyyaml")
_SOURCES = frozenset({".py", ".txt", ".json", ".toml", ".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What an answer depends on besides the script."""

    settings: StageSettings
    version: str
    ruleset: str
    policy: str
    expired_grants: int
    cards: tuple[Rule, ...]
    engines: str = ""

    @property
    def text(self) -> str:
        """Everything in one line; part of every cache key."""
        settings = self.settings
        triage = "" if settings.is_triaging else " whole"
        read = f"{self.version} {self.engines} {self.ruleset} {self.policy}"
        return f"{read} {self.expired_grants} {settings.texts}{triage}"


def settings_of(policy: Path | None, rulesets: Path | None, *, texts: str, is_triaging: bool = True) -> StageSettings:
    """Give settings for the stages; raises PolicyError and RulesetError now rather than in a worker."""
    return terms_of(policy, rulesets, texts=texts, is_triaging=is_triaging).settings


def terms_of(policy: Path | None, rulesets: Path | None, *, texts: str, is_triaging: bool = True) -> Terms:
    """Load policy and rules, and say what they are."""
    loaded = load_policy(policy)
    ruleset = load_ruleset(rulesets)
    settings = StageSettings(
        policy=str(policy.absolute()) if policy else "",
        rulesets=str(rulesets.absolute()) if rulesets else "",
        texts=texts,
        is_triaging=is_triaging,
    )
    return Terms(
        settings=settings,
        version=__version__,
        ruleset=ruleset.digest,
        policy=loaded.digest,
        expired_grants=len(loaded.expired_grants(date.today())),
        cards=tuple(ruleset.cards),
        engines=f"{package_digest()} {engine_versions()}",
    )


def engine_versions() -> str:
    """Give the versions of what reads and matches; one that is missing is named as such."""
    return " ".join((f"python={platform.python_version()}", *(f"{name}={_version_of(name)}" for name in _ENGINES)))


def _version_of(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "none"


@cache
def package_digest() -> str:
    """Give a digest of the auditor's own files: a checkout changes without its version changing."""
    root = Path(auditor.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in _SOURCES and path.is_file():
            data = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()}:{len(data)}:".encode() + data)
    return digest.hexdigest()[:16]
