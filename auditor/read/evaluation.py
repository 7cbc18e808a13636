"""The state of reading one script, which every interpreter shares: units, effects, gaps, files and budget.

An interpreter gets an Evaluation and a Context, walks its unit, and calls back: `emit` for an
effect, `launch` for a program start, `run_code` for text that another interpreter reads. Nothing
here executes audited text.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from auditor.model.effect import Effect
from auditor.model.gap import Gap, Stage, Why
from auditor.model.place import START, Place, Trail
from auditor.model.reading import Reading
from auditor.model.surroundings import NOTHING, Reach, Surroundings
from auditor.model.unit import Language, Script, Unit
from auditor.model.word import Hole, Source, Word
from auditor.read.files import Files
from auditor.read.placeholders import Placeholders
from auditor.read.reach import Disk
from auditor.read.table import File, Table
from auditor.read.values import (
    TRAIL_STEPS,
    Known,
    Text,
    Unknown,
    Value,
    alternatives,
    as_text,
    assumed,
    combinations,
    known_text,
    one_of,
    told,
    trail_of,
    unknown,
)
from auditor.settings import DEFAULT_LIMITS, Limits

OPAQUE_SOURCES = frozenset({Source.NETWORK, Source.DECODER})
_SELF_READING = frozenset({Language.PYTHON, Language.BASH, Language.JAVASCRIPT, Language.TYPESCRIPT})
_MOST_LEFT = 50
_SHARE_OF_TIME = 0.7  # the worker itself is killed at the whole wall time, and then everything found is lost
_STEPS_BETWEEN_LOOKS = 50
_UNMODELLED = Unknown(Hole(Source.COMMAND))


class Exhausted(Exception):
    """A bound was hit; `why` and `what` become the gap. Raised by the budget, caught where a unit is entered."""

    def __init__(self, why: Why, what: str) -> None:
        super().__init__(what)
        self.why = why
        self.what = what


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings in which code or a program runs.

    `place` is where it is started from. `environment` is what the new process inherits. `stdin` is
    None where it is the script's own. In a pipeline (`is_stage`) a launch returns its command
    instead of emitting it, so that the whole pipeline becomes one effect. `socket` holds host and
    port where the process's input or output is a socket. `depth` counts nested units and launches.
    Code `is_beside` that stood on disk beside the script.
    """

    place: Place
    environment: Mapping[str, Value] = field(default_factory=dict)
    stdin: Value | None = None
    directory: str | None = None
    is_stage: bool = False
    socket: tuple[Value, Value] | None = None
    depth: int = 0
    is_beside: bool = False

    def deeper(self, **changes: object) -> Context:
        """Give the context one level down, with changes."""
        return replace(self, depth=self.depth + 1, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What running something gives back: output, exit status if known, and the normal form of a pipeline stage."""

    stdout: Value = _UNMODELLED
    status: int | None = None
    commands: tuple[tuple[Word, ...], ...] = ()


class Evaluation:
    """Reading one script: collects what the interpreters find, within limits."""

    def __init__(
        self,
        script: Script,
        limits: Limits = DEFAULT_LIMITS,
        surroundings: Surroundings = NOTHING,
        wall_seconds: float = math.inf,
    ) -> None:
        self.limits = limits
        self.files = Files(Table(limits.files))
        self.files.table.on_full = lambda: self.gap(Why.TOO_MANY, f"more than {limits.files} files written")
        self.surroundings = surroundings
        if surroundings.directory:
            self.files.directory = surroundings.directory
        for path, text in surroundings.files:
            self.files.write(Known(path), Known(text))
        if surroundings.reach is not Reach.NONE:
            self.files.outside = Disk(surroundings).content
        self.units: list[Unit] = []
        self.steps_left = limits.steps
        self._end = time.process_time() + limits.read_seconds * _SHARE_OF_TIME
        self._wall_end = time.monotonic() + wall_seconds * _SHARE_OF_TIME
        self._until_look = _STEPS_BETWEEN_LOOKS
        self._script = script
        self.script_path = script.path
        self._effects: dict[tuple[object, ...], Effect] = {}
        self._gaps: dict[Gap, None] = {}
        self._origins: dict[int, Trail] = {}
        self._left: tuple[tuple[tuple[str, str], ...], str] = ((), "")
        self._placeholders = Placeholders(script.text)
        self._next_number = 0

    # What the interpreters report

    def emit(self, *words: Value | str, place: Place) -> None:
        """Record an effect; words with alternatives make one effect each, at most sixteen."""
        values = [Known(word) if isinstance(word, str) else word for word in words]
        trail = told((*place.trail, *trail_of(*values)))
        for row in combinations(values, self.limits.alternatives):
            self.emit_stages((row,), replace(place, trail=trail[-8:]))

    def emit_stages(self, stages: Sequence[Sequence[Word]], place: Place) -> None:
        """Record an effect given as words, a pipeline with all its stages."""
        if len(self._effects) >= self.limits.effects:
            self.gap(Why.TOO_MANY, f"more than {self.limits.effects} effects")
            return
        trail = told((*self._origins.get(place.unit, ()), *place.trail))[-TRAIL_STEPS:]
        effect = Effect(tuple(tuple(stage) for stage in stages), replace(place, trail=trail))
        self._effects.setdefault((effect.stages, place.unit, place.span), effect)

    @property
    def effect_count(self) -> int:
        """How many effects were recorded so far."""
        return len(self._effects)

    def effects_since(self, count: int) -> tuple[Effect, ...]:
        """Give the effects recorded since there were so many, in order."""
        return tuple(islice(self._effects.values(), count, None))

    def gap(self, why: Why, what: str, place: Place | None = None) -> None:
        """Record text that was not examined."""
        self._gaps.setdefault(Gap(Stage.READ, why, what, place))

    def spend(self, steps: int = 1) -> None:
        """Take steps from the budget of the whole script; raises Exhausted."""
        self.steps_left -= steps
        if self.steps_left < 0:
            raise Exhausted(Why.TOO_MANY, f"more than {self.limits.steps} evaluation steps")
        self._until_look -= steps
        if self._until_look < 0:
            self._until_look = _STEPS_BETWEEN_LOOKS
            if time.process_time() > self._end or time.monotonic() > self._wall_end:
                raise Exhausted(Why.TIMED_OUT, "reading took longer than its limit; what was found until then counts")

    def fresh(self, source: Source, detail: str = "") -> Unknown:
        """Make a new unknown that is equal only to itself."""
        self._next_number += 1
        return unknown(source, self._next_number, detail)

    # Running code and programs

    def launch(self, argv: Sequence[Value], context: Context) -> Outcome:
        """Start a program: normal form, effects, child units for code in the arguments, files, output."""
        from auditor.read.launch import launch

        if context.depth > self.limits.depth:
            self.gap(Why.TOO_DEEP, f"programs started more than {self.limits.depth} deep", context.place)
            return Outcome()
        self.spend()
        return launch(self, argv, context.deeper())

    def run_code(
        self, language: Language, text: Value, context: Context, *, made_by: str, argv: Sequence[Value] = ()
    ) -> Outcome:
        """Read text as code of a language, as a unit of its own, and give what running it would.

        `argv` are its arguments, the script's own name first. Each alternative of the text is read.
        """
        outputs: list[Value] = []
        for single in alternatives(as_text(text)):
            unit = self.open_unit(language, single, context, made_by=made_by)
            if unit is None:
                outputs.append(unknown(Source.COMMAND))
                continue
            outputs.append(self.read_unit(unit, context.deeper(), argv).stdout)
        return Outcome(stdout=one_of(outputs, self.limits.alternatives))

    def open_unit(self, language: Language, text: Value, context: Context, *, made_by: str) -> Unit | None:
        """Make a unit of text that is about to be read as code; None where there is nothing to read.

        An unknown text becomes the effect that says so (`unresolved`); text with unknown parts is
        read with placeholders, which `restore` turns back. A bound that is hit becomes a gap.
        """
        place = context.place
        if isinstance(text, Unknown):
            self.unresolved(language, text.hole, place)
            return None
        if isinstance(text, Text):
            for hole in [part for part in text.parts if isinstance(part, Hole)]:
                if hole.source in OPAQUE_SOURCES:
                    self.unresolved(language, hole, place)
            source = "".join(part if isinstance(part, str) else self.placeholder(part, language) for part in text.parts)
        else:
            source = known_text(text) or ""
        if not source.strip():
            return None
        if context.depth > self.limits.depth:
            self.gap(Why.TOO_DEEP, f"code nested more than {self.limits.depth} deep", place)
            return None
        if len(self.units) >= self.limits.units:
            self.gap(Why.TOO_MANY, f"more than {self.limits.units} pieces of code")  # once, not per place
            return None
        unit = Unit(len(self.units), language, source, place.unit, place.span, made_by)
        self.units.append(unit)
        origin = (*self._origins.get(place.unit, ()), *place.trail, *trail_of(text))
        self._origins[unit.id] = told(origin)[-TRAIL_STEPS:]
        return unit

    def read_unit(self, unit: Unit, context: Context, argv: Sequence[Value] = ()) -> Outcome:
        """Run the reader of a unit's language over it; a language without one is a gap."""
        from auditor.read.readers import reader_of

        reader = reader_of(unit.language)
        start = Place(unit.id, START)
        if reader is None:
            self.gap(Why.NO_READER, unit.language.value, start)
            return Outcome()
        try:
            return reader(self, unit, context, argv)
        except Exhausted as bound:
            self.gap(bound.why, bound.what, start)
        except RecursionError:
            self.gap(Why.TOO_DEEP, "code nested too deep", start)
        return Outcome()

    def unresolved(self, language: Language, hole: Hole, place: Place) -> None:
        """Record that unknown text is run as code: fetched, out of reach, or of an origin that is named."""
        if hole.source is Source.NETWORK and hole.detail:
            self.emit("code.fetch", hole.detail, language.value, place=place)
        elif hole.source is Source.FILE and hole.detail:
            self.emit("code.run", "absent", hole.detail, place=place)
        else:
            self.emit("code.load", language.value, hole.source.value, place=place)

    # Unknown parts inside code

    def placeholder(self, hole: Hole, language: Language = Language.BASH) -> str:
        """Give text that stands for a hole in code of a language."""
        return self._placeholders.text(hole, language)

    def restore(self, text: str) -> Known | Text | Unknown:
        """Turn placeholders in a piece of code back into holes."""
        return self._placeholders.restore(text)

    # The whole

    def read_script(self) -> Reading:
        """Read the script from its first unit, and give everything found."""
        unit = Unit(0, self._script.language, self._script.text)
        self.units.append(unit)
        environment = {name: Known(value) for name, value in self.surroundings.environment}
        context = Context(place=Place(0, START), environment=environment, directory=self.surroundings.directory or None)
        self._place_script()
        self.read_unit(unit, context, (assumed(Known(self._script.path)),))
        return self.reading()

    def _place_script(self) -> None:
        """Put the script where it stands, for one that reads or runs itself."""
        name = self.files.path(Known(self._script.path))
        if self._script.path and self._script.language in _SELF_READING and self.files.table.peek(name) is None:
            self.files.found_outside.add(name)
            self.files.table.bring(name, File(Known(self._script.text)))

    def leave(self, environment: Mapping[str, Value], directory: str | None) -> None:
        """Record the exported variables and the directory that the script's own shell ends with."""
        known = {name: text for name, value in environment.items() if (text := known_text(value)) is not None}
        self._left = (tuple(known.items()), directory or "")  # whoever remembers it says when there is no room

    def reading(self) -> Reading:
        """Give everything found so far."""
        environment, directory = self._left
        left = Surroundings(directory=directory, environment=environment, files=self.files.written(_MOST_LEFT))
        return Reading(tuple(self.units), tuple(self._effects.values()), tuple(self._gaps), left)
