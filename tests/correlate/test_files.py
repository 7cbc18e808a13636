"""Log files as people have them: compressed, rotated, exported, wrapped, cut off; nothing is lost unsaid."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import threading
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest

from auditor.correlate.alerts import Logs, read_alerts, zone_of
from auditor.correlate.evidence import digest_of
from auditor.errors import UsageError

MOMENT = 1_767_233_575


def line(number: int) -> dict[str, object]:
    """Give an alert of Suricata."""
    return {
        "timestamp": f"2026-01-01T02:12:{number:02}.500000+0000", "event_type": "alert", "src_ip": "10.0.3.9",
        "src_port": 41_000 + number, "dest_ip": "203.0.113.5", "dest_port": 3333, "proto": "TCP",
        "alert": {"signature": "ET COINMINER Stratum", "category": "Crypto Currency Mining"},
    }  # fmt: skip


LINES = b"".join(json.dumps(line(number)).encode() + b"\n" for number in range(5))
PRETTY = "\n".join(json.dumps(line(number), indent=2) for number in range(5)).encode()
WRAPPED = json.dumps({"logEvents": [{"message": json.dumps(line(number))} for number in range(5)]}).encode()
SYSLOG = b"".join(b"<13>Jan  1 02:12:59 fw suricata[7]: " + each + b"\n" for each in LINES.splitlines())
CONTAINER = b"".join(
    json.dumps({"log": each.decode() + "\n", "stream": "stdout", "time": "x"}).encode() + b"\n"
    for each in LINES.splitlines()
)
CRI = b"".join(b"2026-01-01T02:13:00.1Z stdout F " + each + b"\n" for each in LINES.splitlines())


def read(folder: Path, data: bytes, name: str = "log") -> Logs:
    """Read one file."""
    (folder / name).write_bytes(data)
    return read_alerts([folder / name], 2026)


@pytest.mark.parametrize(
    "data",
    [
        LINES, LINES.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + LINES, LINES.decode().encode("utf-16"),
        gzip.compress(LINES), bz2.compress(LINES), lzma.compress(LINES), b"\n\n" + LINES, LINES.rstrip(b"\n"),
        json.dumps([line(number) for number in range(5)]).encode(),
        json.dumps([line(number) for number in range(5)], indent=1).encode(),
        PRETTY, WRAPPED, SYSLOG, CONTAINER, CRI, LINES + LINES, b"".join(reversed(LINES.splitlines(keepends=True))),
    ],
    ids="lines crlf bom utf16 gz bz2 xz blank unended array array-lines pretty cloudwatch syslog docker cri twice "
    "backwards".split(),
)  # fmt: skip
def test_every_form_gives_the_same(tmp_path: Path, data: bytes) -> None:
    """Five alerts come out of every form in order of time, and nothing is unread."""
    logs = read(tmp_path, data)
    assert [alert.src_port for alert in logs.alerts] == [41_000, 41_001, 41_002, 41_003, 41_004]
    assert {alert.category for alert in logs.alerts} == {"mining"}
    assert logs.unread == 0
    assert logs.repeated == (5 if data == LINES + LINES else 0)


@pytest.mark.parametrize(
    "cut",
    [
        lambda: LINES[:-20],
        lambda: gzip.compress(LINES * 1 + b"".join(bytes([65 + n % 26]) * 50 + b"\n" for n in range(40)))[:-12],
        lambda: json.dumps([line(number) for number in range(5)], indent=1).encode()[:-40],
        lambda: PRETTY[:-20],
    ],
    ids=["line", "gz", "array", "pretty"],
)
def test_what_is_cut_off_is_said(tmp_path: Path, cut: Callable[[], bytes]) -> None:
    """What could be read is kept, and the place where it ends is named."""
    logs = read(tmp_path, cut())
    assert len(logs.alerts) >= 4
    assert logs.unread >= 1
    assert logs.files[0].first >= len(logs.alerts)


def test_formats_mix_in_one_file_and_a_directory_stands_for_its_files(tmp_path: Path) -> None:
    """Rotated files in a folder are all read, each with what it gave."""
    kernel = "2026-01-01T02:12:00+00:00 fw kernel: out: IN= OUT=e SRC=10.0.3.9 DST=203.0.113.5 PROTO=TCP SPT=1 DPT=22\n"
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mixed.log").write_bytes(LINES + kernel.encode() + b"hello\n")
    (tmp_path / "a" / "mixed.log.1.gz").write_bytes(gzip.compress(kernel.replace("SPT=1", "SPT=2").encode()))
    logs = read_alerts([tmp_path / "a"], 2026)
    assert len(logs.alerts) == 7
    told = [(file.name, dict(file.kinds), file.unread, file.first) for file in logs.files]
    assert told == [
        ("mixed.log", {"suricata": 5, "netfilter": 1}, 1, 7), ("mixed.log.1.gz", {"netfilter": 1}, 0, 0),
    ]  # fmt: skip
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no file"):
        read_alerts([tmp_path / "empty"])


def test_a_pipe_is_read_as_a_file_is(tmp_path: Path) -> None:
    """What a shell puts in the place of a file cannot be wound back, and has no digest of its own."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(gzip.compress(LINES),))
    writer.start()
    logs = read_alerts([pipe], 2026)
    writer.join()
    assert (len(logs.alerts), logs.unread) == (5, 0)
    assert digest_of(pipe) == ""


