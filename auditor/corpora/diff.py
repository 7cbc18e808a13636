"""What changed between two runs: verdicts, rules, and the rows behind them.

Takes the folders of an older and a newer run; gives counts and the changed rows. Rows meet by id,
the first of an id with the first, and so on, so that one policy, ruleset or version can be held
against another over the same data, or one state of a data set against the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from auditor.corpora.query import opened_results
from auditor.corpora.summary import read_summary
from auditor.render.escape import cut, visible

# Rows of both runs that meet; a text that changed under the same id is told apart by its digest.
_PAIRS = """
WITH old AS (SELECT *, row_number() OVER (PARTITION BY id ORDER BY row) AS nth FROM old_scripts),
     new AS (SELECT *, row_number() OVER (PARTITION BY id ORDER BY row) AS nth FROM new_scripts),
     pairs AS (
       SELECT coalesce(new.id, old.id) AS id, old.verdict AS was, new.verdict AS now,
              coalesce(old.rules, []) AS old_rules, coalesce(new.rules, []) AS new_rules,
              old.gaps AS old_gaps, new.gaps AS new_gaps, old.sha256 <> new.sha256 AS is_other_text,
              coalesce(new.row, old.row) AS row
       FROM old FULL OUTER JOIN new ON old.id = new.id AND old.nth = new.nth
     )
"""
_CHANGED = "(was IS DISTINCT FROM now OR old_rules <> new_rules)"


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is another: its verdicts, None where it is not in that run, and the rules lost and gained."""

    id: str
    was: str | None
    now: str | None
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    is_other_text: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed."""

    same_rules: bool
    same_policy: bool
    only_old: int
    only_new: int
    both: int
    other_texts: int
    verdicts: tuple[tuple[str, str, int], ...]
    """Verdict before, verdict now, rows in both; only where they differ."""
    rules: tuple[tuple[str, int, int], ...]
    """Rule, rows that lost it, rows that gained it, of those in both."""
    changed: int
    changes: tuple[Change, ...]


def difference(old: Path, new: Path, *, listed: int) -> Difference:
    """Hold two runs against each other; of the changed rows, the gravest `listed`."""
    before, after = read_summary(old), read_summary(new)
    with opened_results({"old_": old, "new_": new}) as results:
        counts = results.rows(
            f"{_PAIRS} SELECT count(*) FILTER (now IS NULL) AS only_old, count(*) FILTER (was IS NULL) AS only_new,"
            " count(*) FILTER (was IS NOT NULL AND now IS NOT NULL) AS meet,"
            " count(*) FILTER (is_other_text) AS others,"
            f" count(*) FILTER {_CHANGED} AS changed FROM pairs"
        )[0]
        verdicts = results.rows(
            f"{_PAIRS} SELECT was, now, count(*) AS n FROM pairs WHERE was <> now GROUP BY ALL"
            " ORDER BY n DESC, was, now"
        )
        lost, gained = (
            {
                each["rule"]: each["n"]
                for each in results.rows(
                    f"{_PAIRS} SELECT rule, count(*) AS n FROM (SELECT unnest(list_filter({a}_rules,"
                    f" lambda x: NOT list_contains({b}_rules, x))) AS rule FROM pairs"
                    " WHERE was IS NOT NULL AND now IS NOT NULL) GROUP BY rule"
                )
            }
            for a, b in (("old", "new"), ("new", "old"))
        )
        changes = results.rows(
            f"{_PAIRS} SELECT id, was, now, coalesce(is_other_text, false) AS is_other_text, old_rules, new_rules"
            f" FROM pairs WHERE {_CHANGED} ORDER BY CASE now WHEN 'deny' THEN 0 WHEN 'review' THEN 1 ELSE 2 END, row"
            " LIMIT ?",
            [listed],
        )
    return Difference(
        same_rules=before.ruleset == after.ruleset and before.version == after.version,
        same_policy=before.policy == after.policy,
        only_old=counts["only_old"],
        only_new=counts["only_new"],
        both=counts["meet"],
        other_texts=counts["others"],
        verdicts=tuple((each["was"], each["now"], each["n"]) for each in verdicts),
        rules=tuple((rule, lost.get(rule, 0), gained.get(rule, 0)) for rule in sorted({*lost, *gained})),
        changed=counts["changed"],
        changes=tuple(
            Change(
                id=each["id"],
                was=each["was"],
                now=each["now"],
                lost=tuple(rule for rule in each["old_rules"] if rule not in each["new_rules"]),
                gained=tuple(rule for rule in each["new_rules"] if rule not in each["old_rules"]),
                is_other_text=each["is_other_text"],
            )
            for each in changes
        ),
    )


def difference_text(found: Difference) -> str:
    """Write it for people."""
    same = {True: "the same", False: "other"}
    lines = [
        f"{found.both:,} rows in both, {found.only_old:,} only in the old, {found.only_new:,} only in the new",
        f"  {same[found.same_rules]} rules and version, {same[found.same_policy]} policy,"
        f" {found.other_texts:,} rows with another text",
        f"{found.changed:,} rows changed",
    ]
    lines += [f"  {was:>6} → {now:<6} {count:>9,}" for was, now, count in found.verdicts]
    if found.rules:
        width = max(len(rule) for rule, _, _ in found.rules)
        lines += ["", f"  {'rule':<{width}}  {'lost':>7}  {'gained':>7}"]
        lines += [f"  {rule:<{width}}  {lost:>7,}  {gained:>7,}" for rule, lost, gained in found.rules]
    if found.changes:
        lines.append("")
    for change in found.changes:
        rules = [*(f"-{rule}" for rule in change.lost), *(f"+{rule}" for rule in change.gained)]
        note = ", another text" if change.is_other_text else ""
        head = f"{change.was or 'absent':>6} → {change.now or 'absent':<6}"
        lines.append(f"  {head} {cut(visible(change.id), 60)}{note}  {' '.join(rules)}".rstrip())
    if found.changed > len(found.changes):
        lines.append(f"  … and {found.changed - len(found.changes):,} more; --list shows them")
    return "\n".join(lines) + "\n"
