"""What reading a carrier needs at every node: contexts, values with their variables, and code that is run.

Takes a node of a document, gives contexts and values for the place where it stands.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from auditor.model.place import Place, Span
from auditor.model.unit import Language, Unit
from auditor.model.word import Source
from auditor.read.carriers.nodes import Node
from auditor.read.evaluation import Context, Evaluation
from auditor.read.values import Known, Value, concat, known_text

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_MOST_EXPRESSIONS = 500


@dataclass(frozen=True, slots=True)
class Carrier:
    """One document: who reads it, and the variables that hold everywhere below (`environment`)."""

    evaluation: Evaluation
    unit: Unit
    context: Context
    environment: Mapping[str, Value] = field(default_factory=dict)

    def inside(self, environment: Mapping[str, Value]) -> Carrier:
        """Give the carrier for what stands below a block of variables."""
        return replace(self, environment={**self.environment, **environment}) if environment else self

    def at(self, span: Span) -> Context:
        """Give the context for code that stands at a span."""
        merged = {**self.context.environment, **self.environment}
        return replace(self.context, place=Place(self.unit.id, span), environment=merged)

    def value(self, text: str) -> Value:
        """Give a text with each `${{ … }}` filled in from the variables, or unknown."""
        pieces: list[Value] = []
        end = 0
        for count, match in enumerate(_EXPRESSION.finditer(text)):
            if count > _MOST_EXPRESSIONS:
                break
            name = re.fullmatch(r"\s*(?:env|variables)\.(\w+)\s*", match[1])
            known = self.environment.get(name[1]) if name is not None else None
            unknown = known if known is not None else self.evaluation.fresh(Source.ENVIRONMENT, match[0][:80])
            pieces += [Known(text[end : match.start()]), unknown]
            end = match.end()
        return concat([*pieces, Known(text[end:])]) if pieces else Known(text)

    def expanded(self, node: Node | None) -> dict[str, Value]:
        """Give variables as GitLab does, which fills in `$NAME` of others; one that nobody sets is unknown."""
        given = {**self.environment, **self.variables(node)}
        found: dict[str, Value] = {}
        for name in self.variables(node):
            text = known_text(given[name])
            pieces: list[Value] = []
            end = 0
            matches = list(_NAME.finditer(text or ""))
            if len(matches) > _MOST_EXPRESSIONS:
                found[name] = self.evaluation.fresh(Source.LIMIT)
                continue
            for match in matches:
                other = given.get(match[1] or match[2])
                is_plain = other is not None and "$" not in (known_text(other) or "$")
                value = other if is_plain and other is not None else self.evaluation.fresh(Source.ENVIRONMENT)
                pieces += [Known((text or "")[end : match.start()]), value]
                end = match.end()
            found[name] = concat([*pieces, Known((text or "")[end:])]) if pieces else given[name]
        return found

    def variables(self, node: Node | None) -> dict[str, Value]:
        """Give what a block of variables sets: a mapping, `NAME=VALUE` items, or items with name and value."""
        if node is None:
            return {}
        found = {name: self.value(value.text) for name, value in node.entries if value.text is not None}
        for name, value in node.entries:
            if (text := value.get("value")) is not None and text.text is not None:
                found[name] = self.value(text.text)
        for item in node.items:
            name, text = item.text_at("name"), item.get("value")
            if name and text is not None and text.text is not None:
                found[name] = self.value(text.text)
            elif item.text and "=" in item.text:
                key, _, rest = item.text.partition("=")
                found[key] = self.value(rest)
        return found

    def run(self, node: Node, made_by: str, language: Language = Language.BASH) -> None:
        """Run the code that a scalar holds."""
        if node.text and node.text.strip():
            self.evaluation.run_code(language, self.value(node.lines), self.at(node.span), made_by=made_by)

    def run_all(self, nodes: Sequence[Node], made_by: str) -> None:
        """Run the scalars of a list as one piece of bash, each on the line where it stands."""
        nodes = [node for node in nodes if node.text and node.text.strip()]
        if not nodes:
            return
        first, pieces, now = nodes[0].span.line, list[str](), nodes[0].span.line
        for node in nodes:
            pieces.append("\n" * max(node.span.line - now, 0))
            pieces.append(node.lines + "\n")
            now = max(node.span.line, now) + node.lines.count("\n") + 1
        span = Span(first, 1, max(nodes[-1].span.end_line, first), 1)
        self.evaluation.run_code(Language.BASH, self.value("".join(pieces)), self.at(span), made_by=made_by)


def words_of_command(node: Node | None) -> list[str]:
    """Give the words of a command that is a list, or a text to be split without a shell."""
    if node is None:
        return []
    if node.text is None:
        return node.words()
    try:
        return shlex.split(node.text)
    except ValueError:
        return node.text.split()


def scalars(node: Node | None, depth: int = 0) -> list[Node]:
    """Give the scalars of a value that may be one text, a list, or lists inside lists."""
    if node is None or depth > 5:
        return []
    return [node] if node.text is not None else [inner for item in node.items for inner in scalars(item, depth + 1)]
