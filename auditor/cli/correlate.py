"""`auditor correlate`: which tool call was behind an alert."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from auditor.cli.inputs import refuse_rulesets
from auditor.cli.output import complain, opened
from auditor.cli.sections import Sections
from auditor.errors import UsageError
from auditor.settings import DEFAULT_LIMITS, Limits

CORRELATE_HELP = """Find which tool call was behind a firewall's alert.

Alerts: Suricata EVE, Zeek, nftables and iptables logs, ulogd JSON, AWS VPC flow logs, Alibaba Cloud
Firewall, CEF, Falco, Tetragon. Traces: the trajectories of agents, OpenTelemetry spans, or JSON Lines
with `traj_id`, `t_start`, `t_end`, `args`. --map ties addresses, hosts and sandboxes to trajectories.
Logs may be compressed, rotated, mixed in one file, or a directory of files.

\b
auditor correlate --alerts eve.json --traces rollouts/ --map map.csv --out case
auditor correlate --alerts /var/log/suricata kern.log.1.gz --zone +08:00 --traces spans.json --out case
auditor correlate --alerts eve.json --traces rollouts/ --allow '*.pypi.example' 198.51.100.0/24:443 --out case
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
_PATIENT = replace(DEFAULT_LIMITS, read_seconds=60.0, match_seconds=60.0)
"""For calls that a busy machine had no time for: nobody waits at a prompt here."""
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
        list[Path] | None,
        typer.Option("--alerts", metavar="FILE…", help="Logs, or directories of them.", rich_help_panel=_WHAT),
    ] = None,
    traces: Annotated[
        list[str] | None, typer.Option("--traces", metavar="FILE…", help="Traces.", rich_help_panel=_WHAT)
    ] = None,
    map: Annotated[  # noqa: A002
        Path | None,
        typer.Option(
            "--map", metavar="FILE", help="Whose address was whose, and when: JSON, CSV, YAML.", rich_help_panel=_WHAT
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="For the results.", rich_help_panel=_WHAT)
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(
            "--allow",
            metavar="HOST…",
            help="Destinations set aside: host, *.domain, network, and :port.",
            rich_help_panel=_HOW,
        ),
    ] = None,
    clock_error: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0,
            max=600,
            help="Of a log's clock; by default estimated, 2 at least.",
            rich_help_panel=_HOW,
        ),
    ] = None,
    clock_range: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=0, max=3600, help="How far a log's clock may be off.", rich_help_panel=_HOW
        ),
    ] = 60.0,
    tail: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=0, max=3600, help="How long what a call started lives on.", rich_help_panel=_HOW
        ),
    ] = 5.0,
    longest: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, help="How long a call without an end lasts.", rich_help_panel=_HOW),
    ] = 30.0,
    shifts: Annotated[
        int,
        typer.Option(
            metavar="COUNT", min=2_000, max=1_000_000, help="Random shifts of the test.", rich_help_panel=_HOW
        ),
    ] = 10_000,
    year: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR", min=1970, max=2999, help="Of syslog's times; by default the last.", rich_help_panel=_HOW
        ),
    ] = None,
    zone: Annotated[
        str, typer.Option(metavar="ZONE", help="Of times in logs that name none: +08:00.", rich_help_panel=_HOW)
    ] = "UTC",
    calls: Annotated[
        int, typer.Option(metavar="COUNT", min=0, help="The most calls audited.", rich_help_panel=_CODE)
    ] = 2_000,
    replay: Annotated[
        bool, typer.Option("--replay", help="Run explained calls again, in the sinkhole.", rich_help_panel=_CODE)
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
        _Asked(tuple(alerts), tuple(traces), map, out, longest, year, zone, calls, replay, policy, rulesets), options
    )


class _Asked:
    """What to read, and how to audit."""

    def __init__(
        self, alerts: tuple[Path, ...], traces: tuple[str, ...], map_path: Path | None, out: Path, longest: float,
        year: int | None, zone: str, calls: int, is_tried: bool, policy: Path | None, rulesets: Path | None,
    ) -> None:  # fmt: skip
        self.alerts = alerts
        self.traces = traces
        self.map_path = map_path
        self.out = out
        self.longest = longest
        self.year = year
        self.zone = zone
        self.calls = calls
        self.is_tried = is_tried
        self.policy = policy
        self.rulesets = rulesets


def _correlated(asked: _Asked, options: Any) -> int:  # noqa: ANN401 - imported only when the command runs
    from auditor.correlate.alerts import read_alerts, zone_of
    from auditor.correlate.content import Contents
    from auditor.correlate.correlation import correlate as run
    from auditor.correlate.incidents import Besides, document_of
    from auditor.correlate.mapping import Map, read_map
    from auditor.correlate.notes import notes_of, refuse_nothing
    from auditor.correlate.replay import replays_of
    from auditor.correlate.results import prepare, write_results
    from auditor.correlate.text import text_of
    from auditor.correlate.traces import read_traces
    from auditor.pipeline import Auditor

    given = read_map(asked.map_path) if asked.map_path is not None else Map()
    logs = read_alerts(asked.alerts, asked.year, zone_of(asked.zone))
    traces = read_traces(asked.traces, asked.longest)
    refuse_nothing(logs, traces)
    prepare(asked.out)

    def audits(limits: Limits) -> Auditor:
        return Auditor(policy=asked.policy, rulesets=asked.rulesets, follow=False, limits=limits)

    with audits(DEFAULT_LIMITS) as auditor:
        contents = Contents(auditor, asked.calls, lambda: audits(_PATIENT))
        found = run(logs.alerts, traces.steps, given, options, contents)
        replays = replays_of(found, contents, auditor) if asked.is_tried else {}
        document = document_of(found, contents, Besides(replays, notes_of(logs, traces, given, found, contents), logs))
    inputs = [*asked.alerts, *(Path(name) for name in asked.traces), *([asked.map_path] if asked.map_path else [])]
    write_results(asked.out, found, document, inputs)
    with opened(None) as out:
        out.write(text_of(document) + f"\n{asked.out}/timeline.html\n")
    return int(any(incident.explained for incident in document.incidents))


def _verified(folder: Path) -> int:
    from auditor.correlate.evidence import verify
    from auditor.correlate.text import count

    checked = verify(folder)
    for fault in checked.faults:
        complain("evidence", fault)
    if checked.gone:
        complain("evidence", f"a log of {checked.gone} was in this folder before, and is gone")
    if not checked.faults:
        with opened(None) as out:
            out.write(
                f"{count(checked.entries, 'entry')}, {count(checked.seals, 'seal')}, the last of {checked.last}:"
                f" whole and as it was signed by {checked.key}\n"
            )
    return int(bool(checked.faults))
