"""Markdown: data unless an operator asks for its code."""

from __future__ import annotations

import pytest

from auditor.intake.languages import language_named, recognise
from auditor.model.unit import Language
from tests.read.carriers.readings import TUNNEL, effects_of, line_of, read


def test_a_document_is_data() -> None:
    """By its name a document is no code: to mention a command is not to run it."""
    assert recognise("README.md", f"```bash\n{TUNNEL}\n```\n") is Language.DATA
    assert language_named("markdown") is Language.MARKDOWN


@pytest.mark.parametrize(
    "block",
    [
        f"```bash\n{TUNNEL}\n```",
        f"~~~~ sh\n{TUNNEL}\n~~~~",
        f"```console\n$ {TUNNEL}\nsome output\n```",
        f"```python\nimport os\nos.system('{TUNNEL}')\n```",
        f'```js\nrequire("child_process").exec("{TUNNEL}")\n```',
        f"```{{.bash .numberLines}}\n{TUNNEL}\n```",
        f"```sh\n{TUNNEL}",
    ],
)
def test_blocks_are_read_on_request(block: str) -> None:
    """Each fenced block in a known language is code."""
    assert TUNNEL in effects_of(f"# Title\n\nText\n\n{block}\n", Language.MARKDOWN)


def test_text_and_other_blocks_are_not_code() -> None:
    """Prose, inline code and blocks of other languages start nothing."""
    assert effects_of(f"Run `{TUNNEL}`.\n\n    {TUNNEL}\n\n```text\n{TUNNEL}\n```\n", Language.MARKDOWN) == []


def test_places_point_to_the_line() -> None:
    """A command in a block is reported on its own line."""
    assert line_of(read(f"a\n\n```bash\ntrue\n{TUNNEL}\n```\n", Language.MARKDOWN), TUNNEL) == 5


def test_hostile_documents_are_survived() -> None:
    """Fences without end and fences alone do no harm."""
    for text in ("```bash\n" * 5_000, "`" * 100_000, "~~~\n" * 20_000, "```" + "x" * 100_000):
        read(text, Language.MARKDOWN)
