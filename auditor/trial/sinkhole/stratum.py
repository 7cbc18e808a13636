"""Stratum: the mining protocols' JSON-RPC, answered well enough that a miner starts to work.

Message shapes: Stratum V1 (https://en.bitcoin.it/wiki/Stratum_mining_protocol), the `login` form of
CryptoNote pools (xmrig's doc/STRATUM.md), and EthereumStratum's `eth_submitLogin`.
"""

from __future__ import annotations

import json
from typing import Any

_MOST_LINE = 65_536
_SUBSCRIBE = frozenset({"mining.subscribe", "mining.hello"})
_LOGIN = frozenset({"mining.authorize", "login", "eth_submitlogin", "eth_login", "mining.login"})


def is_stratum(line: bytes) -> bool:
    """Whether a first line is JSON-RPC as miners speak it."""
    message = parse(line)
    method = str(message.get("method", "")).lower() if message else ""
    return (
        method.startswith("mining.") or method in _LOGIN or method in {"eth_getwork", "getjob", "keepalived", "submit"}
    )


def parse(line: bytes) -> dict[str, Any] | None:
    """Give a line's JSON object; None for anything else."""
    try:
        message = json.loads(line[:_MOST_LINE])
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def meaning(message: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Say what a message does: `subscribe`, `login` or `other`, with wallet and agent where it names them."""
    method = str(message.get("method", "")).lower()
    params = message.get("params")
    if method in _SUBSCRIBE:
        agent = params[0] if isinstance(params, list) and params else ""
        return "subscribe", {"agent": str(agent)}
    if method in _LOGIN:
        if isinstance(params, dict):
            return "login", {
                "wallet": str(params.get("login", params.get("user", ""))),
                "agent": str(params.get("agent", "")),
            }
        wallet = params[0] if isinstance(params, list) and params else ""
        return "login", {"wallet": str(wallet), "agent": ""}
    return "other", {"method": method}


def replies(message: dict[str, Any]) -> bytes:
    """Answer a message so that the miner goes on: accepted, with a job."""
    method = str(message.get("method", "")).lower()
    number = message.get("id")
    if method == "login":
        job = {
            "blob": "00" * 76,
            "job_id": "1",
            "target": "ffffff00",
            "height": 1,
            "seed_hash": "00" * 32,
            "algo": "rx/0",
        }
        answer: list[dict[str, Any]] = [
            {"id": number, "jsonrpc": "2.0", "error": None, "result": {"id": "1", "job": job, "status": "OK"}}
        ]
    elif method == "mining.subscribe":
        result = [[["mining.set_difficulty", "1"], ["mining.notify", "1"]], "08000002", 4]
        answer = [{"id": number, "result": result, "error": None}]
    elif method == "mining.authorize":
        work = ["1", "00" * 32, "00", "00", [], "20000000", "1d00ffff", "00000000", True]
        answer = [
            {"id": number, "result": True, "error": None},
            {"id": None, "method": "mining.set_difficulty", "params": [1]},
            {"id": None, "method": "mining.notify", "params": work},
        ]
    else:
        answer = [{"id": number, "jsonrpc": "2.0", "result": True, "error": None}]
    return b"".join(json.dumps(item).encode() + b"\n" for item in answer)