def test_zones_and_years(tmp_path: Path) -> None:
    """A time without a zone is of the zone that is given; syslog's without a year is not in the future."""
    text = "Dec 31 23:00:00 fw kernel: out: IN= OUT=e SRC=10.0.3.9 DST=203.0.113.5 PROTO=TCP SPT=1 DPT=22\n"
    (tmp_path / "log").write_text(text)
    (there,) = read_alerts([tmp_path / "log"], 2026, zone_of("+08:00")).alerts
    (here,) = read_alerts([tmp_path / "log"], 2026, UTC).alerts
    (named,) = read_alerts([tmp_path / "log"], 2026, zone_of("Asia/Shanghai")).alerts
    assert here.start - there.start == 8 * 3600
    assert named.start == there.start
    (last,) = read_alerts([tmp_path / "log"]).alerts
    (now,) = read(tmp_path, LINES[: LINES.index(b"\n")], "now").alerts
    assert last.start < 4_000_000_000
    assert now.start == MOMENT - 55 + 0.5 - 0
    for wrong in ("Mars/Base", "+8:0:0", "25", "", "+23:99", "-08:60"):
        with pytest.raises(UsageError, match="no zone"):
            zone_of(wrong)


def test_addresses_are_compared_in_one_form(tmp_path: Path) -> None:
    """The kernel writes IPv6 in full, others shortened, some IPv4 as IPv6."""
    text = (
        "2026-01-01T02:12:00+00:00 fw kernel: out: IN= OUT=e SRC=2001:0db8:0000:0000:0000:0000:0000:0001"
        " DST=2001:0db8:0000:0000:0000:0000:0000:0002 LEN=80 PROTO=TCP SPT=1 DPT=22\n"
    )
    (alert,) = read(tmp_path, text.encode()).alerts
    assert (alert.src, alert.destination) == ("2001:db8::1", "[2001:db8::2]:22")
    mapped = json.dumps({**line(0), "src_ip": "::ffff:10.0.3.9"}).encode()
    assert read(tmp_path, mapped).alerts[0].src == "10.0.3.9"


# docs.suricata.io: `direction` stands in alerts since 7; `flow` has the client's and the server's ends.
@pytest.mark.parametrize(
    "extra",
    [
        {"direction": "to_client"},
        {"flow": {"src_ip": "10.0.3.9", "src_port": 47_592, "dest_ip": "203.0.113.5", "dest_port": 80}},
        {},
    ],
    ids=["direction", "flow", "ports"],
)
def test_the_answer_of_a_server_is_the_clients_connection(tmp_path: Path, extra: dict[str, object]) -> None:
    """A rule that fires on what came back gives the packet's ends; the connection was the sandbox's."""
    answer = {**line(0), "src_ip": "203.0.113.5", "src_port": 80, "dest_ip": "10.0.3.9", "dest_port": 47_592, **extra}
    (alert,) = read(tmp_path, json.dumps(answer).encode()).alerts
    assert (alert.src, alert.destination) == ("10.0.3.9", "203.0.113.5:80")


