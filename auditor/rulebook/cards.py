"""What a rule's file must say: its card, its names, its message.

Takes one rule's YAML, gives problems in words. What the loader refuses (unknown keys, types) is the
loader's; here stands what only a careful reader would mind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

REQUIRED = "title family reads severity confidence attack what why instead references anchors since".split()
ORDER = (
    "title family reads severity confidence attack attack_v19 what why instead references anchors since units negative"
).split()
SEMGREP_SEVERITY = {"critical": "ERROR", "high": "WARNING", "medium": "WARNING", "low": "INFO"}
_CHOICES = {
    "reads": ("effects", "source", "findings"),
    "severity": tuple(SEMGREP_SEVERITY),
    "confidence": ("high", "medium", "low"),
}
# "allow no-x" and "allow disallowed-x" read wrongly: an id names what the code does
_WRONG_START = re.compile(
    r"(?:no|not|disallow\w*|ban|banned|deny|denied|forbid\w*|avoid|prevent|detect\w*|check|warn|block\w*)-"
)
_ATTACK = re.compile(r"T\d{4}(?:\.\d{3})?")
_REFERENCE = re.compile(r"https?://[^\s/]+\.[^\s/]+(?:/\S*)?")
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_LONGEST_TITLE = 70
_LONGEST_MESSAGE = 120


def card_problems(file: Path, rule: Mapping[str, object]) -> Iterator[str]:
    """Give what is wrong with a rule's names, message and card."""
    card = _card(rule)
    if card is None:
        yield "metadata.auditor is missing"
        return
    yield from _name_problems(file, rule, card)
    yield from _message_problems(str(rule.get("message", "")))
    yield from _key_problems(card)
    yield from value_problems(card)
    wanted = SEMGREP_SEVERITY.get(str(card.get("severity")))
    if rule.get("severity") != wanted:
        yield f"severity is {rule.get('severity')}, but the card's {card.get('severity')} is written {wanted}"


def _card(rule: Mapping[str, object]) -> Mapping[str, object] | None:
    metadata = rule.get("metadata")
    card = metadata.get("auditor") if isinstance(metadata, Mapping) else None
    return card if isinstance(card, Mapping) else None


def _name_problems(file: Path, rule: Mapping[str, object], card: Mapping[str, object]) -> Iterator[str]:
    name = str(rule.get("id", ""))
    if name != file.stem:
        yield f"the id {name} is not the file's name"
    if card.get("family") != file.parent.name:
        yield f"the family {card.get('family')} is not the folder's name"
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+", name):
        yield f"the id {name} is not words in kebab-case"
    if _WRONG_START.match(f"{name}-"):
        yield f"the id {name} does not read in `allow {name}`: it names what the code does, not what the rule does"


def _message_problems(message: str) -> Iterator[str]:
    if not message or "\n" in message:
        yield "the message is not one line"
    if message.endswith("."):
        yield "the message ends with a full stop"
    if len(message) > _LONGEST_MESSAGE:
        yield f"the message is longer than {_LONGEST_MESSAGE} characters"


def _key_problems(card: Mapping[str, object]) -> Iterator[str]:
    for key in REQUIRED:
        if key not in card:
            yield f"the card has no {key}"
    keys = [key for key in card if key in ORDER]
    if keys != sorted(keys, key=ORDER.index):
        yield f"the card's keys are not in the order {', '.join(key for key in ORDER if key in keys)}"
    for key in card:
        if key not in ORDER:
            yield f"the card has a key {key}, which means nothing"


def value_problems(card: Mapping[str, object]) -> Iterator[str]:
    """Give what is wrong with the values of a card, of either engine."""
    for key, choices in _CHOICES.items():
        if card.get(key) not in choices:
            yield f"{key} is {card.get(key)!r}, not one of {', '.join(choices)}"
    for key in ("attack", "attack_v19"):
        for technique in _list(card.get(key, [])):
            if not _ATTACK.fullmatch(technique):
                yield f"{key}: {technique} is not a technique's id"
    if not _list(card.get("attack")):
        yield "attack names no technique"
    for key in ("what", "why", "instead"):
        if not str(card.get(key, "")).endswith("."):
            yield f"{key} is not a sentence with a full stop"
    if len(str(card.get("title", ""))) > _LONGEST_TITLE or str(card.get("title", "")).endswith("."):
        yield f"the title is longer than {_LONGEST_TITLE} characters, or a sentence"
    if not _list(card.get("references")):
        yield "references are missing"
    for reference in _list(card.get("references")):
        if not _REFERENCE.fullmatch(reference):
            yield f"{reference} is not the address of a public source"
    if not _VERSION.fullmatch(str(card.get("since", ""))):
        yield "since is not a version"
    anchors = _list(card.get("anchors"))
    if len(set(anchors)) != len(anchors):
        yield "anchors stand twice"
    for anchor in anchors:
        if not anchor.strip():
            yield "an anchor is blank"


def _list(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
