"""Work that a miner asks a node for over HTTP: the node's own interface, before or instead of a pool.

Takes where a request goes and its text; gives the effect that the first words to a pool have. Sources: BIP 22,
geth's JSON-RPC.
"""

from __future__ import annotations

import re

from auditor.model.place import Place
from auditor.read.evaluation import Evaluation
from auditor.read.values import EMPTY, Value, words_of

_WORK = re.compile(
    r"""["']method["']\s*:\s*["'](?:getblocktemplate|submitblock|getwork|eth_(?:getWork|submitWork))["']"""
)
_ADDRESS = re.compile(r"(https?)://(?:[^/@]*@)?([^/:]+|\[[^\]]*\])(?::(\d+))?")


def ask_for_work(evaluation: Evaluation, url: Value, text: str, place: Place) -> None:
    """Record a request for something to mine."""
    address = _ADDRESS.match(str(words_of(url)[0])) if _WORK.search(text) else None
    if address is not None:
        port = address[3] or ("443" if address[1] == "https" else "80")
        evaluation.emit("stratum.subscribe", evaluation.restore(address[2]), port, EMPTY, place=place)
