"""Rules as they lie on disk: one native Semgrep rule per file with our card, and Bandit's checks as rows.

Takes a folder `<family>/<rule-id>.yaml` and `bandit.yaml`; gives a `Ruleset` of cards, rule bodies
and a digest. Refuses, with the file and the key, what a card may not say; what a pattern may not
say is Semgrep's to refuse.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import yaml

from auditor.errors import RulesetError
from auditor.match.cards import BanditRow, Card, IncidentRow
from auditor.match.kinds import SOURCE_LANGUAGES
from auditor.model.incident import Incident, Part
from auditor.model.rule import Reads, Rule
from auditor.model.unit import Language
from auditor.settings import shipped_rulesets

_ID: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_CHECK: Final = re.compile(r"B\d{3}")
_BOOLEANS: Final = frozenset({"y", "n", "Y", "N"})
_UNREAD_FOLDERS: Final = frozenset({"drafts"})
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_C = TypeVar("_C", bound=Card)


@dataclass(frozen=True, slots=True)
class SemgrepRule:
    """A rule that Semgrep runs.

    `negative` says why its patterns may rule words out, `units` which languages a textual rule reads.
    """

    card: Rule
    languages: tuple[str, ...]
    body: dict[str, Any]
    path: Path
    negative: str = ""
    units: frozenset[Language] = frozenset()


@dataclass(frozen=True, slots=True)
class BanditCheck:
    """A check of Bandit that was adopted as a rule."""

    check: str
    card: Rule


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All rules in a fixed order, and a digest of every byte they were loaded from."""

    rules: tuple[SemgrepRule, ...]
    checks: tuple[BanditCheck, ...]
    digest: str
    path: Path
    incidents: tuple[Incident, ...] = ()

    @property
    def cards(self) -> tuple[Rule, ...]:
        """The cards of all rules, of either engine, and of the incidents."""
        return (
            *(rule.card for rule in self.rules),
            *(check.card for check in self.checks),
            *(incident.card for incident in self.incidents),
        )


def default_rulesets_path() -> Path:
    """Give the folder of the rules that ship."""
    return shipped_rulesets()


def load_ruleset(path: Path | None = None) -> Ruleset:
    """Load the rules of a folder, by default those that ship; raises RulesetError."""
    root = path if path is not None else default_rulesets_path()
    if not root.is_dir():
        raise RulesetError(f"{root}: not a folder of rules")
    digest = hashlib.sha256()
    rules: dict[str, SemgrepRule] = {}
    for file in sorted(root.glob("*/*.yaml")):
        if file.parent.name in _UNREAD_FOLDERS or file.parent.name.startswith(("_", ".")):
            continue
        rule = _load_rule(file, _read(file, root, digest))
        if rule.card.id in rules:
            raise RulesetError(f"{file}: a second rule named {rule.card.id}")
        rules[rule.card.id] = rule
    rows = root / "bandit.yaml"
    checks = _load_rows(rows, _read(rows, root, digest)) if rows.is_file() else ()
    if not rules and not checks:
        raise RulesetError(f"{root}: no rules", hint="rules lie in <family>/<rule-id>.yaml")
    clash = rules.keys() & {check.card.id for check in checks}
    if clash:
        raise RulesetError(f"{rows}: a second rule named {min(clash)}")
    file = root / "incidents.yaml"
    incidents = _load_incidents(file, _read(file, root, digest)) if file.is_file() else ()
    taken = rules.keys() | {check.card.id for check in checks}
    clash = taken & {incident.card.id for incident in incidents}
    if clash:
        raise RulesetError(f"{file}: a second rule named {min(clash)}")
    return Ruleset(tuple(rules.values()), checks, digest.hexdigest(), root, incidents)


def _read(file: Path, root: Path, digest: hashlib._Hash) -> object:
    try:
        data = file.read_bytes()
        document: object = yaml.load(data, Loader=_LOADER)  # noqa: S506 (a safe loader, the C one where there is one)
    except (OSError, UnicodeDecodeError) as error:
        raise RulesetError(f"{file}: {error}") from error
    except yaml.YAMLError as error:
        raise RulesetError(f"{file}: not YAML: {error}") from error
    digest.update(str(file.relative_to(root)).encode() + b"\0" + hashlib.sha256(data).digest())
    _refuse_odd_keys(file, document, "$")
    return document


