#!/bin/bash
# ok: monitoring-stop
systemctl restart rsyslog
# ok: monitoring-stop
systemctl status auditd
# ruleid: monitoring-stop
systemctl stop auditd
# ruleid: monitoring-stop
pkill -9 falco
