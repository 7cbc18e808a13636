"""One function for each log format: a parsed line becomes the fields of an Alert, or None for a line that is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from auditor.correlate.alerts.moments import moment_of, syslog_moment

Fields = dict[str, Any]
Line = Mapping[str, Any]
_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmp6"}
_NETFILTER = re.compile(r"(?P<prefix>[^\]:]*?)\s*IN=(?P<in>\S*) OUT=(?P<out>\S*).*?SRC=(?P<src>\S+) DST=(?P<dst>\S+)")
_KERNEL_TIME = re.compile(r"\[\s*(\d+\.\d+)\]")
_CEF_FIELD = re.compile(r"(?:^| )(\w+)=((?:\\.|[^\\])*?)(?= \w+=|$)", re.DOTALL)


def suricata(line: Line) -> Fields | None:
    """Suricata EVE: `event_type` alert, flow, dns, tls, http, ssh."""
    alert = line.get("alert") if isinstance(line.get("alert"), dict) else {}
    flow = line.get("flow") if isinstance(line.get("flow"), dict) else {}
    name = _first(line, ("tls", "sni"), ("http", "hostname"), ("dns", "rrname"))
    rule = str((alert or {}).get("signature") or line.get("event_type") or "")
    return {
        "start": (flow or {}).get("start") or line.get("timestamp"), "end": line.get("timestamp"),
        "src": line.get("src_ip"), "src_port": line.get("src_port"), "dst": line.get("dest_ip"),
        "dst_port": line.get("dest_port"), "protocol": line.get("proto"), "host": line.get("host"), "rule": rule,
        "action": (alert or {}).get("action"), "name": name, "text": f"{rule} {(alert or {}).get('category', '')}",
        "is_alert": line.get("event_type") in {"alert", "anomaly", "drop"},
    }  # fmt: skip


def zeek(line: Line) -> Fields | None:
    """Zeek conn and notice records, from TSV or JSON."""
    notice = str(line.get("note") or "")
    start = line.get("ts")
    begun = moment_of(start)
    duration = line.get("duration")
    end: object = start
    if begun is not None and _is_number(duration):
        end = begun[0] + float(duration)  # type: ignore[arg-type]
    return {
        "start": start, "end": end, "src": line.get("id.orig_h") or line.get("src"), "src_port": line.get("id.orig_p"),
        "dst": line.get("id.resp_h") or line.get("dst"), "dst_port": line.get("id.resp_p") or line.get("p"),
        "protocol": line.get("proto"), "host": line.get("host"), "rule": notice or str(line.get("service") or "conn"),
        "action": line.get("conn_state"), "name": line.get("server_name") or line.get("query"),
        "text": f"{notice} {line.get('msg', '')}", "is_alert": bool(notice),
    }  # fmt: skip


def ulogd(line: Line) -> Fields | None:
    """ulogd2's JSON: `timestamp` is local, so `oob.time.sec` and `oob.time.usec` are used."""
    seconds = line.get("oob.time.sec")
    start: object = line.get("timestamp")
    if _is_number(seconds):
        start = float(seconds) + float(line.get("oob.time.usec") or 0) / 1e6  # type: ignore[arg-type]
    prefix = str(line.get("oob.prefix") or "")
    return {
        "start": start, "end": start, "src": line.get("src_ip"), "src_port": line.get("src_port"),
        "dst": line.get("dest_ip"), "dst_port": line.get("dest_port"), "protocol": line.get("ip.protocol"),
        "host": line.get("dvc"), "rule": prefix, "action": "log", "name": "", "text": prefix, "is_alert": True,
    }  # fmt: skip


def netfilter(text: str, year: int) -> Fields | None:
    """The kernel's line for an nftables or iptables `log` statement, from syslog, journald or dmesg."""
    match = _NETFILTER.search(text)
    if match is None:
        return None
    iso = re.match(r"(\d{4}-\d{2}-\d{2}T\S+)", text)
    start: object = iso[1] if iso else syslog_moment(text, year)
    if start is None and (kernel := _KERNEL_TIME.search(text)):
        start = float(kernel[1])
    host = re.match(r"(?:\S+T\S+|[A-Z][a-z]{2}\s+\d+ [\d:]+) (\S+) kernel", text)
    prefix = re.sub(r"^.*?kernel:\s*(?:\[\s*[\d.]+\]\s*)?", "", match["prefix"] if "kernel" in match["prefix"] else
                    text[: match.end("prefix")]).strip()  # fmt: skip
    ports = dict(re.findall(r"\b(SPT|DPT|PROTO)=(\S+)", text))
    return {
        "start": start, "end": start, "src": match["src"], "src_port": ports.get("SPT"), "dst": match["dst"],
        "dst_port": ports.get("DPT"), "protocol": ports.get("PROTO"), "host": host[1] if host else "", "rule": prefix,
        "action": "log", "name": "", "text": prefix, "is_alert": True, "is_assumed": iso is None,
    }  # fmt: skip


