"""What is left behind: incidents, the page, the signed evidence, and the command that makes them."""

from __future__ import annotations

import json
import re
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


def test_the_evidence_shows_tampering(case: Path) -> None:
    """A changed result, a changed entry, a cut log and a foreign key are each found; a second run extends the log."""
    correlate(case)
    out, state = case / "out", case / "state" / "auditor"
    assert evidence.verify(out).faults == ()
    assert (state / "evidence.key").stat().st_mode & 0o777 == 0o600
    correlate(case)
    checked = evidence.verify(out)
    assert (checked.seals, checked.faults) == (2, ())
    log, document = out / "evidence.jsonl", out / "incidents.json"
    whole, kept = log.read_bytes(), document.read_bytes()
    document.write_bytes(kept + b" ")
    assert evidence.verify(out).faults == ("incidents.json: not as it was sealed",)
    document.write_bytes(kept)
    log.write_bytes(whole.replace(b'"input"', b'"other"', 1))
    assert "changed" in evidence.verify(out).faults[0]
    assert run(["correlate", "--verify", str(out)]) == 1
    with pytest.raises(UsageError, match="changed"):
        evidence.append(out, [])
    log.write_bytes(b"\n".join(whole.splitlines()[:-1]) + b"\n")
    assert "seal" in evidence.verify(out).faults[0]
    log.write_bytes(b"\n".join(whole.splitlines()[1:]) + b"\n")
    assert "link" in evidence.verify(out).faults[0]
    first = next(at for at, line in enumerate(whole.splitlines(), start=1) if b'"seal"' in line)
    log.write_bytes(b"\n".join(whole.splitlines()[:first]) + b"\n")
    assert f"the log ends at entry {first}" in evidence.verify(out).faults[0]
    log.write_bytes(whole)
    (state / "evidence.key").unlink()
    (state / "evidence.key").write_text("00" * 32)
    (state / "evidence.key").chmod(0o600)
    assert "another key" in evidence.verify(out).faults[0]
    (state / "evidence.key").chmod(0o644)
    with pytest.raises(UsageError, match="rights"):
        evidence.verify(out)
