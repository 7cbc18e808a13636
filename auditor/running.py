"""Running a script as often as it takes: without its sleeps, as somebody else, with what its code turned out to need.

Takes a request and what to vary; gives the recordings. A round is a run with stand-ins and
downloads for what code asks for that appeared in the round before: without them that code stops
where a tool is missing, and what it would have run next is never seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auditor.model.reading import Reading
from auditor.model.unit import Language, Script
from auditor.read.remote import RemoteReader
from auditor.trial.decoys import decoys
from auditor.trial.emerged import Emerged, emerged
from auditor.trial.isolation import Level
from auditor.trial.plan import MOST_TOOLS
from auditor.trial.remote import Trials
from auditor.trial.request import Recording, TrialRequest

CONFIRMED = "confirmed"
_ROOT, _TERMINAL = "root", "terminal"
_NOT_ROOT = "not run as root: that needs user namespaces"


def new_code(recordings: Sequence[Recording], known: frozenset[str]) -> tuple[Emerged, ...]:
    """Give the code that appeared in runs and that is not known yet, equal texts once."""
    pieces = {(piece.language, piece.text): piece for each in recordings for piece in emerged(each).pieces}
    return tuple(piece for piece in pieces.values() if piece.text.strip() not in known)


def read_piece(piece: Emerged, reader: RemoteReader) -> Reading:
    """Read code that appeared."""
    return reader.read(Script.of(piece.text, piece.language, "<run in the trial>"))


def passes(request: TrialRequest, trials: Trials) -> tuple[Recording, ...]:
    """Run a script once, and once more without its sleeps where the first run was ended in one."""
    first = trials.run(request)
    if first.was_asleep and first.ended != CONFIRMED:
        return first, trials.run(replace(request, skip_sleeps=True))
    return (first,)


def rounds(
    request: TrialRequest, reader: RemoteReader, trials: Trials, known: frozenset[str]
) -> tuple[TrialRequest, tuple[Recording, ...]]:
    """Run a script until the code that appears asks for nothing new; give the last request with all recordings.

    `known` are texts that reading has seen. Past the limit of rounds the last recording says so.
    """
    recordings = passes(request, trials)
    latest = recordings
    done = 1
    while latest[-1].ended != CONFIRMED:
        wider = _wider(request, latest, reader, known)
        if wider is None:
            break
        if done >= request.limits.rounds:
            lost = f"code that appeared in round {done} asks for more: further rounds were not run"
            return request, (*recordings[:-1], replace(recordings[-1], lost=(*recordings[-1].lost, lost)))
        request = replace(wider, proofs=())
        latest = passes(request, trials)
        recordings += latest
        done += 1
    return request, recordings


def further(request: TrialRequest, trials: Trials, *, as_root: bool, with_terminal: bool) -> tuple[Recording, ...]:
    """Run the passes that were asked for: as a user that looks like root, and with a terminal."""
    chosen = replace(request, proofs=())
    found: list[Recording] = []
    if as_root:
        made = passes(replace(chosen, looks_like_root=True), trials)
        notes = () if made[-1].level is Level.FULL else (_NOT_ROOT,)
        found += [replace(each, kind=_ROOT, notes=(*each.notes, *notes)) for each in made]
    if with_terminal:
        made = passes(replace(chosen, terminal=True), trials)
        found += [replace(each, kind=_TERMINAL) for each in made]
    return tuple(found)


def _wider(
    request: TrialRequest, latest: Sequence[Recording], reader: RemoteReader, known: frozenset[str]
) -> TrialRequest | None:
    """Give the request with what code that appeared asks for besides; None where that is nothing."""
    tools, wanted = list(request.tools), list(request.wanted)
    for piece in new_code(latest, known)[: request.limits.pieces]:
        if piece.language not in {Language.PYTHON, Language.BASH}:
            continue
        reading = read_piece(piece, reader)
        tools += [name for name in tools_of(reading) if name not in tools]
        wanted += [name for name in wanted_of(reading) if name not in wanted]
    del tools[MOST_TOOLS:]
    is_downloading = any(event.kind == "http" for each in latest for event in each.sink)
    has_new_tools = decoys(tools).keys() != decoys(request.tools).keys()
    has_new_files = is_downloading and len(wanted) > len(request.wanted)
    if not has_new_tools and not has_new_files:
        return None
    return replace(request, tools=tuple(tools), wanted=tuple(wanted))


def wanted_of(reading: Reading) -> tuple[str, ...]:
    """Name what code runs by a path: a download should hold it."""
    names = {effect.name for effect in reading.effects if effect.name and "/" in effect.name}
    return tuple(sorted(name for name in names if not name.startswith("/")))


def tools_of(reading: Reading) -> tuple[str, ...]:
    """Name the programs that code starts by their bare names."""
    starts = (stage[0].text for effect in reading.effects for stage in effect.stages)
    return tuple(sorted({name for name in starts if name and "." not in name and "/" not in name}))