def _refuse_odd_keys(file: Path, value: object, where: str) -> None:
    """Refuse keys that YAML 1.1 does not read as text (`on`, `y`, `n`): Semgrep drops such a rule."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or key in _BOOLEANS:
                hint = "to Semgrep's YAML, `on`, `off`, `y` and `n` are booleans"
                raise RulesetError(f"{file}: {where}: the key {key!r} is not text", hint=hint)
            _refuse_odd_keys(file, inner, f"{where}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_odd_keys(file, inner, f"{where}[{index}]")


def _load_rule(file: Path, document: object) -> SemgrepRule:
    entries = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(entries, list) or len(entries) != 1 or not isinstance(entries[0], dict):
        raise RulesetError(f"{file}: rules: one rule per file")
    entry: dict[str, Any] = entries[0]
    name = entry.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise RulesetError(f"{file}: rules[0].id: {name!r} is not in kebab-case")
    if name != file.stem:
        raise RulesetError(f"{file}: rules[0].id: {name} is not the file's name")
    if "paths" in entry:
        raise RulesetError(f"{file}: rules[0].paths: which texts a rule reads follows from its card")
    message = entry.get("message")
    if not isinstance(message, str) or not message:
        raise RulesetError(f"{file}: rules[0].message: missing or not text")
    metadata = entry.get("metadata")
    told = metadata.get("auditor") if isinstance(metadata, dict) else None
    card = _card(file, told, "rules[0].metadata.auditor", Card)
    if card.family != file.parent.name:
        raise RulesetError(f"{file}: rules[0].metadata.auditor.family: {card.family} is not the folder's name")
    languages = _languages(file, entry, card)
    body = {key: value for key, value in entry.items() if key != "metadata"}
    body.setdefault("severity", "WARNING")
    return SemgrepRule(
        _rule(name, card, "semgrep"), languages, body, file, negative=card.negative, units=frozenset(card.units)
    )


def _languages(file: Path, entry: dict[str, Any], card: Card) -> tuple[str, ...]:
    where = f"{file}: rules[0].languages"
    languages = entry.get("languages")
    if not isinstance(languages, list) or not languages or not all(isinstance(each, str) for each in languages):
        raise RulesetError(f"{where}: missing or not a list of names")
    if card.reads is Reads.EFFECTS and languages != ["bash"]:
        raise RulesetError(f"{where}: a rule that reads effects is a rule for [bash]")
    unknown = set(languages) - SOURCE_LANGUAGES
    if unknown:
        raise RulesetError(f"{where}: {min(unknown)} is none of {', '.join(sorted(SOURCE_LANGUAGES))}")
    return tuple(languages)


def _load_rows(file: Path, document: object) -> tuple[BanditCheck, ...]:
    rows = document.get("checks") if isinstance(document, dict) else document
    if not isinstance(rows, list):
        raise RulesetError(f"{file}: not a list of checks")
    checks: dict[str, BanditCheck] = {}
    for index, entry in enumerate(rows):
        row = _card(file, entry, f"[{index}]", BanditRow)
        if not _CHECK.fullmatch(row.id) or row.id in checks:
            raise RulesetError(f"{file}: [{index}].id: {row.id!r} is not a check's id, or stands twice")
        if not _ID.fullmatch(row.rule):
            raise RulesetError(f"{file}: [{index}].rule: {row.rule!r} is not in kebab-case")
        if row.reads is not Reads.SOURCE:
            raise RulesetError(f"{file}: [{index}].reads: Bandit reads source")
        checks[row.id] = BanditCheck(row.id, _rule(row.rule, row, "bandit"))
    return tuple(checks.values())


def _load_incidents(file: Path, document: object) -> tuple[Incident, ...]:
    rows = document.get("incidents") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise RulesetError(f"{file}: no list of incidents")
    incidents: dict[str, Incident] = {}
    for index, entry in enumerate(rows):
        row = _card(file, entry, f"incidents[{index}]", IncidentRow)
        if not _ID.fullmatch(row.id) or row.id in incidents:
            raise RulesetError(f"{file}: incidents[{index}].id: {row.id!r} is not in kebab-case, or stands twice")
        if row.reads is not Reads.FINDINGS or not row.needs:
            raise RulesetError(f"{file}: incidents[{index}]: an incident reads findings, and needs some")
        parts = tuple(
            Part(
                rules=part.rules, families=part.families, severities=part.severities, effect=part.effect,
                hosts=part.hosts, ports=part.ports, wallet=part.wallet,
            )
            for part in row.needs
        )  # fmt: skip
        incidents[row.id] = Incident(_rule(row.id, row, "auditor"), parts, is_one_line=row.one_line)
    return tuple(incidents.values())


def _card(file: Path, value: object, where: str, kind: type[_C]) -> _C:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        said = str(error).replace("`$.", f"`{where}.")
        place = "" if said != str(error) else f"{where}: "
        raise RulesetError(f"{file}: {place}{said}") from error


def _rule(name: str, card: Card, engine: str) -> Rule:
    return Rule(
        id=name,
        title=card.title,
        family=card.family,
        reads=card.reads,
        severity=card.severity,
        confidence=card.confidence,
        attack=card.attack,
        what=card.what,
        why=card.why,
        instead=card.instead,
        references=card.references,
        anchors=card.anchors,
        since=card.since,
        attack_v19=card.attack_v19,
        engine=engine,
    )
