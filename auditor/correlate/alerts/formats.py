"""One function for each log format: a parsed line becomes Fields, or None for a line that records no connection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from auditor.correlate.alerts.moments import moment_of, syslog_moment

Line = Mapping[str, object]
_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmp6"}
_NETFILTER = re.compile(r"\bIN=\S* OUT=\S*.*?\bSRC=(?P<src>\S+) DST=(?P<dst>\S+)")
_ISO_START = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}\S*")
_SYSLOG_HOST = re.compile(r"(?:<\d+>)?(?:\S+T\S+|[A-Z][a-z]{2}\s+\d+ [\d:]+) (\S+) kernel:")
_KERNEL = re.compile(r"^.*?kernel:\s*(?:\[\s*[\d.]+\]\s*)?|^(?:\[\s*[\d.]+\]|\S+T\S+|\[[^\]]*\])\s*")
_CEF_FIELD = re.compile(r"(?:^|(?<= ))(\w+)=((?:\\.|[^\\=])*?)(?= \w+=|$)", re.DOTALL)
_FLOW_EVENTS = frozenset({"flow", "netflow", "dns", "tls", "http", "ssh"})
_ALERT_EVENTS = frozenset({"alert", "anomaly", "drop"})


@dataclass(frozen=True, slots=True)
class Fields:
    """What a line says, as it says it. `text` is what the category is told by."""

    start: object
    end: object
    src: object
    src_port: object
    dst: object
    dst_port: object
    protocol: object
    host: object
    rule: str
    action: object = ""
    name: object = ""
    text: str = ""
    direction: str = ""
    is_alert: bool = True
    is_zone_assumed: bool = False
    is_counted: bool = False
    """Whether start and end bound an interval of counting rather than a connection."""


def suricata(line: Line) -> Fields | None:
    """Suricata EVE: `event_type` alert, anomaly, drop; flow, dns, tls, http and ssh are records of connections."""
    kind = line.get("event_type")
    if kind not in _FLOW_EVENTS and kind not in _ALERT_EVENTS:
        return None
    alert, flow = _mapping(line.get("alert")), _mapping(line.get("flow"))
    name = _first(line, ("tls", "sni"), ("http", "hostname"), ("dns", "rrname"))
    if not name:
        queries = _mapping(line.get("dns")).get("queries")
        first = _mapping(queries[0]) if isinstance(queries, list) and queries else {}
        name = str(first.get("rrname") or "")
    rule = str(alert.get("signature") or kind)
    return Fields(
        start=flow.get("start") or line.get("timestamp"), end=flow.get("end") or line.get("timestamp"),
        src=line.get("src_ip"), src_port=line.get("src_port"), dst=line.get("dest_ip"),
        dst_port=line.get("dest_port"), protocol=line.get("proto"), host=line.get("host"), rule=rule,
        action=alert.get("action"), name=name, text=f"{rule} {alert.get('category', '')}",
        is_alert=kind in _ALERT_EVENTS,
    )  # fmt: skip


def zeek(line: Line) -> Fields | None:
    """Zeek conn and notice records, from TSV or JSON."""
    notice = str(line.get("note") or "")
    start = line.get("ts")
    begun, duration = moment_of(start), _number(line.get("duration"))
    end: object = begun[0] + duration if begun is not None and duration is not None else start
    return Fields(
        start=start, end=end, src=line.get("id.orig_h") or line.get("src"), src_port=line.get("id.orig_p"),
        dst=line.get("id.resp_h") or line.get("dst"), dst_port=line.get("id.resp_p") or line.get("p"),
        protocol=line.get("proto"), host="", rule=notice or str(line.get("service") or "conn"),
        action=line.get("conn_state"), name=line.get("server_name") or line.get("query"),
        text=f"{notice} {line.get('msg') or ''}", is_alert=bool(notice),
    )  # fmt: skip


def ulogd(line: Line) -> Fields | None:
    """ulogd2's JSON: `timestamp` is local, so `oob.time.sec` and `oob.time.usec` are used."""
    seconds = _number(line.get("oob.time.sec"))
    start: object = line.get("timestamp")
    if seconds is not None:
        start = seconds + (_number(line.get("oob.time.usec")) or 0.0) / 1e6
    prefix = str(line.get("oob.prefix") or "").strip()
    return Fields(
        start=start, end=start, src=line.get("src_ip"), src_port=line.get("src_port"), dst=line.get("dest_ip"),
        dst_port=line.get("dest_port"), protocol=line.get("ip.protocol"), host="", rule=prefix, action="log",
        text=prefix,
    )  # fmt: skip


def journald(line: Line, year: int) -> Fields | None:
    """`journalctl -o json` of the kernel: the log line is in `MESSAGE`, the time in microseconds."""
    microseconds = _number(line.get("__REALTIME_TIMESTAMP") or line.get("_SOURCE_REALTIME_TIMESTAMP"))
    return netfilter(str(line.get("MESSAGE") or ""), year, None if microseconds is None else microseconds / 1e6,
                     str(line.get("_HOSTNAME") or ""))  # fmt: skip


def netfilter(text: str, year: int, moment: float | None = None, host: str = "") -> Fields | None:
    """The kernel's line for an nftables or iptables `log` statement, from syslog, journald or dmesg.

    A line with nothing but the kernel's uptime has no time that could be compared.
    """
    match = _NETFILTER.search(text)
    if match is None:
        return None
    iso = _ISO_START.match(re.sub(r"^<\d+>", "", text))
    start: object = moment if moment is not None else (iso[0] if iso else syslog_moment(text[:64], year))
    named = _SYSLOG_HOST.match(text)
    prefix = _KERNEL.sub("", text[: match.start()], count=1).strip()
    ports = dict(re.findall(r"\b(SPT|DPT|PROTO)=(\S+)", text))
    return Fields(
        start=start, end=start, src=match["src"], src_port=ports.get("SPT"), dst=match["dst"],
        dst_port=ports.get("DPT"), protocol=ports.get("PROTO"), host=named[1] if named else host, rule=prefix,
        action="log", text=prefix, is_zone_assumed=moment is None and iso is None,
    )  # fmt: skip


