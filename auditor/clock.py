"""Deadlines: how long an audit may still take."""

from __future__ import annotations

import time
from dataclasses import dataclass

from auditor.errors import DeadlineExceeded


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline for one audit: monotonic seconds, or None for as long as the limits of the stages allow."""

    end: float | None = None

    @staticmethod
    def of(seconds: float | None) -> Clock:
        """Start a deadline now."""
        return Clock(None if seconds is None else time.monotonic() + seconds)

    def left(self) -> float | None:
        """Give the seconds left; raises DeadlineExceeded when there are none."""
        if self.end is None:
            return None
        left = self.end - time.monotonic()
        if left <= 0:
            raise DeadlineExceeded("the audit's deadline passed", hint="give it more time, or a smaller script")
        return left