def test_names_come_from_what_was_resolved(tmp_path: Path) -> None:
    """An alert for an address has the name that its own client had resolved to it."""
    common = {"event_type": "dns", "src_ip": "10.0.3.9", "dest_ip": "10.0.0.2", "timestamp": "2026-01-01T02:12:00Z"}
    answers = [{"rrname": "pool.example", "rrtype": "A", "rdata": "203.0.113.5"}]
    dns = {**common, "dns": {"type": "answer", "rrname": "pool.example", "answers": answers}}
    other = {**line(1), "src_ip": "10.0.3.8"}
    logs = read(tmp_path, "\n".join(map(json.dumps, (dns, line(0), other))).encode())
    assert [alert.name for alert in logs.alerts] == ["pool.example", ""]
    grouped = {**common, "dns": {"rrname": "pool.example", "grouped": {"A": ["203.0.113.5"]}}}
    logs = read(tmp_path, "\n".join(map(json.dumps, (grouped, line(0)))).encode(), "grouped")
    assert [alert.name for alert in logs.alerts] == ["pool.example"]


def test_one_connection_counts_once(tmp_path: Path) -> None:
    """Zeek writes conn, ssl and dns of one connection; without notices conn is taken, and the others name it."""
    ends = {"id.orig_h": "10.0.3.9", "id.orig_p": 41_000, "id.resp_h": "203.0.113.5", "id.resp_p": 443}
    conn = {"ts": MOMENT, "uid": "C1", **ends, "proto": "tcp", "conn_state": "SF", "duration": 3.0}
    ssl = {"ts": MOMENT + 1, "uid": "C1", **ends, "server_name": "relay.example"}
    (tmp_path / "conn.log").write_text(json.dumps(conn))
    (tmp_path / "ssl.log").write_text(json.dumps(ssl))
    (alert,) = read_alerts([tmp_path / "ssl.log", tmp_path / "conn.log"]).alerts
    assert (alert.name, alert.end - alert.start) == ("relay.example", 3.0)
    loss = {"ts": MOMENT, "note": "CaptureLoss::Too_Much_Loss", "msg": "no ends"}
    (tmp_path / "notice.log").write_text(json.dumps(loss))
    assert read_alerts([tmp_path / "notice.log"]).unread == 0


# docs.aws.amazon.com, flow log records: all fields of versions 2 to 5, without a header; behind a NAT gateway.
VPC_ALL = (
    "5 123456789010 eni-0a1b 10.0.1.5 203.0.113.5 41000 3333 6 20 4249 1767233575 1767233635 ACCEPT OK vpc-1 subnet-1"
    " i-0abc 3 IPv4 10.0.3.9 203.0.113.5 eu-1 euz1 - - - - egress 8"
)
# The same as CSV, as a query over a table of flow logs gives it.
VPC_TABLE = (
    '"version","interface_id","srcaddr","dstaddr","srcport","dstport","protocol","start","end","action"\n'
    '"2","eni-1","10.0.3.9","203.0.113.5","41000","3333","6","1767233575","1767233635","ACCEPT"'
)
# alibabacloud.com, Cloud Firewall log fields: a rule of access control that dropped; and one that let pass.
ALIYUN: dict[str, object] = {
    "__topic__": "cloudfirewall_access_log", "log_type": "internet_log", "start_time": "1767233575",
    "end_time": "1767233580", "src_ip": "10.0.3.9", "src_port": "41000", "dst_ip": "203.0.113.5", "dst_port": "3333",
    "ip_protocol": "tcp", "direction": "out", "rule_result": "drop", "acl_rule_id": "073a1475-6e11-43e2-8b28-98ce",
}  # fmt: skip
# falco.org, supported fields: `fd.name` of a connection; falco writes it where a rule's output names no single end.
FALCO: dict[str, object] = {
    "hostname": "n1", "rule": "Unexpected outbound connection", "priority": "Notice", "output": "…",
    "time": "2026-01-01T02:12:55.5Z",
    "output_fields": {"container.id": "0123456789ab", "fd.name": "10.0.3.9:41000->203.0.113.5:3333"},
}  # fmt: skip
# tetragon.io, events: `security_socket_connect` has a `sockaddr_arg`; in Kubernetes the container is the pod's.
TETRAGON: dict[str, object] = {
    "process_kprobe": {
        "process": {"binary": "/x", "pod": {"container": {"id": "containerd://0123456789abcdef0123456789abcdef"}}},
        "function_name": "security_socket_connect", "policy_name": "connect",
        "args": [{"sockaddr_arg": {"family": "AF_INET", "addr": "203.0.113.5", "port": 3333}}],
    },
    "node_name": "n1", "time": "2026-01-01T02:12:55.5Z",
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [VPC_ALL, VPC_TABLE, json.dumps(ALIYUN), json.dumps(FALCO), json.dumps(TETRAGON)],
    ids=["vpc-v5", "vpc-csv", "aliyun-acl", "falco-fd-name", "tetragon-sockaddr"],
)
def test_other_forms_of_the_formats(tmp_path: Path, text: str) -> None:
    """Each of them names the same connection."""
    logs = read(tmp_path, text.encode())
    (alert,) = logs.alerts
    assert logs.unread == 0
    assert alert.destination == "203.0.113.5:3333"
    assert "10.0.3.9" in (alert.src, "10.0.3.9" if alert.host else "")
    assert MOMENT <= alert.start <= MOMENT + 1


