"""Audit code that AI agents write before it runs.

The public API: `Auditor`, which keeps its engines warm, `audit` and `audit_async` for one text, and
the values that a report is made of. Importing the package is cheap; a name loads what it needs.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False  # typing is not loaded: `auditor hook` pays for it on every call

if TYPE_CHECKING:
    from auditor.errors import (
        AuditorError,
        Cancelled,
        DeadlineExceeded,
        EngineError,
        PolicyError,
        RulesetError,
        SandboxUnavailable,
        UsageError,
    )
    from auditor.gate.frameworks.sandbox import AuditedSandbox
    from auditor.gate.guarding import Denied, guard
    from auditor.intake.paths import Skipped
    from auditor.judge.baseline import Baseline
    from auditor.judge.policy import Policy
    from auditor.model.finding import Finding, Status
    from auditor.model.gap import Gap
    from auditor.model.report import Report
    from auditor.model.unit import Language
    from auditor.model.verdict import Verdict
    from auditor.pipeline import Auditor, audit, audit_async
    from auditor.settings import Limits
    from auditor.trying import TrialOptions

_HOMES = {
    "AuditedSandbox": "auditor.gate.frameworks.sandbox",
    "Auditor": "auditor.pipeline",
    "AuditorError": "auditor.errors",
    "Baseline": "auditor.judge.baseline",
    "Cancelled": "auditor.errors",
    "DeadlineExceeded": "auditor.errors",
    "EngineError": "auditor.errors",
    "Denied": "auditor.gate.guarding",
    "Finding": "auditor.model.finding",
    "Gap": "auditor.model.gap",
    "Language": "auditor.model.unit",
    "Limits": "auditor.settings",
    "Policy": "auditor.judge.policy",
    "PolicyError": "auditor.errors",
    "Report": "auditor.model.report",
    "RulesetError": "auditor.errors",
    "SandboxUnavailable": "auditor.errors",
    "Skipped": "auditor.intake.paths",
    "Status": "auditor.model.finding",
    "TrialOptions": "auditor.trying",
    "UsageError": "auditor.errors",
    "Verdict": "auditor.model.verdict",
    "audit": "auditor.pipeline",
    "audit_async": "auditor.pipeline",
    "guard": "auditor.gate.guarding",
}

__all__ = [
    "AuditedSandbox",
    "Auditor",
    "AuditorError",
    "Baseline",
    "Cancelled",
    "DeadlineExceeded",
    "Denied",
    "EngineError",
    "Finding",
    "Gap",
    "Language",
    "Limits",
    "Policy",
    "PolicyError",
    "Report",
    "RulesetError",
    "SandboxUnavailable",
    "Skipped",
    "Status",
    "TrialOptions",
    "UsageError",
    "Verdict",
    "__version__",
    "audit",
    "audit_async",
    "guard",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module when it is first used."""
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module 'auditor' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
