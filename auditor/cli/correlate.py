"""`auditor correlate`: which tool call was behind an alert."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from auditor.cli.inputs import refuse_rulesets
from auditor.cli.output import complain, opened
from auditor.cli.sections import Sections
from auditor.errors import UsageError

CORRELATE_HELP = """Find which tool call was behind a firewall's alert.

Alerts: Suricata EVE, Zeek, nftables and iptables logs, ulogd JSON, AWS VPC flow logs, Alibaba Cloud
Firewall, CEF, Falco, Tetragon. Traces: the trajectories of agents, OpenTelemetry spans, or JSON Lines
with `traj_id`, `t_start`, `t_end`, `args`. --map ties addresses, hosts and sandboxes to trajectories.

\b
auditor correlate --alerts eve.json --traces rollouts/ --map map.csv --out case
auditor correlate --alerts eve.json flows.log --traces spans.json --allow '*.pypi.example' --out case
auditor correlate --verify case
\b
Exit codes:
0    no alert is explained by a tool call's code
1    at least one is, or --verify found a fault
2    usage
3    no answer was reached
"""
_WHAT, _HOW, _CODE = "What", "Matching", "Code"
_MANY = ("--alerts", "--traces", "--allow")
_NEEDED = ("numpy", "cryptography", "jinja2")


class Many(Sections):
    """A command whose repeated options also take several values in a row."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer moves these types between versions
        """Repeat the option before each further value."""
        given: list[str] = []
        option, is_first = "", False
        for word in args:
            if word.startswith("-") and len(word) > 1:
                option, is_first = (word, True) if word in _MANY else ("", False)
            elif option and not is_first:
                given.append(option)
            else:
                is_first = False
            given.append(word)
        return super().parse_args(ctx, given)


def correlate(
    alerts: Annotated[
        list[Path] | None, typer.Option("--alerts", metavar="FILE…", help="Logs.", rich_help_panel=_WHAT)
    ] = None,
    traces: Annotated[
        list[str] | None, typer.Option("--traces", metavar="FILE…", help="Traces.", rich_help_panel=_WHAT)
    ] = None,
    map: Annotated[  # noqa: A002
        Path | None,
        typer.Option("--map", metavar="FILE", help="Whose address was whose, and when.", rich_help_panel=_WHAT),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="For the results.", rich_help_panel=_WHAT)
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option("--allow", metavar="HOST…", help="Destinations set aside.", rich_help_panel=_HOW),
    ] = None,
    clock_error: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0, max=600, help="By default estimated, 2 at least.", rich_help_panel=_HOW),
    ] = None,
    clock_range: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, max=3600, help="How far a clock may be off.", rich_help_panel=_HOW),
    ] = 60.0,
    tail: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, max=3600, help="Life of descendants.", rich_help_panel=_HOW)
    ] = 5.0,
    longest: Annotated[
        float, typer.Option(metavar="SECONDS", min=0, help="Of a call without an end.", rich_help_panel=_HOW)
    ] = 30.0,
    shifts: Annotated[int, typer.Option(min=2_000, max=1_000_000, help="Of the test.", rich_help_panel=_HOW)] = 10_000,
    year: Annotated[
        int | None, typer.Option(min=1970, max=2999, help="Of syslog's times; by default this.", rich_help_panel=_HOW)
    ] = None,
    calls: Annotated[int, typer.Option(min=0, help="The most calls audited.", rich_help_panel=_CODE)] = 2_000,
    trial: Annotated[
        bool, typer.Option("--trial", help="Replay explained calls in the sinkhole.", rich_help_panel=_CODE)
    ] = False,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead of the policy that ships.", rich_help_panel=_CODE)
    ] = None,
    rulesets: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Instead of the rules that ship.", rich_help_panel=_CODE)
    ] = None,
    verify: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Check the evidence of a folder.", rich_help_panel=_WHAT)
    ] = None,
) -> int:
    """Find which tool call was behind a firewall's alert."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(f"this needs {', '.join(missing)}", hint="pip install 'auditor[correlate]'")
    if verify is not None:
        return _verified(verify)
    if not alerts or not traces or out is None:
        raise UsageError("--alerts, --traces and --out are needed", hint="auditor correlate --help")
    refuse_rulesets(rulesets)
    from auditor.correlate.allowed import allowed_of
    from auditor.correlate.correlation import Options

    options = Options(clock_error, tail, clock_range, shifts, allowed=allowed_of(allow or []))
    return _correlated(
        _Asked(tuple(alerts), tuple(traces), map, out, longest, year, calls, trial, policy, rulesets), options
    )


class _Asked:
    """What to read, and how to audit."""

    def __init__(
        self, alerts: tuple[Path, ...], traces: tuple[str, ...], map_path: Path | None, out: Path, longest: float,
        year: int | None, calls: int, is_tried: bool, policy: Path | None, rulesets: Path | None,
    ) -> None:  # fmt: skip
        self.alerts = alerts
        self.traces = traces
        self.map_path = map_path
        self.out = out
        self.longest = longest
        self.year = year
        self.calls = calls
        self.is_tried = is_tried
        self.policy = policy
        self.rulesets = rulesets


def _correlated(asked: _Asked, options: Any) -> int:  # noqa: ANN401 - imported only when the command runs
    from auditor.correlate.alerts import read_alerts
    from auditor.correlate.content import Contents
    from auditor.correlate.correlation import correlate as run
    from auditor.correlate.incidents import document_of
    from auditor.correlate.mapping import Map, read_map
    from auditor.correlate.replay import replays_of
    from auditor.correlate.results import write_results
    from auditor.correlate.text import text_of
    from auditor.correlate.traces import read_traces
    from auditor.pipeline import Auditor

    given = read_map(asked.map_path) if asked.map_path is not None else Map()
    alerts, unread = read_alerts(asked.alerts, asked.year)
    traces = read_traces(asked.traces, asked.longest)
    if not alerts:
        raise UsageError("no alert could be read", hint=f"{unread:,} lines are of no known format")
    if not traces.steps:
        raise UsageError(
            "no tool call has a time", hint=f"{traces.untimed:,} calls without one, {traces.unread:,} unread"
        )
    notes = [f"{unread:,} lines of the logs could not be read"] if unread else []
    notes += [f"{traces.untimed:,} calls have no time"] if traces.untimed else []
    notes += [f"{traces.unread:,} parts of the traces could not be read"] if traces.unread else []
    if any(alert.is_zone_assumed for alert in alerts) or any(step.is_zone_assumed for step in traces.steps):
        notes.append("some times have no zone and are taken for UTC")
    with Auditor(policy=asked.policy, rulesets=asked.rulesets, follow=False) as auditor:
        contents = Contents(auditor, asked.calls)
        found = run(alerts, traces.steps, given, options, contents)
        replays = replays_of(found, contents, auditor) if asked.is_tried else {}
        document = document_of(found, contents, replays, notes)
    inputs = [*asked.alerts, *(Path(name) for name in asked.traces), *([asked.map_path] if asked.map_path else [])]
    write_results(asked.out, found, document, inputs)
    with opened(None) as out:
        out.write(text_of(document) + f"\n{asked.out}/timeline.html\n")
    return int(any(incident.explained for incident in document.incidents))


def _verified(folder: Path) -> int:
    from auditor.correlate.evidence import verify

    checked = verify(folder)
    for fault in checked.faults:
        complain("evidence", fault)
    if not checked.faults:
        with opened(None) as out:
            out.write(f"{checked.entries:,} entries, {checked.seals:,} seals: whole and as it was signed\n")
    return int(bool(checked.faults))