def aws_vpc(line: Line) -> Fields | None:
    """AWS VPC flow logs, fields by name (the default order, or as a header says)."""
    if line.get("log-status") not in {None, "OK"}:
        return None
    return {
        "start": line.get("start"), "end": line.get("end"), "src": line.get("srcaddr"),
        "src_port": line.get("srcport"), "dst": line.get("dstaddr"), "dst_port": line.get("dstport"),
        "protocol": line.get("protocol"), "host": line.get("instance-id") or line.get("interface-id"),
        "rule": f"flow {line.get('action')}", "action": line.get("action"), "name": "", "text": "",
        "is_alert": line.get("action") == "REJECT",
    }  # fmt: skip


def aliyun(line: Line) -> Fields | None:
    """Alibaba Cloud Firewall and VPC flow logs as the log service exports them."""
    rule = str(line.get("attack_type_name_en") or line.get("ips_rule_name_en") or line.get("rule_source") or "flow")
    return {
        "start": line.get("start_time") or line.get("start"), "end": line.get("end_time") or line.get("end"),
        "src": line.get("src_ip") or line.get("srcaddr"), "src_port": line.get("src_port") or line.get("srcport"),
        "dst": line.get("dst_ip") or line.get("dstaddr"), "dst_port": line.get("dst_port") or line.get("dstport"),
        "protocol": line.get("ip_protocol") or line.get("protocol"),
        "host": line.get("cloud_instance_id") or line.get("vm-id"), "rule": rule,
        "action": line.get("rule_result") or line.get("action"), "name": line.get("domain"), "text": rule,
        "is_alert": bool(line.get("attack_type_name_en") or line.get("ips_rule_id")),
    }  # fmt: skip


def cef(text: str) -> Fields | None:
    """CEF: a header of eight parts, then `key=value` pairs whose values may hold spaces."""
    _, _, rest = text.partition("CEF:")
    parts = re.split(r"(?<!\\)\|", rest, maxsplit=7)
    if len(parts) < 8:
        return None
    found = {key: re.sub(r"\\([=\\|])", r"\1", value) for key, value in _CEF_FIELD.findall(parts[7])}
    rule = parts[5]
    return {
        "start": found.get("start") or found.get("rt"), "end": found.get("end") or found.get("rt"),
        "src": found.get("src"), "src_port": found.get("spt"), "dst": found.get("dst"), "dst_port": found.get("dpt"),
        "protocol": found.get("proto"), "host": found.get("dvchost") or found.get("shost"), "rule": rule,
        "action": found.get("act"), "name": found.get("dhost"), "text": f"{rule} {found.get('cat', '')}", "is_alert": True,
    }  # fmt: skip


def falco(line: Line) -> Fields | None:
    """Falco's JSON output: connection fields where the rule's output has them."""
    fields = line.get("output_fields") if isinstance(line.get("output_fields"), dict) else {}
    fields = fields or {}
    rule = str(line.get("rule") or "")
    moment = fields.get("evt.time") or line.get("time")
    return {
        "start": moment, "end": moment, "src": fields.get("fd.cip"), "src_port": fields.get("fd.cport"),
        "dst": fields.get("fd.rip") or fields.get("fd.sip"), "dst_port": fields.get("fd.rport") or fields.get("fd.sport"),
        "protocol": fields.get("fd.l4proto"), "host": fields.get("container.id") or line.get("hostname"), "rule": rule,
        "action": line.get("priority"), "name": "", "text": f"{rule} {fields.get('proc.cmdline', '')}", "is_alert": True,
    }  # fmt: skip


def tetragon(line: Line) -> Fields | None:
    """Tetragon's process_kprobe events of tcp_connect, and process_exec."""
    probe = line.get("process_kprobe") if isinstance(line.get("process_kprobe"), dict) else None
    if probe is None:
        return None
    sock: Line = next(
        (each["sock_arg"] for each in probe.get("args", ()) if isinstance(each, dict) and "sock_arg" in each), {}
    )
    process = probe.get("process") if isinstance(probe.get("process"), dict) else {}
    rule = str(probe.get("policy_name") or probe.get("function_name") or "")
    return {
        "start": line.get("time"), "end": line.get("time"), "src": sock.get("saddr"), "src_port": sock.get("sport"),
        "dst": sock.get("daddr"), "dst_port": sock.get("dport"), "protocol": sock.get("protocol"),
        "host": (process or {}).get("docker") or line.get("node_name"), "rule": rule, "action": probe.get("action"),
        "name": "", "text": f"{rule} {(process or {}).get('arguments', '')}", "is_alert": True,
    }  # fmt: skip


def protocol_name(value: object) -> str:
    """Give a protocol's name in lower case, from its name or number."""
    text = str(value or "").lower().removeprefix("ipproto_")
    return _PROTOCOLS.get(text, text)


def _first(line: Line, *paths: tuple[str, str]) -> str:
    for outer, inner in paths:
        part = line.get(outer)
        if isinstance(part, dict) and isinstance(part.get(inner), str):
            return str(part[inner])
    return ""


def _is_number(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True
