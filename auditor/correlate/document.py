"""`incidents.json` as values: what each of its objects holds."""

from __future__ import annotations

import msgspec

VERSION = 1


class AlertObject(msgspec.Struct, frozen=True, omit_defaults=True):
    """An alert. `time` is on the traces' clock; `digest` is that of the log's line.

    Of one that is not attributed `why` says why not, and `candidates` are the steps that may be behind it.
    """

    id: str
    time: str
    source: str
    src: str
    destination: str
    protocol: str
    rule: str
    category: str
    digest: str
    why: str = ""
    candidates: tuple[CandidateObject, ...] = ()


class CandidateObject(msgspec.Struct, frozen=True):
    """A step that could be behind an alert, and how likely it is."""

    trajectory: str
    step: int
    call_id: str
    posterior: float


class StepObject(msgspec.Struct, frozen=True):
    """The tool call of an incident."""

    trajectory: str
    step: int
    call_id: str
    tool: str
    start: str
    end: str


class FindingObject(msgspec.Struct, frozen=True):
    """A finding of the call's audit that agrees with the alerts."""

    rule: str
    title: str
    family: str
    effect: str
    status: str
    line: int


class IncidentObject(msgspec.Struct, frozen=True):
    """Alerts of one step for one destination, or for many that it swept; `alerts` and `destinations` are the first of
    them, `alert_count` and `destination_count` are of all.
    """

    id: str
    run: str
    destination: str
    destinations: tuple[str, ...]
    destination_count: int
    category: str
    alerts: tuple[AlertObject, ...]
    alert_count: int
    step: StepObject
    posterior: float
    margin: float
    techniques: tuple[str, ...]
    findings: tuple[FindingObject, ...]
    explained: bool
    confirmed: bool
    verdict: str
    replay: str
    text: str


class DestinationObject(msgspec.Struct, frozen=True):
    """What became of the alerts for one destination: how many an explained call was behind, how many one that its code
    does not explain, how many stay open; and of how many trajectories these calls are.
    """

    destination: str
    category: str
    alerts: int
    explained: int
    attributed: int
    unexplained: int
    trajectories: int


class FileObject(msgspec.Struct, frozen=True):
    """What a log file gave: records by kind of log, and lines that could not be read, with the first of them."""

    name: str
    records: dict[str, int]
    unread: int
    first_unread: int


class TestObject(msgspec.Struct, frozen=True):
    """The test of association for one run."""

    run: str
    alerts: int
    share: float
    baseline: float
    lift: float | None
    p: float


class ControlObject(msgspec.Struct, frozen=True):
    """Alerts and hours of one phase."""

    phase: str
    alerts: float
    hours: float
    per_hour: float


class NeighboursObject(msgspec.Struct, frozen=True):
    """How many of the other sandboxes on the host had a tool at work when alerts came, and how many at any time."""

    alerts: int
    share: float
    baseline: float
    lift: float | None


class AssociationObject(msgspec.Struct, frozen=True):
    """The test over all runs, of each, and the controls."""

    share: float
    baseline: float
    lift: float | None
    p: float
    alerts: int
    runs: tuple[TestObject, ...]
    controls: tuple[ControlObject, ...]
    neighbours: NeighboursObject


class ClockObject(msgspec.Struct, frozen=True):
    """A log's clock: `offset` was added to its times."""

    source: str
    offset: float
    uncertainty: float
    how: str


class SetAsideObject(msgspec.Struct, frozen=True):
    """Alerts that were tested for nothing: how many, and the first of them."""

    inbound: int
    allowed: int
    heartbeats: int
    examples: tuple[AlertObject, ...]


class Document(msgspec.Struct, frozen=True):
    """`incidents.json`."""

    version: int
    incidents: tuple[IncidentObject, ...]
    association: AssociationObject
    unexplained: tuple[AlertObject, ...]
    unexplained_count: int
    undecided_count: int
    set_aside: SetAsideObject
    clocks: tuple[ClockObject, ...]
    steps: int
    alerts: int
    unexamined_calls: int
    notes: tuple[str, ...]
    destinations: tuple[DestinationObject, ...] = ()
    destination_count: int = 0
    files: tuple[FileObject, ...] = ()
    shifts: int = 0
