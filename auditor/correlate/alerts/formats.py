"""One function for each log format: a parsed line becomes Fields, or None for a line that records no connection."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from auditor.correlate.alerts.moments import moment_of, syslog_moment

Line = Mapping[str, object]
_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmp6", "icmpv6": "icmp6", "ipv6-icmp": "icmp6"}
_NETFILTER = re.compile(r"\bIN=\S* OUT=\S*.*?\bSRC=(?P<src>\S+) DST=(?P<dst>\S+)")
_ISO_START = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}\S*")
_SYSLOG_HOST = re.compile(r"(?:<\d+>)?(?:\S+T\S+|[A-Z][a-z]{2}\s+\d+ [\d:]+) (\S+) kernel:")
_KERNEL = re.compile(r"^.*?kernel:\s*(?:\[\s*[\d.]+\]\s*)?|^(?:\[\s*[\d.]+\]|\S+T\S+|\[[^\]]*\])\s*")
_CEF_FIELD = re.compile(r"(?:^|(?<= ))(\w+)=((?:\\.|[^\\=])*?)(?= \w+=|$)", re.DOTALL)
_FD_NAME = re.compile(r"\[?([0-9a-fA-F:.]+?)\]?:(\d{1,5})->\[?([0-9a-fA-F:.]+?)\]?:(\d{1,5})$")
_FLOW_EVENTS = frozenset({"flow", "netflow"})
_CONTEXT_EVENTS = frozenset({"dns", "tls", "http", "ssh"})
_ADDRESS_ANSWERS = frozenset({"A", "AAAA"})
_LET_THROUGH = frozenset({"accept", "accepted", "allow", "allowed", "permit", "permitted", "pass", "passed"})
_LITTLE = frozenset({"0", "1", "2", "3", "low", "unknown", ""})
_LEAST_EPHEMERAL, _LEAST_USER = 32_768, 1_024
_ENDS_OF_CONNECTIONS = frozenset({"tcp_close", "inet_csk_destroy_sock"})
_ALERT_EVENTS = frozenset({"alert", "anomaly", "drop"})


class Fields(msgspec.Struct, frozen=True, gc=False):
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
    is_context: bool = False
    """Whether it only says more of a connection that another record is of: its names."""
    answers: tuple[str, ...] = ()
    """Addresses that a name was resolved to."""
    is_zone_assumed: bool = False
    is_year_assumed: bool = False
    is_counted: bool = False
    """Whether start and end bound an interval of counting rather than a connection."""


def suricata(line: Line) -> Fields | None:
    """Suricata EVE: alert, anomaly, drop are alerts, flow is a connection, and dns, tls, http, ssh say more of one."""
    kind = str(line.get("event_type"))
    if kind not in _FLOW_EVENTS and kind not in _ALERT_EVENTS and kind not in _CONTEXT_EVENTS:
        return None
    alert, flow, dns = _mapping(line.get("alert")), _mapping(line.get("flow")), _mapping(line.get("dns"))
    name = _first(line, ("tls", "sni"), ("http", "hostname"), ("dns", "rrname"))
    if not name:
        queries = dns.get("queries")
        first = _mapping(queries[0]) if isinstance(queries, list) and queries else {}
        name = str(first.get("rrname") or "")
    rule = str(alert.get("signature") or kind)
    near, far = _ends(line, flow)
    return Fields(
        start=flow.get("start") or line.get("timestamp"), end=flow.get("end") or line.get("timestamp"),
        src=near[0], src_port=near[1], dst=far[0], dst_port=far[1], protocol=line.get("proto"),
        host=line.get("host"), rule=rule, action=alert.get("action"), name=name,
        text=f"{rule} {alert.get('category', '')}", is_alert=kind in _ALERT_EVENTS,
        is_context=kind in _CONTEXT_EVENTS, answers=_answers(dns) if dns else (),
    )  # fmt: skip


def _ends(line: Line, flow: Line) -> tuple[tuple[object, object], tuple[object, object]]:
    """Tell client and server: an alert gives the ends of the packet, which may have been the server's answer."""
    if flow.get("src_ip") and flow.get("dest_ip"):
        return (flow["src_ip"], flow.get("src_port")), (flow["dest_ip"], flow.get("dest_port"))
    near, far = (line.get("src_ip"), line.get("src_port")), (line.get("dest_ip"), line.get("dest_port"))
    direction = line.get("direction")
    if direction == "to_client":
        return far, near
    is_answer = direction is None and line.get("event_type") == "alert" and _is_answer(near[1], far[1])
    return (far, near) if is_answer else (near, far)


def _is_answer(src_port: object, dst_port: object) -> bool:
    """Whether a packet went from a service to a client's port; before version 7 nothing else tells."""
    source, target = _number(src_port), _number(dst_port)
    return source is not None and target is not None and 0 < source < _LEAST_USER and target >= _LEAST_EPHEMERAL


def _answers(dns: Line) -> tuple[str, ...]:
    given = dns.get("answers")
    found = [
        str(each.get("rdata") or "")
        for each in (given if isinstance(given, list) else [])
        if isinstance(each, dict) and str(each.get("rrtype")) in _ADDRESS_ANSWERS
    ]
    grouped = _mapping(dns.get("grouped"))
    for kind in _ADDRESS_ANSWERS:
        values = grouped.get(kind)
        found += [str(value) for value in values] if isinstance(values, list) else []
    return tuple(found[:64])


