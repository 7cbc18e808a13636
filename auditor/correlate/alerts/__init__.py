"""Alerts from the logs of firewalls and sensors: the format is told from the content, line by line or by a header.

Formats and their sources: Suricata EVE (docs.suricata.io, eve-json-format), Zeek conn and notice
(docs.zeek.org, TSV and JSON), the kernel's netfilter log line and ulogd2's JSON, AWS VPC flow logs
(docs.aws.amazon.com), Alibaba Cloud Firewall (help.aliyun.com, log fields), CEF (ArcSight Common
Event Format), Falco (falco.org, outputs) and Tetragon (tetragon.io, events) JSON.
"""

from __future__ import annotations

from auditor.correlate.alerts.files import Logs, read_alerts, zone_of

__all__ = ["Logs", "read_alerts", "zone_of"]
