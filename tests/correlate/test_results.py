"""What is left behind: incidents, the page, the signed evidence, and the command that makes them."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from auditor.cli.app import run
from auditor.correlate import evidence
from auditor.errors import UsageError
from tests.correlate.scenes import EPOCH, TUNNEL

HOSTILE = "</script><img src=x onerror=alert(1)>\u202e"


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a trace and a log: one tunnel among plain calls, and names that would break a page."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    rows = []
    for number in range(20):
        start = EPOCH + 60 * number
        command = TUNNEL if number == 7 else f"echo '{HOSTILE}'"
        rows.append({"traj_id": f"t{HOSTILE}", "t_start": start, "t_end": start + 5, "step": number, "tool": "bash",
                     "call_id": f"c{number}", "args": {"command": command}, "sandbox_ip": "10.0.0.9"})  # fmt: skip
    lines = [
        {
            "timestamp": EPOCH + 420 + second,
            "event_type": "alert",
            "src_ip": "10.0.0.9",
            "src_port": 4,
            "dest_ip": "203.0.113.50",
            "dest_port": 22,
            "proto": "TCP",
            "alert": {"signature": f"tunnel {HOSTILE}"},
        }
        for second in (1, 2, 4)
    ]
    (tmp_path / "trace.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "eve.json").write_text("\n".join(map(json.dumps, lines)))
    return tmp_path


def correlate(case: Path) -> int:
    """Run the command."""
    return run(["correlate", "--alerts", str(case / "eve.json"), "--traces", str(case / "trace.jsonl"),
                "--out", str(case / "out"), "--shifts", "2000"])  # fmt: skip


def test_the_command_writes_incidents(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The document has the shape that is promised, and the text says the same without control characters."""
    assert correlate(case) == 1
    found = json.loads((case / "out" / "incidents.json").read_text())
    (incident,) = found["incidents"]
    assert incident["step"]["call_id"] == "c7"
    assert incident["explained"] is True
    assert incident["posterior"] > 0.9
    assert incident["margin"] > 0.8
    assert "T1572" in incident["techniques"]
    assert len(incident["alerts"]) == 3
    assert set(found["association"]) >= {"share", "baseline", "lift", "p"}
    assert found["unexplained"] == []
    shown = capsys.readouterr().out
    assert "ssh-reverse-forward" in shown
    assert "\u202e" not in shown


def test_several_files_after_one_option(case: Path) -> None:
    """`--alerts A B` is `--alerts A --alerts B`; a line that stands in both counts once."""
    (case / "more.json").write_text((case / "eve.json").read_text().replace('"src_port": 4', '"src_port": 5'))
    (case / "again.json").write_text((case / "eve.json").read_text())
    code = run(["correlate", "--alerts", str(case / "eve.json"), str(case / "more.json"), str(case / "again.json"),
                "--traces", str(case / "trace.jsonl"), "--out", str(case / "two")])  # fmt: skip
    assert code == 1
    found = json.loads((case / "two" / "incidents.json").read_text())
    assert found["alerts"] == 6
    assert [file["records"] for file in found["files"]] == [{"suricata": 3}] * 3
    assert found["notes"] == ["3 lines of the logs seen before, counted once"]


@pytest.mark.parametrize("arguments", [[], ["--alerts", "none"], ["--verify", "none"]])
def test_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be done is a usage error with a hint."""
    assert run(["correlate", *arguments]) == 2
    assert "hint" in capsys.readouterr().err


class Seen(HTMLParser):
    """Collects the elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))


def test_the_page_asks_for_nothing_and_runs_only_its_own_script(case: Path) -> None:
    """Hostile names are text, nothing is loaded, and the policy names the one script."""
    correlate(case)
    page = (case / "out" / "timeline.html").read_text()
    seen = Seen()
    seen.feed(page)
    assert [tag for tag, _ in seen.elements].count("script") == 2
    assert not [tag for tag, _ in seen.elements if tag in ("img", "iframe", "object", "embed")]
    assert not [given for _, given in seen.elements if "src" in given or any(key.startswith("on") for key in given)]
    assert not re.findall(r"https?://", page)
    assert "default-src 'none'" in page
    assert "\u202e" not in page
    assert [tag for tag, _ in seen.elements].count("canvas") == 1