def zeek(line: Line) -> Fields | None:
    """Zeek's records from TSV or JSON: notice and conn, and others that say more of a connection (ssl, http, dns)."""
    notice = str(line.get("note") or "")
    src, dst = line.get("id.orig_h") or line.get("src"), line.get("id.resp_h") or line.get("dst")
    if not src and not dst:
        return None
    start = line.get("ts")
    begun, duration = moment_of(start), _number(line.get("duration"))
    end: object = begun[0] + duration if begun is not None and duration is not None else start
    answers = line.get("answers")
    listed = answers.split(",") if isinstance(answers, str) else answers if isinstance(answers, list) else []
    is_inbound = _is_true(line.get("local_resp")) and _is_false(line.get("local_orig"))
    return Fields(
        start=start, end=end, src=src, src_port=line.get("id.orig_p"), dst=dst,
        dst_port=line.get("id.resp_p") or line.get("p"), protocol=line.get("proto"), host="",
        rule=notice or str(line.get("service") or "conn"), action=line.get("conn_state"),
        name=line.get("server_name") or line.get("query") or line.get("host"),
        text=f"{notice} {line.get('msg') or ''}", direction="in" if is_inbound else "", is_alert=bool(notice),
        is_context=not notice and "conn_state" not in line, answers=tuple(str(each) for each in listed[:64]),
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
        is_year_assumed=moment is None and iso is None,
    )  # fmt: skip


def cef(text: str) -> Fields | None:
    """CEF: a header of eight parts, then `key=value` pairs whose values may hold spaces; None for no connection.

    A connection that was let through, of no or little severity, is a record; all else is an alert.
    """
    _, _, rest = text.partition("CEF:")
    parts = re.split(r"(?<!\\)\|", rest, maxsplit=7)
    if len(parts) < 8:
        return None
    found = {key: re.sub(r"\\([=\\|])", r"\1", value) for key, value in _CEF_FIELD.findall(parts[7])}
    rule = re.sub(r"\\([\\|])", r"\1", parts[5])
    dst = found.get("dst") or found.get("c6a3")
    if not dst and not found.get("dhost"):
        return None
    is_passed = found.get("act", "").lower() in _LET_THROUGH and parts[6].lower() in _LITTLE
    return Fields(
        start=found.get("start") or found.get("rt"), end=found.get("end") or found.get("start") or found.get("rt"),
        src=found.get("src") or found.get("c6a2"), src_port=found.get("spt"), dst=dst, dst_port=found.get("dpt"),
        protocol=found.get("proto"), host=found.get("shost") or found.get("dvchost"), rule=rule,
        action=found.get("act"), name=found.get("dhost"), text=f"{rule} {found.get('cat', '')}",
        direction={"0": "in", "1": "out"}.get(found.get("deviceDirection", ""), ""), is_alert=not is_passed,
    )  # fmt: skip


def falco(line: Line) -> Fields | None:
    """Falco's JSON output: connection fields where the rule's output has them, else what `fd.name` says."""
    fields = _mapping(line.get("output_fields"))
    rule = str(line.get("rule") or "")
    moment = fields.get("evt.time") or fields.get("evt.time.iso8601") or line.get("time")
    container = fields.get("container.id")
    src, src_port = fields.get("fd.cip"), fields.get("fd.cport")
    dst, dst_port = fields.get("fd.rip") or fields.get("fd.sip"), fields.get("fd.rport") or fields.get("fd.sport")
    named = _FD_NAME.match(str(fields.get("fd.name") or "")[:200])
    if named is not None:
        src, src_port = src or named[1], src_port or named[2]
        dst, dst_port = dst or named[3], dst_port or named[4]
    return Fields(
        start=moment, end=moment, src=src, src_port=src_port, dst=dst, dst_port=dst_port,
        protocol=fields.get("fd.l4proto"),
        host=container if container not in (None, "", "host") else line.get("hostname"), rule=rule,
        action=line.get("priority"), text=f"{rule} {fields.get('proc.cmdline') or ''}",
    )  # fmt: skip


def tetragon(line: Line) -> Fields | None:
    """Tetragon's `process_kprobe` events with a socket; starts and ends of processes are no connections."""
    probe = _mapping(line.get("process_kprobe"))
    given = probe.get("args")
    arguments = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
    sock = next((_mapping(each["sock_arg"]) for each in arguments if "sock_arg" in each), {})
    target = next((_mapping(each["sockaddr_arg"]) for each in arguments if "sockaddr_arg" in each), {})
    if not sock and not target:
        return None
    process = _mapping(probe.get("process"))
    container = str(_mapping(_mapping(process.get("pod")).get("container")).get("id") or "").rpartition("//")[2]
    rule = str(probe.get("policy_name") or probe.get("function_name") or "")
    return Fields(
        start=line.get("time"), end=line.get("time"), src=sock.get("saddr"), src_port=sock.get("sport"),
        dst=sock.get("daddr") or target.get("addr"), dst_port=sock.get("dport") or target.get("port"),
        protocol=sock.get("protocol"), host=process.get("docker") or container or line.get("node_name"), rule=rule,
        action=probe.get("action"), is_alert=str(probe.get("function_name")) not in _ENDS_OF_CONNECTIONS,
        text=f"{rule} {process.get('binary') or ''} {process.get('arguments') or ''}",
    )  # fmt: skip


def protocol_name(value: object) -> str:
    """Give a protocol's name in lower case, from its name or number."""
    text = str(value or "").lower().removeprefix("ipproto_")
    return _PROTOCOLS.get(text, text)[:20]


def _is_true(value: object) -> bool:
    return value is True or value == "T"


def _is_false(value: object) -> bool:
    return value is False or value == "F"


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
