"""Files that run or configure something by where they stand: crontabs, units, login scripts, ssh configuration.

Takes a path that the script has just written, and reads the content as the program would that finds
it there. Other paths are left until something runs them.
"""

from __future__ import annotations

import re

from auditor.model.unit import Language
from auditor.read.carriers.configurations import configured
from auditor.read.evaluation import Context, Evaluation
from auditor.read.launch.schedules import carry_out
from auditor.read.values import Known, Value, alternatives, as_text, concat, known_text, one_of, words_of

_BY_PATH: tuple[tuple[re.Pattern[str], Language], ...] = (
    (re.compile(r"/cron\.d/[^/]+$|^/etc/crontab$|/var/spool/cron/"), Language.CRONTAB),
    (re.compile(r"/etc/cron\.(?:hourly|daily|weekly|monthly)/[^/]+$"), Language.BASH),
    (re.compile(r"/systemd/(?:system|user)/.*\.service(?:\.d/[^/]+\.conf)?$"), Language.SYSTEMD),
    (re.compile(r"(?:^|/)\.ssh/config(?:\.d/[^/]+)?$|^/etc/ssh/ssh_config(?:\.d/.*)?$"), Language.SSH_CONFIG),
    (
        re.compile(r"(?:^|/)\.(?:bashrc|bash_profile|bash_login|profile|zshrc|zprofile|zshenv|bash_logout)$"),
        Language.BASH,
    ),
    (
        re.compile(r"^/etc/(?:profile|bash\.bashrc|rc\.local|profile\.d/.*\.sh|init\.d/[^/]+|update-motd\.d/.*)$"),
        Language.BASH,
    ),
    (re.compile(r"(?:^|/)\.git/hooks/[a-z-]+$"), Language.BASH),
    (re.compile(r"/site-packages/(?:sitecustomize|usercustomize)\.py$"), Language.PYTHON),
)


def language_at(path: str) -> Language | None:
    """Give the language in which something reads a file at this path of its own accord; None elsewhere."""
    for pattern, language in _BY_PATH:
        if pattern.search(path):
            return language
    return None


def read_written(evaluation: Evaluation, path: Value, content: Value, context: Context) -> None:
    """Read what was written, where it runs or configures something by standing there."""
    text = known_text(path)
    language = language_at(text if text is not None else str(words_of(path)[0]))
    if language is None:
        known = known_text(content)
        if known is not None and configured(known):
            evaluation.run_code(Language.DATA, content, context, made_by=f"write {text or 'file'}")
        return
    if language is Language.CRONTAB and "/spool/" not in (text or ""):
        content = _without_user(content)
    carry_out(evaluation, language, content, context, f"write {text or 'file'}")


def _without_user(content: Value) -> Value:
    """Drop the user's name that stands before each command in the system's crontabs."""
    pieces = []
    for single in alternatives(as_text(content)):
        known = known_text(single)
        if known is None:
            pieces.append(concat((single,)))
            continue
        times = r"^(\s*(?:@\w+|(?:[\d*/,A-Za-z-]+[ \t]+){4}[\d*/,A-Za-z-]+)[ \t]+)[a-z_][\w.-]*[ \t]+(?=\S)"
        pieces.append(Known(re.sub(times, r"\1", known, flags=re.M), single.trail))
    return one_of(pieces)