def test_alerts_of_no_known_source_are_said_to_be(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where times or sources do not meet at all, nothing crashes, and the report says where to look."""
    shifted = (case / "eve.json").read_text().replace(f"{int(EPOCH)}"[:6], "170000")
    assert shifted != (case / "eve.json").read_text()
    (case / "eve.json").write_text(shifted)
    assert correlate(case) == 0
    found = json.loads((case / "out" / "incidents.json").read_text())
    assert {alert["why"] for alert in found["unexplained"]} == {"no run knows its source at that time"}
    assert any("--map, --zone and --year" in note for note in found["notes"])
    assert "Note" in capsys.readouterr().out


def test_a_wrong_zone_is_guessed_at(case: Path) -> None:
    """Where all alerts are hours off, the zone under which they meet the calls is named, and nothing is shifted."""
    text = (case / "eve.json").read_text()
    for second in (1, 2, 4):
        local = datetime.fromtimestamp(EPOCH + 420 + second + 8 * 3600, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        text = text.replace(f'"timestamp": {EPOCH + 420 + second}', f'"timestamp": "{local}"')
    (case / "eve.json").write_text(text)
    assert correlate(case) == 0
    found = json.loads((case / "out" / "incidents.json").read_text())
    assert any(note.endswith("they would meet with --zone +08:00") for note in found["notes"])
    code = run(["correlate", "--alerts", str(case / "eve.json"), "--traces", str(case / "trace.jsonl"),
                "--zone", "+08:00", "--out", str(case / "meets")])  # fmt: skip
    assert code == 1


def test_copies_of_traces_and_rows_of_nobody_are_said(case: Path) -> None:
    """A call that stands in two files is one call; a map that names other trajectories does not pass in silence."""
    (case / "copy.jsonl").write_text((case / "trace.jsonl").read_text())
    (case / "map.csv").write_text("address; trajectory\n10.0.0.9; nobody\n")
    code = run(["correlate", "--alerts", str(case / "eve.json"), "--traces", str(case / "trace.jsonl"),
                str(case / "copy.jsonl"), "--map", str(case / "map.csv"), "--out", str(case / "out")])  # fmt: skip
    assert code == 1
    found = json.loads((case / "out" / "incidents.json").read_text())
    assert (found["steps"], len(found["incidents"])) == (20, 1)
    assert found["notes"] == [
        "20 calls of the traces seen before, counted once",
        "1 row of the map of trajectories that no trace has: nobody",
    ]


def test_a_broken_log_is_refused_before_anything_is_written(case: Path) -> None:
    """The results of the last good run stay as they were sealed."""
    correlate(case)
    out = case / "out"
    before = (out / "incidents.json").read_bytes()
    whole = (out / "evidence.jsonl").read_bytes()
    (out / "evidence.jsonl").write_bytes(whole.replace(b'"input"', b'"other"', 1))
    (case / "eve.json").write_text((case / "eve.json").read_text().replace('"src_port": 4', '"src_port": 5'))
    assert correlate(case) == 2
    assert (out / "incidents.json").read_bytes() == before


def lines_of(log: Path) -> list[bytes]:
    """Give the lines of a log with their ends."""
    return log.read_bytes().splitlines(keepends=True)


def test_the_evidence_shows_tampering(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is done to a log of two runs or to its results is found by the documented command."""
    correlate(case)
    out, state = case / "out", case / "state" / "auditor"
    assert evidence.verify(out).faults == ()
    assert (state / "evidence.key").stat().st_mode & 0o777 == 0o600
    correlate(case)
    checked = evidence.verify(out)
    assert (checked.seals, checked.faults) == (2, ())
    capsys.readouterr()
    assert run(["correlate", "--verify", str(out)]) == 0
    assert checked.key in capsys.readouterr().out
    log = out / "evidence.jsonl"
    lines = lines_of(log)
    first = next(at for at, line in enumerate(lines, start=1) if b'"seal"' in line)
    swapped = [*lines[:2], lines[3], lines[2], *lines[4:]]
    broken = {
        "changed": b"".join(lines).replace(b'"input"', b'"other"', 1),
        "a field more": lines[0].replace(b"{", b'{"note":"x",', 1) + b"".join(lines[1:]),
        "blanks": lines[0].replace(b":", b": ", 1) + b"".join(lines[1:]),
        "the last cut off": b"".join(lines[:-1]),
        "in the middle of a line": b"".join(lines)[:-30],
        "the first taken out": b"".join(lines[1:]),
        "one taken out": b"".join([*lines[:3], *lines[4:]]),
        "swapped": b"".join(swapped),
        "the second run first": b"".join([*lines[first:], *lines[:first]]),
        "back to the first seal": b"".join(lines[:first]),
        "twice": b"".join([*lines, *lines]),
        "one added": b"".join([*lines, lines[-1]]),
        "empty": b"",
        "no log": b"hello\n",
    }
    for what, data in broken.items():
        log.write_bytes(data)
        assert evidence.verify(out).faults, what
        assert run(["correlate", "--verify", str(out)]) == 1, what
        if data:
            with pytest.raises(UsageError):
                evidence.append(out, [])
            assert log.read_bytes() == data
    log.write_bytes(b"".join(lines))
    for name in ("incidents.json", "report.txt", "timeline.html"):
        kept = (out / name).read_bytes()
        (out / name).write_bytes(kept + b" ")
        assert evidence.verify(out).faults == (f"{name}: not as it was sealed",)
        (out / name).unlink()
        assert evidence.verify(out).faults == (f"{name}: not as it was sealed",)
        (out / name).write_bytes(kept)
    assert evidence.verify(out).faults == ()


def test_another_key_does_not_do(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that somebody else made anew, chain and seals and all, is told by its key; so is one under another key."""
    correlate(case)
    out, state = case / "out", case / "state" / "auditor"
    own = (out / "evidence.jsonl").read_bytes()
    monkeypatch.setenv("XDG_STATE_HOME", str(case / "theirs"))
    (out / "evidence.jsonl").unlink()
    correlate(case)
    assert evidence.verify(out).faults == ()
    monkeypatch.setenv("XDG_STATE_HOME", str(case / "state"))
    faults = evidence.verify(out).faults
    assert any("another key" in fault for fault in faults)
    (out / "evidence.jsonl").write_bytes(own)
    (state / "evidence.key").write_text("00" * 32)
    assert "another key" in evidence.verify(out).faults[0]
    (state / "evidence.key").chmod(0o644)
    with pytest.raises(UsageError, match="rights"):
        evidence.verify(out)


def test_a_log_that_is_gone_is_missed(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Taken away, it is a fault; where a run made a new one, that one says so for good."""
    correlate(case)
    out = case / "out"
    (out / "evidence.jsonl").unlink()
    assert "the log is gone" in evidence.verify(out).faults[0]
    correlate(case)
    correlate(case)
    capsys.readouterr()
    assert run(["correlate", "--verify", str(out)]) == 0
    assert "is gone" in capsys.readouterr().err


def test_a_log_that_was_moved_and_cut_back_is_told(case: Path) -> None:
    """The last seal is known by the log's first entry too, wherever the folder is now."""
    correlate(case)
    out = case / "out"
    first = len(lines_of(out / "evidence.jsonl"))
    correlate(case)
    (case / "out").rename(case / "moved")
    assert evidence.verify(case / "moved").faults == ()
    log = case / "moved" / "evidence.jsonl"
    log.write_bytes(b"".join(lines_of(log)[:first]))
    assert any(f"ends at entry {first}" in fault for fault in evidence.verify(case / "moved").faults)
