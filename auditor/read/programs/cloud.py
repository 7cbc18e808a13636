"""Machines that a command line rents, as `cloud.provision` effects.

Takes parsed arguments of a cloud's command line, gives one effect where the subcommand creates
machines: provider, service, type, count, region. What is not said is the service's default or an
unknown; a dry run, a help page and everything that only describes give nothing.
"""

from __future__ import annotations

import re

from auditor.model.word import Source
from auditor.read.programs.grammar import Provision
from auditor.read.programs.parsing import Parsed
from auditor.read.programs.pieces import search
from auditor.read.values import Known, Value, known_text, unknown

_HARMLESS = (
    "--dry-run",
    "--dryrun",
    "--DryRun",
    "--generate-cli-skeleton",
    "--generate-full-command-json-input",
    "--generate-param-json-input",
    "--help",
    "--validate-only",
    "--export-template",
    "--validate",
)
_PREVIEWS = frozenset({"alpha", "beta", "preview"})
_FILES = (
    "--cli-input-json",
    "--cli-input-yaml",
    "--from-json",
    "--flags-file",
    "--source",
    "--template-file",
    "--file",
)


def provisions_of(parsed: Parsed) -> tuple[tuple[Value | str, ...], ...]:
    """Give the effects of renting machines that parsed arguments ask for."""
    words = [known_text(operand) for operand in parsed.operands]
    while words and (words[0] is None or words[0] in _PREVIEWS):
        words.pop(0)
    if "help" in words or any(_is_on(item_value) for name, item_value in parsed.options if name in _HARMLESS):
        return ()
    for entry in parsed.grammar.provisions:
        if _is_command(entry, words) and (not entry.needs or parsed.has(*entry.needs)):
            return (_effect(entry, parsed),)
    return ()


def _is_on(value: Value | None) -> bool:
    return value is None or (known_text(value) or "").lower() not in ("false", "no", "none", "0")


def _is_command(entry: Provision, words: list[str | None]) -> bool:
    wanted = entry.command.split()
    return len(words) >= len(wanted) and all(
        word in choices.split("/") for choices, word in zip(wanted, words, strict=False)
    )


def _effect(entry: Provision, parsed: Parsed) -> tuple[Value | str, ...]:
    kind = _find(entry.type, parsed) or _from_file(parsed)
    if kind is None:
        kind = Known(entry.default) if entry.default else unknown(Source.UNKNOWN)
    count = _find(entry.count, parsed) or Known("1")
    region = _find(entry.region, parsed) or Known("default")
    return ("cloud.provision", entry.provider, entry.service, kind, _most(count), region)


def _find(places: tuple[str, ...], parsed: Parsed) -> Value | None:
    """Look for a value in options, in the order of the places; `--option:Key` and `--option:/regex` look inside."""
    for place in places:
        name, _, key = place.partition(":")
        value = _operand(name, parsed) if name[:1] in "#=" else parsed.last(name)
        if value is None:
            continue
        found = value if not key else _inside(value, key)
        if found is not None:
            return found
    return None


def _operand(name: str, parsed: Parsed) -> Value | None:
    """Give an operand by its index (`#4`) or by the name that it assigns (`=type`)."""
    if name.startswith("="):
        pattern = rf"^{name[1:]}=(.+)$"
        return next((found for value in parsed.operands if (found := search(value, pattern)) is not None), None)
    index = int(name[1:])
    return parsed.operands[index] if index < len(parsed.operands) else None


def _inside(value: Value, key: str) -> Value | None:
    text = known_text(value)
    if text is not None and text.startswith("file://"):
        return unknown(Source.FILE, detail=text.removeprefix("file://"))
    pattern = key[1:] if key.startswith("/") else rf"(?:^|[\s{{,\"'\[]){key}[\"']?\s*[:=][\[\"'\s]*([^\"',}}\]\s]+)"
    return search(value, pattern)


def _from_file(parsed: Parsed) -> Value | None:
    """Give an unknown that names the file from which the request is read."""
    path = parsed.last(*_FILES)
    text = None if path is None else known_text(path)
    return None if text is None else unknown(Source.FILE, detail=re.sub(r"^(file|fileb)://", "", text))


def _most(count: Value) -> Value:
    """Give the upper end of `min:max` and `min-max`."""
    text = known_text(count)
    found = re.fullmatch(r"\d+[:-](\d+)", text) if text else None
    return Known(found[1]) if found else count
