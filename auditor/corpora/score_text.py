"""A score as text for people and as an object for programs."""

from __future__ import annotations

from auditor.corpora.floors import groups_of
from auditor.corpora.score import Group, Outcome, Rate
from auditor.corpora.scoring import Scored
from auditor.model.verdict import Verdict
from auditor.render.escape import cut, visible

_ORDER = tuple(verdict.value for verdict in (Verdict.ALLOW, Verdict.REVIEW, Verdict.DENY))
_ID = 60


def score_text(scored: Scored, *, listed: int) -> str:
    """Write a score; of false alarms and misses, the first `listed` each."""
    score = scored.score
    counts = {(expected, verdict): count for expected, verdict, count in score.confusion}
    lines = ["expected     " + "".join(f"{verdict:>9}" for verdict in _ORDER) + "      rows"]
    for expected in _ORDER:
        row = [counts.get((expected, verdict), 0) for verdict in _ORDER]
        lines.append(f"  {expected:<11}" + "".join(f"{count:>9,}" for count in row) + f"{sum(row):>10,}")
    lines += ["", *_table("", (score.overall, score.core, score.dual_use))]
    lines += ["", *_table("family", score.by_family), "", *_table("language", score.by_language)]
    if scored.unread:
        lines += ["", "without a reader, and in no figure above:"]
        lines += [f"  {language:<24}{count:>7,}" for language, count in scored.unread]
    lines += ["", f"{score.gaps:,} rows with gaps"]
    lines += _list("false alarms", score.false_alarms, listed)
    lines += _list("misses", score.misses, listed)
    return "\n".join(lines) + "\n"


def score_object(scored: Scored) -> dict[str, object]:
    """Give a score as an object."""
    score = scored.score
    return {
        "schema": "auditor.score/1",
        "confusion": [
            {"expected": expected, "verdict": verdict, "rows": count} for expected, verdict, count in score.confusion
        ],
        "groups": {name: _group(group) for name, group in groups_of(score).items()},
        "unread": dict(scored.unread),
        "gaps": score.gaps,
        "false_alarms": [_outcome(outcome) for outcome in score.false_alarms],
        "misses": [_outcome(outcome) for outcome in score.misses],
    }


def _table(title: str, groups: tuple[Group, ...]) -> list[str]:
    lines = [
        f"{title:<26}{'rows':>7}  {'risky flagged':<27}{'deny denied':<27}{'benign denied':<15}{'benign reviewed':<15}"
    ]
    for group in groups:
        benign = f"{_short(group.benign_denied):<15}{_short(group.benign_reviewed):<15}"
        name = cut(visible(group.name), 23)
        lines.append(
            f"  {name:<24}{group.rows:>7,}  {_rate(group.flagged):<27}{_rate(group.denied):<27}{benign}".rstrip()
        )
    return lines


def _rate(rate: Rate) -> str:
    if not rate.total:
        return "-"
    low, high = rate.interval
    return f"{rate.share:6.1%} [{low:.1%}, {high:.1%}] /{rate.total}"


def _short(rate: Rate) -> str:
    return f"{rate.share:.2%} ({rate.hits})" if rate.total else "-"


def _list(title: str, outcomes: tuple[Outcome, ...], listed: int) -> list[str]:
    if not outcomes:
        return ["", f"no {title}"]
    lines = ["", f"{len(outcomes):,} {title}"]
    for outcome in outcomes[:listed]:
        why = ", ".join(outcome.rules) or ", ".join(outcome.gaps) or "nothing found"
        head = f"{outcome.row.expected.value:>6} → {outcome.verdict.value:<6} {outcome.row.language:<10}"
        lines.append(f"  {head} {cut(visible(outcome.row.id), _ID):<{min(_ID, 28)}} {cut(visible(why), 100)}")
    if len(outcomes) > listed:
        lines.append(f"  … and {len(outcomes) - listed:,} more; --list {len(outcomes)} shows them")
    return lines


def _group(group: Group) -> dict[str, object]:
    return {
        "rows": group.rows,
        "flagged": _rate_object(group.flagged),
        "denied": _rate_object(group.denied),
        "benign_denied": _rate_object(group.benign_denied),
        "benign_reviewed": _rate_object(group.benign_reviewed),
        "precision": _rate_object(group.precision),
    }


def _rate_object(rate: Rate) -> dict[str, object]:
    low, high = rate.interval
    return {
        "hits": rate.hits,
        "total": rate.total,
        "share": round(rate.share, 6),
        "low": round(low, 6),
        "high": round(high, 6),
    }


def _outcome(outcome: Outcome) -> dict[str, object]:
    row = outcome.row
    return {
        "id": row.id,
        "language": row.language,
        "family": row.family,
        "expected": row.expected.value,
        "verdict": outcome.verdict.value,
        "rules": list(outcome.rules),
        "gaps": list(outcome.gaps),
    }
