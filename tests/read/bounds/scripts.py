"""Small factories: read a script, and give its effects as lines and its gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.model.gap import Gap, Why
from auditor.model.line import line_of
from auditor.model.surroundings import NOTHING, Surroundings
from auditor.model.unit import Language, Script, Unit
from auditor.read.evaluation import Evaluation
from auditor.settings import DEFAULT_LIMITS, Limits

TUNNEL = "ssh -N -R 2222:localhost:22 ops@203.0.113.5"


_TELLS = re.compile(r'code\.load \S+ (?:limit|unknown|network|decoder)$|"?%\{(?:limit|unknown)')


@dataclass(frozen=True, slots=True)
class Told:
    """What a script was read to do."""

    lines: tuple[str, ...]
    gaps: tuple[Gap, ...]
    units: tuple[Unit, ...]

    @property
    def whys(self) -> set[Why]:
        """The reasons of the gaps."""
        return {gap.why for gap in self.gaps}

    def has(self, beginning: str) -> bool:
        """Whether an effect begins so."""
        return any(line.startswith(beginning) for line in self.lines)

    @property
    def is_silent(self) -> bool:
        """Whether nothing says that something was left: no gap, and no code that is told to be unknown."""
        return not self.gaps and not self.has("code.load") and not any("%{limit}" in line for line in self.lines)

    @property
    def hides(self) -> bool:
        """Whether nothing says that the tunnel is there, that something was not read, or that opaque code runs."""
        return not self.gaps and TUNNEL not in self.lines and not any(map(_TELLS.match, self.lines))


def read(
    text: str,
    language: Language = Language.BASH,
    limits: Limits = DEFAULT_LIMITS,
    surroundings: Surroundings = NOTHING,
) -> Told:
    """Read a script."""
    reading = Evaluation(Script.of(text, language, path="job.sh"), limits, surroundings).read_script()
    return Told(tuple(line_of(effect) for effect in reading.effects), reading.gaps, reading.units)