def aws_vpc(line: Line) -> Fields | None:
    """AWS VPC flow logs, fields by name (the default order, or as a header says); an interval of counting each."""
    if line.get("log-status") not in {None, "OK"}:
        return None
    direction = {"ingress": "in", "egress": "out"}.get(str(line.get("flow-direction") or ""), "")
    return Fields(
        start=line.get("start"), end=line.get("end"), src=line.get("pkt-srcaddr") or line.get("srcaddr"),
        src_port=line.get("srcport"), dst=line.get("pkt-dstaddr") or line.get("dstaddr"),
        dst_port=line.get("dstport"), protocol=line.get("protocol"),
        host=line.get("instance-id") or line.get("interface-id"), rule=f"flow {line.get('action')}",
        action=line.get("action"), direction=direction, is_alert=line.get("action") == "REJECT", is_counted=True,
    )  # fmt: skip


def aliyun(line: Line) -> Fields | None:
    """Alibaba Cloud Firewall and VPC flow logs as the log service exports them."""
    attack = str(line.get("attack_type_name_en") or line.get("ips_rule_name_en") or "").strip("-")
    rule = attack or str(line.get("rule_source") or "flow")
    is_counted = line.get("__topic__") == "flow_log"
    return Fields(
        start=line.get("start_time") or line.get("start"), end=line.get("end_time") or line.get("end"),
        src=line.get("src_ip") or line.get("srcaddr"), src_port=line.get("src_port") or line.get("srcport"),
        dst=line.get("dst_ip") or line.get("dstaddr"), dst_port=line.get("dst_port") or line.get("dstport"),
        protocol=line.get("ip_protocol") or line.get("protocol"),
        host=line.get("cloud_instance_id") or line.get("vm-id"), rule=rule,
        action=line.get("rule_result") or line.get("action"), name=line.get("domain"), text=rule,
        direction=str(line.get("direction") or ""), is_alert=bool(attack), is_counted=is_counted,
    )  # fmt: skip


def cef(text: str) -> Fields | None:
    """CEF: a header of eight parts, then `key=value` pairs whose values may hold spaces."""
    _, _, rest = text.partition("CEF:")
    parts = re.split(r"(?<!\\)\|", rest, maxsplit=7)
    if len(parts) < 8:
        return None
    found = {key: re.sub(r"\\([=\\|])", r"\1", value) for key, value in _CEF_FIELD.findall(parts[7])}
    rule = re.sub(r"\\([\\|])", r"\1", parts[5])
    return Fields(
        start=found.get("start") or found.get("rt"), end=found.get("end") or found.get("start") or found.get("rt"),
        src=found.get("src"), src_port=found.get("spt"), dst=found.get("dst"), dst_port=found.get("dpt"),
        protocol=found.get("proto"), host=found.get("shost") or found.get("dvchost"), rule=rule,
        action=found.get("act"), name=found.get("dhost"), text=f"{rule} {found.get('cat', '')}",
        direction={"0": "in", "1": "out"}.get(found.get("deviceDirection", ""), ""),
    )  # fmt: skip


def falco(line: Line) -> Fields | None:
    """Falco's JSON output: connection fields where the rule's output has them."""
    fields = _mapping(line.get("output_fields"))
    rule = str(line.get("rule") or "")
    moment = fields.get("evt.time") or line.get("time")
    container = fields.get("container.id")
    return Fields(
        start=moment, end=moment, src=fields.get("fd.cip"), src_port=fields.get("fd.cport"),
        dst=fields.get("fd.rip") or fields.get("fd.sip"), dst_port=fields.get("fd.rport") or fields.get("fd.sport"),
        protocol=fields.get("fd.l4proto"),
        host=container if container not in (None, "", "host") else line.get("hostname"), rule=rule,
        action=line.get("priority"), text=f"{rule} {fields.get('proc.cmdline') or ''}",
    )  # fmt: skip


def tetragon(line: Line) -> Fields | None:
    """Tetragon's `process_kprobe` events with a socket; starts and ends of processes are no connections."""
    probe = _mapping(line.get("process_kprobe"))
    given = probe.get("args")
    arguments = given if isinstance(given, list) else []
    sock = next((_mapping(each["sock_arg"]) for each in arguments if isinstance(each, dict) and "sock_arg" in each), {})
    if not sock:
        return None
    process = _mapping(probe.get("process"))
    rule = str(probe.get("policy_name") or probe.get("function_name") or "")
    return Fields(
        start=line.get("time"), end=line.get("time"), src=sock.get("saddr"), src_port=sock.get("sport"),
        dst=sock.get("daddr"), dst_port=sock.get("dport"), protocol=sock.get("protocol"),
        host=process.get("docker") or line.get("node_name"), rule=rule, action=probe.get("action"),
        text=f"{rule} {process.get('binary') or ''} {process.get('arguments') or ''}",
    )  # fmt: skip


def protocol_name(value: object) -> str:
    """Give a protocol's name in lower case, from its name or number."""
    text = str(value or "").lower().removeprefix("ipproto_")
    return _PROTOCOLS.get(text, text)[:20]


def _mapping(value: object) -> Line:
    return value if isinstance(value, dict) else {}


def _first(line: Line, *paths: tuple[str, str]) -> str:
    for outer, inner in paths:
        value = _mapping(line.get(outer)).get(inner)
        if isinstance(value, str):
            return value
    return ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None
