"""Make the parts of the documentation that repeat what the code says.

Writes whole pages (effects, rules, limits) and the text between `<!-- begin: NAME … -->` and
`<!-- end: NAME -->` in others. `--check` writes nothing and fails where a file is not current.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import yaml
from typer.main import get_command

from auditor.cli.app import app
from auditor.match.rules import load_ruleset
from auditor.model.effect import PSEUDO_COMMANDS
from auditor.model.rule import Rule

ROOT = Path(__file__).parent.parent
SHOWN = "corpus/hostile/reverse-tunnel/encoded-stage.sh"
NOTE = "<!-- made by docs/generate.py -->\n"


def effects_page() -> str:
    """Give the page of pseudo-commands."""
    rows = "".join(
        f"| `{name}` | {arguments(text)} | {meaning(text)} |\n" for name, text in sorted(PSEUDO_COMMANDS.items())
    )
    return (
        f"# Effects\n\n{NOTE}\n"
        "A program start is written as its argv in normal form; everything else is one of these pseudo-commands.\n"
        "`auditor effects SCRIPT` shows those of a script.\n"
        "A part that reading cannot know is written `%{source_number}`, for instance `%{argument_1}`.\n\n"
        f"| effect | arguments | what happens |\n|---|---|---|\n{rows}"
    )


def arguments(text: str) -> str:
    before, found, _ = text.partition(":")
    return f"`{before}`".replace("|", "\\|") if found else ""


def meaning(text: str) -> str:
    before, found, after = text.partition(":")
    return (after if found else before).strip().replace("|", "\\|")


def cards() -> list[Rule]:
    """Give the rules' cards, by family and id."""
    return sorted(load_ruleset(ROOT / "rulesets").cards, key=lambda card: (card.family, card.id))


def rules_page() -> str:
    """Give the catalogue of rules."""
    parts = [
        f"# Rules\n\n{NOTE}\n{len(cards())} rules; `auditor rules show ID` prints one whole.\n"
        "What a finding means is the policy's to say, not the rule's: see [Policy](policy.md).\n"
    ]
    for family, members in groupby(cards(), key=lambda card: card.family):
        parts.append(f"\n## {family}\n")
        for card in members:
            attack = ", ".join(card.attack) or "none"
            references = " ".join(f"[{number}]({url})" for number, url in enumerate(card.references, 1))
            parts.append(
                f"\n### {card.id}\n\n{card.title}.\n\n"
                f"- Severity {card.severity.value}, confidence {card.confidence.value}; "
                f"reads {card.reads.value}; {card.engine}; ATT&CK: {attack}.\n"
                f"- What: {card.what}\n- Why: {card.why}\n- Instead: {card.instead}\n"
                f"- References: {references or 'none'}.\n"
            )
    return "".join(parts) + techniques_table()


def techniques_table() -> str:
    """Give the table of techniques: which rules answer each, or why none does."""
    rows = yaml.safe_load((ROOT / "rulesets" / "techniques.yaml").read_text(encoding="utf-8"))["techniques"]
    lines = []
    for row in rows:
        links = ", ".join(f"[{rule}](#{rule})" for rule in row["rules"]) or "none"
        lines.append(f"| {row['id']} | {links} | {row.get('reason') or row.get('note') or ''} |\n")
    return (
        "\n## Techniques\n\n"
        "Which rules answer which technique, and why where none does.\n\n"
        f"| technique | rules | note |\n|---|---|---|\n{''.join(lines)}"
    )


