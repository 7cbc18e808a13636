"""Errors: what the operator did wrong and where the auditor failed; text that resists is a Gap, never an error."""

from __future__ import annotations


class AuditorError(Exception):
    """No verdict was reached. `hint` says what to do next; the command line exits with `exit_code`."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(AuditorError):
    """The operator asked for something that cannot be done: a missing path, an unknown rule, a bad option."""

    exit_code = 2


class PolicyError(UsageError):
    """A policy or baseline file is not valid; the message names the key."""


class RulesetError(AuditorError):
    """A rule file is not valid, or an engine refused it."""


class EngineError(AuditorError):
    """An engine (Semgrep, Bandit, a reading worker) could not be started or kept alive."""


class DeadlineExceeded(AuditorError):
    """The audit's deadline passed before a verdict was reached."""


class Cancelled(AuditorError):
    """The caller cancelled the audit."""


class SandboxError(AuditorError):
    """A trial could not be run as promised."""


class SandboxUnavailable(SandboxError):
    """The machine offers no isolation at a level that a trial accepts."""