def test_what_was_let_pass_is_a_record_and_what_was_not_is_an_alert(tmp_path: Path) -> None:
    """A rule of access control that dropped is an alert by itself."""
    passed = {**ALIYUN, "rule_result": "pass", "src_port": "41001"}
    logs = read(tmp_path, "\n".join(map(json.dumps, (ALIYUN, passed))).encode())
    assert [alert.src_port for alert in logs.alerts] == [41_000]


# ArcSight CEF, with the fields for IPv6; a firewall that calls everything inbound; what is of no connection.
CEF_ALLOWED = (
    "CEF:0|V|F|1|Log|https|Unknown|act=Accept deviceDirection=0 rt=1767233575000 spt=1 dpt=443 dst=203.0.113.5"
    " src=10.0.3.9"
)
CEF_SIX = (
    "CEF:0|V|F|1|9|Dropped|Low|act=Drop rt=1767233575000 c6a2=2001:db8::9 c6a2Label=Source IPv6 Address"
    " c6a3=2001:db8::5 dpt=22"
)
CEF_NONE = "CEF:0|V|F|1|7|Update done|3|dvchost=fw rt=1767233575000 msg=policy installed"


def test_cef_of_firewalls(tmp_path: Path) -> None:
    """What was let through is a record, IPv6 has fields of its own, and what is of no connection is passed over."""
    logs = read(tmp_path, f"{CEF_ALLOWED}\n{CEF_NONE}\n".encode())
    assert [(alert.destination, alert.is_alert) for alert in logs.alerts] == [("203.0.113.5:443", False)]
    assert logs.unread == 0
    logs = read(tmp_path, f"{CEF_ALLOWED}\n{CEF_SIX}\n".encode())
    assert [(alert.src, alert.destination) for alert in logs.alerts] == [("2001:db8::9", "[2001:db8::5]:22")]


def test_a_collectors_time_is_the_lines(tmp_path: Path) -> None:
    """A kernel line out of the journal has no time of its own; the collector keeps it beside."""
    row = {
        "@timestamp": "2026-01-01T02:12:55.5Z",
        "message": "out: IN= OUT=e SRC=10.0.3.9 DST=203.0.113.5 PROTO=TCP DPT=22",
    }
    (alert,) = read(tmp_path, json.dumps(row).encode()).alerts
    assert alert.start == MOMENT + 0.5
    assert not alert.is_zone_assumed


@pytest.mark.parametrize(
    "value", [{}, [], [[1]], {"a": [1]}, None, True, 10**30, 1e308, "x" * 5_000, "::1%e", "\ud800"]
)
def test_values_of_any_kind_break_nothing(tmp_path: Path, value: object) -> None:
    """Each field of each format may hold anything; a line is read, passed over or unread, and the next one is read."""
    rows: list[dict[str, object]] = [line(0), ALIYUN, FALCO, TETRAGON, {"srcaddr": "a", "dstaddr": "b", "start": 1}]
    rows.append({"ts": 1.0, "id.orig_h": "10.0.3.9", "id.resp_h": "a", "note": "n", "answers": []})
    rows.append({"oob.prefix": "p", "oob.time.sec": 1, "oob.time.usec": 2, "src_ip": "a", "dest_ip": "b"})
    for row in rows:
        for key in row:
            data = json.dumps({**row, key: value}).encode() + b"\n" + LINES
            assert len(read(tmp_path, data).alerts) >= 5


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("is_list", [True, False])
def test_half_a_character_in_a_document_costs_one_object(tmp_path: Path, indent: int | None, is_list: bool) -> None:
    """What cannot be written down again is unread; those before and behind it are read."""
    rows = [line(number) for number in range(5)]
    rows[2]["alert"] = {"signature": "\ud800"}
    whole = json.dumps(rows, indent=1)
    data = whole if is_list else "\n".join(json.dumps(row, indent=indent) for row in rows)
    logs = read(tmp_path, data.encode())
    assert (len(logs.alerts), logs.unread) == (4, 1)
