"""What stands below a verdict: findings in full, what was allowed, what was not examined.

Takes a paper and a report, writes the one on the other. Findings that speak of one effect on one
line stand together, and a rule explains itself once.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from auditor.model.finding import Finding, Status
from auditor.model.report import Report
from auditor.model.verdict import Reason, Verdict
from auditor.render.escape import cut, visible
from auditor.render.paper import LABEL, STYLES, Paper
from auditor.render.redact import redact
from auditor.render.snippet import line_of_unit, snippet
from auditor.render.trail import root_of, trail_of
from auditor.render.trial import said, write_trial

_FINDINGS_SHOWN = 40
_LISTED_SHOWN = 12
_EFFECT_CHARACTERS = 600
_NAME_WIDTH = 8


class Body:
    """What stands below a verdict; `explained` names the rules that have been explained, and learns those that are."""

    def __init__(self, paper: Paper, report: Report, is_verbose: bool, explained: set[str]) -> None:
        self._paper = paper
        self._report = report
        self._is_verbose = is_verbose
        self._explained = explained
        self._outcomes = dict(report.decision.outcomes)

    def write(self) -> None:
        """Write findings, what was allowed, gaps, and with -v what it took."""
        covered = {
            (reason.rule, reason.line) for reason in self._report.reasons if reason.kind in {"grant", "baseline"}
        }
        full = [one for one in self._report.findings if self._is_verbose or self._outcome(one) is not Verdict.ALLOW]
        listed = [
            one for one in self._report.findings if one not in full and (one.rule.id, self._line(one)) not in covered
        ]
        groups = list(self._groups(full))
        shown = groups if self._is_verbose else groups[:_FINDINGS_SHOWN]
        for group in shown:
            self._write_group(group)
        if len(groups) > len(shown):
            self._paper.blank()
            self._paper.line((f"and {len(groups) - len(shown)} more findings; -v shows all", LABEL), indent=2)
        self._write_covered()
        self._write_listed(listed)
        if self._report.trial is not None:
            write_trial(self._paper, self._report.trial, is_verbose=self._is_verbose)
        self._write_gaps()
        if self._is_verbose:
            self._write_tool()

    def _groups(self, findings: Iterable[Finding]) -> Iterable[list[Finding]]:
        """Give the findings, those together that speak of the same thing on the same line."""
        groups: dict[tuple[object, ...], list[Finding]] = {}
        for finding in findings:
            inner = () if finding.effect is not None else (finding.place.unit, finding.place.span.line, finding.related)
            groups.setdefault((self._line(finding), finding.effect, inner), []).append(finding)
        return sorted(groups.values(), key=lambda group: -max(self._outcome(one).order for one in group))

    def _write_group(self, group: list[Finding]) -> None:
        paper, report, first = self._paper, self._report, group[0]
        paper.blank()
        for finding in group:
            self._write_heading(finding)
        if first.status is Status.HIDDEN:
            paper.line((f"{shown_path(report)}: seen in the trial, not predicted", LABEL), indent=4)
        else:
            root = root_of(report.reading, first.place)
            paper.line((f"{shown_path(report)}:{root.line}:{root.column}", LABEL), indent=4)
            self._write_snippet(first)
        if first.effect is not None:
            self._value("effect", Text(cut(_safe(first.effect), _EFFECT_CHARACTERS), "bold"))
        elif first.place.unit != 0:
            inner = line_of_unit(report.reading.units[first.place.unit], first.place.span.line)
            self._value("code", cut(_safe((inner or "").strip()), _EFFECT_CHARACTERS))
        others = {root_of(report.reading, place).line for place in first.related} - {self._line(first)}
        if others:
            self._value("with", f"line {', '.join(str(line) for line in sorted(others))}")
        trail = trail_of(report.reading, first.place)
        if len(trail) > 1:
            steps = [cut(_safe(step.label(report.script.path)), 80) for step in trail]
            self._value("trail", f" {paper.look.arrow} ".join(steps))
        for evidence in dict.fromkeys(evidence for finding in group for evidence in finding.evidence[:3]):
            self._value("seen", said(evidence))
        for finding in group:
            self._write_advice(finding)

    def _write_heading(self, finding: Finding) -> None:
        rule, outcome = finding.rule, self._outcome(finding)
        traits = [rule.id, rule.severity.value]
        if finding.status is not Status.PREDICTED:
            traits.append(finding.status.value)
        value = Text.assemble((visible(rule.title), "bold"), "  ", (f"({', '.join(traits)})", LABEL))
        self._paper.row([(outcome.value, 6, STYLES[outcome])], value, indent=2)

    def _write_snippet(self, finding: Finding) -> None:
        root = root_of(self._report.reading, finding.place)
        number = str(root.line)
        bar = self._paper.look.bar
        piece = snippet(self._report.reading.units[0], root, self._paper.look.width - len(number) - 12)
        if piece is None:
            return
        margin = " " * 6
        self._paper.raw((f"{margin}{number} {bar} ", LABEL), piece.text)
        if piece.width:
            under = " " * piece.offset + "^" * piece.width
            self._paper.raw((f"{margin}{' ' * len(number)} {bar} {under}", LABEL))

    def _write_advice(self, finding: Finding) -> None:
        if finding.rule.id in self._explained:
            return
        self._explained.add(finding.rule.id)
        self._value("why", _safe(finding.rule.why))
        self._value("instead", _safe(finding.rule.instead))

    def _write_covered(self) -> None:
        for kind, title in (("grant", "granted by the policy"), ("baseline", "accepted in the baseline")):
            reasons = [reason for reason in self._report.reasons if reason.kind == kind]
            if reasons:
                self._title(title)
            for reason in reasons:
                self._write_reason(reason)

    def _write_reason(self, reason: Reason) -> None:
        where = f"line {reason.line}" if reason.line is not None else ""
        self._paper.row([(where, _NAME_WIDTH, LABEL)], _safe(reason.text), indent=4)

    def _write_listed(self, findings: list[Finding]) -> None:
        if not findings:
            return
        self._title("allowed, for the record")
        for finding in findings[:_LISTED_SHOWN]:
            what = finding.effect if finding.effect is not None else finding.rule.title
            status = "" if finding.status is Status.PREDICTED else f"{finding.status.value}  "
            value = Text.assemble(f"{finding.rule.id}  {status}", (cut(_safe(what), self._paper.look.width), LABEL))
            self._paper.row([(f"line {self._line(finding)}", _NAME_WIDTH, LABEL)], value, indent=4)
        if len(findings) > _LISTED_SHOWN:
            self._paper.line((f"and {len(findings) - _LISTED_SHOWN} more; -v shows all", LABEL), indent=4)

    def _write_gaps(self) -> None:
        gaps = [reason for reason in self._report.reasons if reason.kind == "gap"]
        if not gaps:
            return
        self._title("not examined")
        for reason in gaps if self._is_verbose else gaps[:_LISTED_SHOWN]:
            where = f"line {reason.line}" if reason.line is not None else ""
            text = cut(_safe(reason.text.removeprefix("not examined: ")), _EFFECT_CHARACTERS)
            self._paper.row(
                [(reason.verdict.value, 6, STYLES[reason.verdict]), (where, _NAME_WIDTH, LABEL)], text, indent=4
            )
        if len(gaps) > _LISTED_SHOWN and not self._is_verbose:
            self._paper.line((f"and {len(gaps) - _LISTED_SHOWN} more; -v shows all", LABEL), indent=4)

    def _write_tool(self) -> None:
        tool = self._report.tool
        self._title("audited by")
        engines = ", ".join(f"{name} {version}" for name, version in tool.engines)
        self._value("auditor", f"{tool.version}; rules {tool.ruleset[:12]}; policy {tool.policy[:12]}; {engines}")
        self._value("took", ", ".join(f"{stage} {spent:.1f} ms" for stage, spent in self._report.timings_ms))
        self._value("sha256", self._report.script.sha256)

    def _title(self, title: str) -> None:
        self._paper.blank()
        self._paper.line((title, LABEL), indent=2)

    def _value(self, name: str, value: Text | str) -> None:
        self._paper.row([(name, _NAME_WIDTH, LABEL)], value, indent=4)

    def _outcome(self, finding: Finding) -> Verdict:
        return self._outcomes.get(finding.fingerprint, self._report.decision.would_be)

    def _line(self, finding: Finding) -> int:
        return root_of(self._report.reading, finding.place).line


def shown_path(report: Report) -> str:
    """Give a script's path, harmless and of a length that can be read."""
    return cut(visible(report.script.path), 400)


def _safe(text: str) -> str:
    return visible(redact(text))