def limits_page() -> str:
    """Give the page of limits, from the class and its fields' docstrings."""
    tree = ast.parse((ROOT / "auditor" / "settings.py").read_text(encoding="utf-8"))
    limits = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Limits")
    rows = []
    for field, text in zip(limits.body, limits.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and field.value is not None and isinstance(text, ast.Expr):
            number = ast.literal_eval(field.value)
            written = f"{number:,}" if isinstance(number, int) else str(number)
            said = " ".join(str(ast.literal_eval(text.value)).split())
            bounds, _, past = said.partition(" Past it: ")
            if not past:
                raise SystemExit(f"settings.py: {ast.unparse(field.target)} does not say what happens past it")
            rows.append(f"| `{ast.unparse(field.target)}` | {written} | {bounds} | {past.rstrip('.')} |\n")
    return (
        f"# Limits\n\n{NOTE}\n"
        "Each bound on the work that one script may cause.\n"
        "One that is hit is never silence: it becomes a gap in the report, or makes a value unknown.\n"
        "An unknown of this kind that is run is opaque code, which the rules review.\n\n"
        f"| limit | value | what it bounds | past it |\n|---|---:|---|---|\n{''.join(rows)}"
    )


def report_block() -> str:
    """Give a real report, as a person without a terminal's colours sees it."""
    program = Path(sys.executable).parent / "auditor"
    answer = subprocess.run(
        [str(program), "check", SHOWN],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "110", "LC_ALL": "C.UTF-8"},
    )
    if answer.returncode != 1:
        raise SystemExit(f"auditor check {SHOWN} ended with {answer.returncode}: {answer.stderr}")
    text = re.sub(r"\b\d+(?:\.\d+)? m?s\b", "… ms", answer.stdout)
    lines = "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
    return f"```console\n$ auditor check {SHOWN}\n{lines}\n```\n"


def commands_block() -> str:
    """Give the commands, each with the first line of its help."""
    rows = []
    for name, command in sorted(get_command(app).commands.items()):  # type: ignore[attr-defined]
        inner = sorted(getattr(command, "commands", {}))
        said = (command.help or "").strip().partition("\n")[0]
        rows.append(f"| `auditor {name}`{': ' if inner else ''}{', '.join(f'`{one}`' for one in inner)} | {said} |\n")
    return f"\n| command | what it does |\n|---|---|\n{''.join(rows)}\n"


def policy_block() -> str:
    """Give the default policy as it ships."""
    return f"```yaml\n{(ROOT / 'rulesets' / 'policy.yaml').read_text(encoding='utf-8').strip()}\n```\n"


def families_block() -> str:
    """Give the ids of all rules, by family."""
    return "".join(
        f"- Added, {family}: {', '.join(f'`{card.id}`' for card in members)}.\n"
        for family, members in groupby(cards(), key=lambda card: card.family)
    )


PAGES: dict[str, Callable[[], str]] = {
    "docs/effects.md": effects_page,
    "docs/rules.md": rules_page,
    "docs/limits.md": limits_page,
}
BLOCKS: dict[tuple[str, str], Callable[[], str]] = {
    ("README.md", "report"): report_block,
    ("README.md", "commands"): commands_block,
    ("docs/policy.md", "policy"): policy_block,
    ("CHANGELOG.md", "rules-by-family"): families_block,
}


def with_block(text: str, name: str, body: str) -> str:
    """Put a body between the markers of a name; raises ValueError where they are missing."""
    begin, end = f"<!-- begin: {name} (made by docs/generate.py) -->", f"<!-- end: {name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"no markers for {name}")
    return f"{before}{begin}\n{body}{end}{after}"


def generated() -> dict[str, str]:
    """Give the whole text of every file that holds something generated, by its path from the root."""
    texts = {path: make() for path, make in PAGES.items()}
    for (path, name), make in BLOCKS.items():
        before = texts[path] if path in texts else (ROOT / path).read_text(encoding="utf-8")
        texts[path] = with_block(before, name, make())
    return texts


def main() -> int:
    """Write the files, or say which are not current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is not current")
    options = parser.parse_args()
    stale = []
    for path, text in generated().items():
        file = ROOT / path
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            stale.append(path)
            if not options.check:
                file.write_text(text, encoding="utf-8")
    verb = "not current" if options.check else "written"
    sys.stdout.write("".join(f"{path}: {verb}\n" for path in stale))
    if options.check and stale:
        sys.stdout.write("make docs writes them anew.\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
