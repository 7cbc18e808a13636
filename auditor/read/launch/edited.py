"""`sed` that runs commands: its command `e`, and the flag `e` of a substitution.

Takes the arguments, reads what would be run as shell code; it never gives output. Source: the GNU
sed manual, "Commands Specific to GNU sed".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.model.unit import Language
from auditor.read.evaluation import Context, Evaluation, Outcome
from auditor.read.launch.options import scan
from auditor.read.launch.pure import run_filter
from auditor.read.launch.surroundings import for_code
from auditor.read.values import Known, Unknown, Value, alternatives, known_text

_ADDRESS = r"(?:\d+(?:[,~]\d+)?|\$|/(?:\\.|[^/\\])*/)?"
_EXECUTES = re.compile(rf"(?:^|[;{{\n])\s*{_ADDRESS}\s*e[ \t]+([^\n]+)")
_LONGEST = 20_000
_MOST = 20


def sed_runs(evaluation: Evaluation, arguments: Sequence[Value], context: Context) -> Outcome | None:
    """Read what a script of sed starts."""
    scanned = scan(arguments, "e f l expression file")
    scripts = [*scanned.every("-e", "--expression")] or list(scanned.operands[:1])
    for script in scripts:
        text = known_text(script)
        if text is None or len(text) > _LONGEST or "e" not in text:
            continue
        for found in list(_EXECUTES.finditer(text))[:_MOST]:
            _run(evaluation, Known(found[1]), context)
        plain, replacement = _without_flag(text)
        if plain is not None:
            given = [Known(plain) if word is script else word for word in arguments]
            outcome = run_filter(evaluation, "sed", given, context)
            made = outcome.stdout if outcome is not None else Known(replacement)
            is_lost = all(isinstance(single, Unknown) for single in alternatives(made))
            whole = is_lost and "&" not in replacement and not re.search(r"\\\d", replacement)
            _run(evaluation, Known(replacement) if whole else made, context)
    return None


def _run(evaluation: Evaluation, code: Value, context: Context) -> None:
    evaluation.run_code(Language.BASH, code, for_code(context), made_by="sed e", argv=(Known("sh"),))


def _without_flag(text: str) -> tuple[str | None, str]:
    """Give a script without the flag `e` of its first such substitution, and the text that it puts in."""
    for start in [found.end() - 1 for found in re.finditer(r"(?:^|[;{\n\d$/ ])s(?=[^\w\s\\])", text)][:_MOST]:
        mark = text[start + 1]
        pieces, at = [""], start + 2
        while at < len(text) and len(pieces) < 3:
            if text[at] == "\\" and at + 1 < len(text):
                pieces[-1] += text[at : at + 2]
                at += 2
                continue
            if text[at] == mark:
                pieces.append("")
            else:
                pieces[-1] += text[at]
            at += 1
        flags = re.match(r"[gpiIm0-9]*e[gpiIm0-9]*", text[at:])
        if len(pieces) == 3 and flags is not None:
            return text[:at] + flags[0].replace("e", "") + text[at + flags.end() :], pieces[1]
    return None, ""
