"""Makefiles: recipes and `$(shell …)` as bash, with the makefile's own variables filled in.

The format is https://www.gnu.org/software/make/manual/. Every target's recipe is read, since any may
be asked for; a variable that nobody sets is the environment's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from auditor.model.gap import Why
from auditor.model.place import Place, Span
from auditor.model.unit import Language, Unit
from auditor.model.word import Source
from auditor.read.carriers.lines import Line, logical_lines
from auditor.read.carriers.make_values import Expander
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.values import Known, Unknown, Value, concat, known_text

_ASSIGNMENT = re.compile(
    r"^((?:(?:export|override|private|unexport)\s+)*)([^\s:=+?!#()$]+)\s*(\+=|\?=|:{0,3}=|!=)[ \t]*(.*)$", re.DOTALL
)
_DEFINE = re.compile(r"^\s*(?:override\s+|export\s+)*define\s+(\S+?)\s*(?:[:+?]?=)?\s*$")
_INCLUDE = re.compile(r"^-?s?include\s+(.*)$")
_TARGET = re.compile(r"^[^\t#=][^=]*?::?(?![=:])")
_EXPORT = re.compile(r"^export(?:\s+([\w\s]+))?$")
_CONDITION = re.compile(r"^\s*(?:ifeq|ifneq|ifdef|ifndef|else|endif|vpath|undefine)\b")
_ALONE = re.compile(
    r"\b(?:exit|exec|return|trap|set|source|cd|alias|unset|export|eval|break|kill)\b|=|<<|\(\)|`|^\t[@+-]*\.\s"
)
"""What a line leaves behind for those after it in one shell; without any, a recipe is read as one piece."""
_MOST_INCLUDES = 10
_MOST_EXPORTED = 200


def read_makefile(evaluation: Evaluation, unit: Unit, context: Context, argv: Sequence[Value]) -> Outcome:
    """Read every recipe, and every command that setting a variable runs."""
    _Makefile(evaluation, unit, context).read()
    return Outcome()


@dataclass(slots=True)
class _Makefile:
    """One reading: the variables so far, and the recipe that is open."""

    evaluation: Evaluation
    unit: Unit
    context: Context
    recipe: list[Line] = field(default_factory=list)
    exported: set[str] = field(default_factory=set)
    exports_all: bool = False
    is_one_shell: bool = False
    target: str = ""
    prerequisites: str = ""
    includes: int = 0
    expander: Expander = field(init=False)

    def __post_init__(self) -> None:
        self.expander = Expander(self.evaluation, self._shell)

    def read(self) -> None:
        """Read the lines in order; variables set below a recipe count in it, so recipes wait for the end."""
        self.is_one_shell = bool(re.search(r"^\.ONESHELL\s*:", self.unit.text, re.MULTILINE))
        waiting: list[tuple[str, str, list[Line]]] = []
        self._lines(self.unit.text, waiting)
        for target, prerequisites, recipe in waiting:
            self.target, self.prerequisites = target, prerequisites
            self._run(recipe)

    def _lines(self, text: str, waiting: list[tuple[str, str, list[Line]]]) -> None:
        defined: tuple[str, list[str]] | None = None
        for line in logical_lines(text, comment=""):
            self.evaluation.spend()
            bare = line.text.strip()
            if defined is not None:
                if bare == "endef":
                    self.expander.variables[defined[0]] = "\n".join(defined[1])
                    defined = None
                else:
                    defined[1].append(line.text)
                continue
            if line.text.startswith("\t") and waiting:
                waiting[-1][2].append(line)
                continue
            if not bare or bare.startswith("#"):
                continue
            opened = _DEFINE.match(bare)
            if opened is not None:
                defined = (opened[1], [])
                continue
            self._line(line, bare, waiting)

    def _line(self, line: Line, bare: str, waiting: list[tuple[str, str, list[Line]]]) -> None:
        exported = _EXPORT.match(bare)
        included = _INCLUDE.match(bare)
        assignment = _ASSIGNMENT.match(bare)
        if exported is not None:
            self.exported.update((exported[1] or "").split())
            self.exports_all = self.exports_all or not exported[1]
        elif _CONDITION.match(bare):
            self._values(bare, line.span)
        elif included is not None:
            self._include(included[1], line.span, waiting)
        elif assignment is not None:
            self._assign(assignment, line.span)
        elif _TARGET.match(bare):
            head, _, rest = bare.partition(":")
            rest, _, recipe = rest.lstrip(":").partition(";")
            inner = _ASSIGNMENT.match(rest.strip())
            if inner is not None:
                self._assign(inner, line.span)
                return
            self._values(rest, line.span)
            waiting.append((head.split()[0] if head.split() else "", rest, []))
            if recipe.strip():
                waiting[-1][2].append(Line("\t" + recipe, line.span))
        else:
            self._values(bare, line.span)

    def _assign(self, match: re.Match[str], span: Span) -> None:
        flags, name, operator, text = match[1], match[2], match[3], re.sub(r"\s*\\\n\s*", " ", match[4])
        variables = self.expander.variables
        if "export" in flags.split():
            self.exported.add(name)
        text = re.sub(r"(?<!\\)[ \t]+#.*$", "", text)
        if operator == "!=":
            self.expander.span = span
            self.expander.values[name] = self._shell(self.expander.value(text), span)
        elif operator == "+=":
            variables[name] = f"{variables[name]} {text}" if name in variables else text
        elif operator == "?=" and name in variables:
            return
        elif operator in {":=", "::=", ":::="}:
            self.expander.span = span
            value = self.expander.value(text)
            known = known_text(value)
            variables.pop(name, None)
            self.expander.values.pop(name, None)
            if known is None:
                self.expander.values[name] = value
            else:
                variables[name] = known.replace("$", "$$")
        else:
            self.expander.values.pop(name, None)
            variables[name] = text

    def _values(self, text: str, span: Span) -> None:
        """Expand a text for what its functions run."""
        if "$(shell" in text or "${shell" in text or "$(eval" in text or "$(call" in text:
            self.expander.span = span
            self.expander.value(text)

    def _include(self, names: str, span: Span, waiting: list[tuple[str, str, list[Line]]]) -> None:
        inner = Place(self.unit.id, span)
        for name in (known_text(self.expander.value(names)) or "").split():
            self.evaluation.spend()
            file = self.evaluation.files.find(Known(name), self.context.directory)
            if file is None:
                continue
            self.includes += 1
            if self.includes > _MOST_INCLUDES:
                self.evaluation.gap(Why.TOO_MANY, "more makefiles included than are read", inner)
                return
            text = known_text(file.content)
            if text is None:
                if isinstance(file.content, Unknown) and file.content.hole.source is Source.LIMIT:
                    self.evaluation.unresolved(Language.MAKEFILE, file.content.hole, inner)
                continue
            self.evaluation.run_code(
                Language.MAKEFILE, Known(text), replace(self.context, place=inner).deeper(), made_by=f"include {name}"
            )
            self._lines("\n".join(row for row in text.split("\n") if _ASSIGNMENT.match(row)), [])

    def _run(self, recipe: list[Line]) -> None:
        is_plain = len(recipe) > 1 and not any(_ALONE.search(line.text) for line in recipe)
        if (self.is_one_shell or is_plain) and recipe:
            values = [self._command(line) for line in recipe]
            lines = [piece for value in values for piece in (value, Known("\n"))]
            first, last = recipe[0].span, recipe[-1].span
            span = Span(first.line, 1, max(first.line, last.end_line), 1)
            self._bash(concat(lines), span)
            return
        for line in recipe:
            self._bash(self._command(line), line.span)

    def _command(self, line: Line) -> Value:
        self.expander.span = line.span
        text = line.text.removeprefix("\t").replace("\n\t", "\n")
        text = re.sub(r"^(?:[ \t]*[@+-])+", "", text)
        automatic = {"@": self.target, "<": (self.prerequisites.split() or [""])[0], "^": self.prerequisites.strip()}
        return self.expander.value(text, automatic)

    def _shell(self, command: Value, span: Span) -> Value:
        return self.evaluation.run_code(Language.BASH, command, self._context(span), made_by="$(shell)").stdout

    def _bash(self, code: Value, span: Span) -> None:
        lines = re.sub(r"^[ \t]*[@+-]+", "", known_text(code) or "")
        if known_text(code) is None or lines.strip():
            self.evaluation.run_code(Language.BASH, code, self._context(span), made_by="recipe")

    def _context(self, span: Span) -> Context:
        environment = dict(self.context.environment)
        names = set(self.expander.variables) if self.exports_all else self.exported & set(self.expander.variables)
        if len(names) > _MOST_EXPORTED:
            self.evaluation.gap(
                Why.TOO_MANY, f"more than {_MOST_EXPORTED} variables exported", Place(self.unit.id, span)
            )
        for name in sorted(names)[:_MOST_EXPORTED]:
            environment[name] = self.expander.value(self.expander.variables[name])
        return replace(self.context, place=Place(self.unit.id, span), environment=environment)
