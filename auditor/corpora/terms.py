"""The terms of a run: policy and rules are read before any work is done, and their digests name the answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from auditor import __version__
from auditor.corpora.audited import StageSettings
from auditor.judge import load_policy
from auditor.match import load_ruleset
from auditor.model.rule import Rule


@dataclass(frozen=True, slots=True)
class Terms:
    """What an answer depends on besides the script."""

    settings: StageSettings
    version: str
    ruleset: str
    policy: str
    expired_grants: int
    cards: tuple[Rule, ...]

    @property
    def text(self) -> str:
        """Everything in one line; part of every cache key."""
        settings = self.settings
        triage = "" if settings.is_triaging else " whole"
        return f"{self.version} {self.ruleset} {self.policy} {self.expired_grants} {settings.texts}{triage}"


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
    )
