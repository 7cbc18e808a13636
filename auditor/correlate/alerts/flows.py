"""The flow logs of clouds: AWS VPC and Alibaba Cloud, whose records count what went on within an interval."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.correlate.alerts.formats import Fields, Line

# docs.aws.amazon.com, flow log records: the default format, then the fields of versions 3, 4 and 5 in their order.
_DEFAULT = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action"
    " log-status".split()
)
_LATER = (
    "vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id"
    " pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path".split()
)
_STATUS = frozenset({"OK", "NODATA", "SKIPDATA"})
_LET_THROUGH = frozenset({"", "-", "pass", "accept", "allow"})
_NO_RULE = "00000000-0000-0000-0000-000000000000"


def vpc_fields(words: Sequence[str]) -> tuple[str, ...]:
    """Give the names of a record without a header, that has the documented order; none for what is no record."""
    size = len(_DEFAULT)
    if len(words) < size or words[size - 1] not in _STATUS or not words[0].isdecimal():
        return ()
    return tuple([*_DEFAULT, *_LATER][: len(words)])


def aws_vpc(line: Line) -> Fields | None:
    """AWS VPC flow logs, fields by name (in the documented order, or as a header says); each counts an interval."""
    if str(line.get("log-status") or "OK") != "OK":
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
    """Alibaba Cloud Firewall and VPC flow logs as the log service exports them; an alert is what did not just pass."""
    attack = _said(line, "attack_type_name_en") or _said(line, "ips_rule_name_en")
    result = _said(line, "rule_result").lower()
    is_flow = line.get("__topic__") == "flow_log" or "srcaddr" in line
    acl = _said(line, "acl_rule_id")
    rule = attack or _said(line, "rule_source") or (f"acl {acl}" if acl not in {"", _NO_RULE} else "flow")
    action = result or str(line.get("action") or "")
    return Fields(
        start=line.get("start_time") or line.get("start"), end=line.get("end_time") or line.get("end"),
        src=line.get("src_ip") or line.get("srcaddr"), src_port=line.get("src_port") or line.get("srcport"),
        dst=line.get("dst_ip") or line.get("dstaddr"), dst_port=line.get("dst_port") or line.get("dstport"),
        protocol=line.get("ip_protocol") or line.get("protocol"),
        host=line.get("cloud_instance_id") or line.get("vm-id"), rule=rule, action=action,
        name=line.get("domain"), text=rule, direction=str(line.get("direction") or ""),
        is_alert=bool(attack) or (action.lower() not in _LET_THROUGH), is_counted=is_flow,
    )  # fmt: skip


def _said(line: Line, name: str) -> str:
    return str(line.get(name) or "").strip("-")
