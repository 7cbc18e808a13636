"""Every format of log, from a line as its program writes it: the source of each line is named beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.correlate.alerts import read_alerts
from auditor.correlate.records import Alert

# ulogd2 2.0.8 with its JSON output wrote this line in tests/correlate/lab.py's firewall, shortened by what is not read.
ULOGD = (
    '{"timestamp": "2026-11-23T19:04:07.535250", "dvc": "Netfilter", "oob.prefix": "mining pool port ",'
    ' "oob.time.sec": 1795463047, "oob.time.usec": 535250, "oob.hook": 2, "ip.protocol": 6, "src_port": 36102,'
    ' "dest_port": 3333, "tcp.syn": 1, "oob.in": "s10", "oob.out": "o0", "src_ip": "10.77.1.2",'
    ' "dest_ip": "203.0.113.77"}'
)
# docs.suricata.io, EVE JSON format: alert, with the flow object and a zone without a colon.
EVE = (
    '{"timestamp":"2026-01-01T03:12:56.500000+0100","flow_id":1,"event_type":"alert","src_ip":"10.0.3.9","src_port":41000,'
    '"dest_ip":"203.0.113.5","dest_port":3333,"proto":"TCP","alert":{"action":"allowed","signature_id":2024792,'
    '"signature":"ET COINMINER Stratum","category":"Crypto Currency Mining","severity":2},'
    '"flow":{"start":"2026-01-01T03:12:55.000000+0100"}}'
)
# The same page: a TLS record of the same connection, which lends its name; `stats` records no connection.
EVE_TLS = (
    '{"timestamp":"2026-01-01T03:12:55.600000+0100","event_type":"tls","src_ip":"10.0.3.9","src_port":41000,'
    '"dest_ip":"203.0.113.5","dest_port":3333,"proto":"TCP","tls":{"sni":"Pool.Example"}}'
)
EVE_STATS = '{"timestamp":"2026-01-01T03:12:55.600000+0100","event_type":"stats","stats":{}}'
# docs.zeek.org, log formats: TSV with its header, conn.log.
ZEEK_TSV = (
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\tconn_state\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tstring\n"
    "1767233575.104000\tCx1\t10.0.3.9\t41000\t203.0.113.5\t22\ttcp\tssh\t3600.5\tSF\n"
    "1767233576.104000\tCx2\t10.0.3.9\t41001\t203.0.113.5\t22\ttcp\t-\t-\tS0"
)
# docs.zeek.org, notice.log as JSON.
ZEEK_NOTICE = (
    '{"ts":1767233575.104,"uid":"Cx1","id.orig_h":"10.0.3.9","id.orig_p":41000,"id.resp_h":"203.0.113.5","id.resp_p":22,'
    '"proto":"tcp","note":"Scan::Port_Scan","msg":"10.0.3.9 scanned","src":"10.0.3.9","dst":"203.0.113.5"}'
)
# netfilter.org, the kernel's log target as rsyslog keeps it (RFC 3164), as an ISO time, and from journalctl -o json.
KERNEL = (
    "Jan  1 02:12:55 fw1 kernel: [12345.678901] tunnel out: IN= OUT=eth0 SRC=10.0.3.9 DST=203.0.113.5 LEN=60 TOS=0x00"
    " PREC=0x00 TTL=64 ID=1 DF PROTO=TCP SPT=41000 DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0 UID=0 GID=0"
)
KERNEL_ISO = KERNEL.replace("Jan  1 02:12:55", "2026-01-01T03:12:55.250000+01:00")
JOURNAL = (
    '{"__REALTIME_TIMESTAMP":"1767233575250000","_HOSTNAME":"fw1","MESSAGE":"tunnel out: IN= OUT=eth0 SRC=10.0.3.9'
    ' DST=203.0.113.5 LEN=60 PROTO=TCP SPT=41000 DPT=22"}'
)
UPTIME_ONLY = "[12345.678901] tunnel out: IN= OUT=eth0 SRC=10.0.3.9 DST=203.0.113.5 PROTO=TCP SPT=1 DPT=22"
# docs.aws.amazon.com, flow log records: the default format, and a custom one with its header.
VPC = "2 123456789010 eni-0a1b 10.0.3.9 203.0.113.5 41000 3333 6 20 4249 1767233575 1767233635 REJECT OK"
VPC_NODATA = "2 123456789010 eni-0a1b - - - - - - - 1767233575 1767233635 - NODATA"
VPC_CUSTOM = (
    "srcaddr dstaddr srcport dstport protocol start end action flow-direction instance-id\n"
    "10.0.3.9 203.0.113.5 41000 3333 6 1767233575 1767233635 ACCEPT egress i-0abc"
)
# help.aliyun.com, Cloud Firewall log fields; the value of attack_type_name_en is the documented example.
ALIYUN = (
    '{"__topic__":"cloudfirewall_ips_log","log_type":"internet_ips_log","start_time":"1767233575","end_time":"1767233580",'
    '"src_ip":"10.0.3.9","src_port":"41000","dst_ip":"203.0.113.5","dst_port":"3333","ip_protocol":"tcp",'
    '"direction":"out","attack_type_name_en":"Mining Behavior","rule_result":"alert","domain":"pool.example",'
    '"cloud_instance_id":"i-0abc"}'
)
# ArcSight Common Event Format, implementation standard: escapes in header and extension, a time with its month's name.
CEF = (
    r"<14>Jan  1 02:12:55 fw CEF:0|Vendor|Fire\|wall|1.0|100|Reverse shell \| out|9|"
    r"rt=Jan 01 2026 02:12:55.500 src=10.0.3.9 spt=41000 dst=203.0.113.5 dpt=4444 proto=TCP act=blocked"
    r" msg=a text with blanks and \= in it dhost=relay.example"
)
# falco.org, output: JSON with output_fields.
FALCO = (
    '{"hostname":"node1","output":"...","priority":"Critical","rule":"Detect crypto miners using the Stratum protocol",'
    '"source":"syscall","time":"2026-01-01T02:12:55.500000000Z","output_fields":{"container.id":"0123456789ab",'
    '"evt.time":1767233575500000000,"fd.cip":"10.0.3.9","fd.cport":41000,"fd.rip":"203.0.113.5","fd.rport":3333,'
    '"fd.l4proto":"tcp","proc.cmdline":"xmrig"}}'
)
# tetragon.io, events: process_kprobe of tcp_connect; process_exec records no connection.
TETRAGON = (
    '{"process_kprobe":{"process":{"pid":1,"binary":"/usr/bin/ssh","arguments":"-R 1:l:2 h",'
    '"docker":"0123456789abcdef0123456789abcde"},"function_name":"tcp_connect","policy_name":"connect",'
    '"args":[{"sock_arg":{"family":"AF_INET","protocol":"IPPROTO_TCP","saddr":"10.0.3.9","daddr":"203.0.113.5",'
    '"sport":41000,"dport":22}}],"action":"KPROBE_ACTION_POST"},"node_name":"node1",'
    '"time":"2026-01-01T02:12:55.500123456Z"}'
)
TETRAGON_EXEC = '{"process_exec":{"process":{"pid":1}},"node_name":"node1","time":"2026-01-01T02:12:55.5Z"}'
MOMENT = 1767233575.0


def one(tmp_path: Path, text: str) -> Alert:
    """Read a log that has one alert."""
    alerts, unread = read(tmp_path, text)
    assert unread == 0
    assert len(alerts) == 1
    return alerts[0]


def read(tmp_path: Path, text: str) -> tuple[tuple[Alert, ...], int]:
    """Read a log."""
    path = tmp_path / "log"
    path.write_text(text + "\n")
    logs = read_alerts([path], 2026)
    return logs.alerts, logs.unread


@pytest.mark.parametrize(
    ("text", "source", "start", "port", "category"),
    [
        (ULOGD, "ulogd", 1795463047.53525, 3333, "mining"),
        (EVE, "suricata", MOMENT - 0.0, 3333, "mining"),
        (ZEEK_NOTICE, "zeek", MOMENT + 0.104, 22, "scan"),
        (KERNEL, "netfilter", MOMENT, 22, "tunnel"),
        (KERNEL_ISO, "netfilter", MOMENT + 0.25, 22, "tunnel"),
        (JOURNAL, "netfilter", MOMENT + 0.25, 22, "tunnel"),
        (VPC, "aws-vpc", MOMENT, 3333, "other"),
        (VPC_CUSTOM, "aws-vpc", MOMENT, 3333, "other"),
        (ALIYUN, "aliyun", MOMENT, 3333, "mining"),
        (CEF, "cef", MOMENT + 0.5, 4444, "shell"),
        (FALCO, "falco", MOMENT + 0.5, 3333, "mining"),
        (TETRAGON, "tetragon", MOMENT + 0.500123, 22, "other"),
    ],
    ids="ulogd eve zeek kernel iso journal vpc vpc-custom aliyun cef falco tetragon".split(),
)
def test_each_format(tmp_path: Path, text: str, source: str, start: float, port: int, category: str) -> None:
    """Time, ends, protocol and category come out of every format alike."""
    alert = one(tmp_path, text)
    assert (alert.source, alert.dst_port, alert.category) == (source, port, category)
    assert alert.start == pytest.approx(start, abs=1e-5)
    assert alert.dst in ("203.0.113.5", "203.0.113.77")
    assert alert.src in ("10.0.3.9", "10.77.1.2")
    assert alert.protocol == "tcp"
    assert len(alert.digest) == 32


def test_what_formats_say_besides(tmp_path: Path) -> None:
    """Hosts, names, directions, rules with their escapes, and times without a zone."""
    assert one(tmp_path, ALIYUN).name == "pool.example"
    assert one(tmp_path, ALIYUN).direction == "out"
    assert one(tmp_path, CEF).rule == "Reverse shell | out"
    assert one(tmp_path, CEF).name == "relay.example"
    assert one(tmp_path, FALCO).host == "0123456789ab"
    assert one(tmp_path, KERNEL).rule == "tunnel out:"
    assert one(tmp_path, KERNEL).host == "fw1"
    assert one(tmp_path, KERNEL).is_zone_assumed
    assert not one(tmp_path, KERNEL_ISO).is_zone_assumed
    assert one(tmp_path, VPC).onset == 60
    assert one(tmp_path, EVE).end == pytest.approx(MOMENT + 1.5)


def test_tsv_of_zeek(tmp_path: Path) -> None:
    """A conn.log is taken whole, with durations, and unset fields are none."""
    alerts, unread = read(tmp_path, ZEEK_TSV)
    assert unread == 0
    assert [alert.end - alert.start for alert in alerts] == [pytest.approx(3600.5), 0]
    assert {alert.is_alert for alert in alerts} == {False}


def test_records_of_connections_lend_their_names(tmp_path: Path) -> None:
    """Where a log has alerts, its other records are context and no alerts."""
    alert = one(tmp_path, f"{EVE_STATS}\n{EVE_TLS}\n{EVE}")
    assert alert.name == "pool.example"


@pytest.mark.parametrize("text", [VPC_NODATA, TETRAGON_EXEC, EVE_STATS])
def test_lines_without_a_connection_are_passed_over(tmp_path: Path, text: str) -> None:
    """They are neither alerts nor unread."""
    assert read(tmp_path, text) == ((), 0)


@pytest.mark.parametrize(
    "text",
    [
        UPTIME_ONLY, "hello", "{", "[1, 2]", '{"a": 1}', "CEF:0|x", "{" * 5_000, "\x00\xff", "2 3 4",
        '{"event_type":"alert","timestamp":"never","src_ip":"10.0.3.9","dest_ip":"203.0.113.5"}',
        '{"event_type":"alert","timestamp":true,"alert":[],"flow":7,"src_ip":{},"dest_ip":[]}',
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_counted(tmp_path: Path, text: str) -> None:
    """A line of no known format, or without a time, is said to be unread."""
    assert read(tmp_path, text) == ((), 1)


def test_lines_that_programs_wrote() -> None:
    """What ulogd2 and the kernel themselves wrote is read whole; `logs/README.md` says how they came to be."""
    folder = Path(__file__).with_name("logs")
    logs = read_alerts([folder / "ulogd.json"], 2026)
    alerts = logs.alerts
    assert logs.unread == 0
    assert [(alert.src, alert.destination, alert.category, alert.protocol) for alert in alerts] == [
        ("10.77.2.2", "203.0.113.50:22", "tunnel", "tcp"), ("10.77.3.2", "203.0.113.77:3333", "mining", "tcp"),
    ]  # fmt: skip
    assert all(alert.src_port > 1_024 and alert.onset == 0 for alert in alerts)
    logs = read_alerts([folder / "kernel.log"], 2026)
    (alert,) = logs.alerts
    assert logs.unread == 0
    assert (alert.rule, alert.destination, alert.src_port) == ("tunnel out:", "203.0.113.50:4444", 39_786)
    assert alert.start == pytest.approx(1_795_470_838.074482, abs=1e-3)
    assert not alert.is_zone_assumed
