"""Matching: rules over transcripts of effects and over source, by Semgrep and Bandit.

Takes readings and a ruleset; gives matches and gaps. Nothing else of this package is for others.
"""

from auditor.match.matcher import Matcher, MatchResult
from auditor.match.rules import Ruleset, SemgrepRule, default_rulesets_path, load_ruleset

__all__ = ["MatchResult", "Matcher", "Ruleset", "SemgrepRule", "default_rulesets_path", "load_ruleset"]
