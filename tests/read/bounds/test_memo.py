"""Code that runs again is read again where the files that it looks at have changed, and only there."""

from __future__ import annotations

import pytest

from auditor.model.unit import Language
from tests.read.bounds.scripts import TUNNEL, read

HARMLESS = "uptime"


@pytest.mark.parametrize(
    "text",
    [
        f"echo 'bash /tmp/p.sh' > l.sh; echo {HARMLESS} > /tmp/p.sh; bash l.sh; echo '{TUNNEL}' > /tmp/p.sh; bash l.sh",
        f"echo 'cat /tmp/c | bash' > l.sh; echo {HARMLESS} > /tmp/c; bash l.sh; echo '{TUNNEL}' > /tmp/c; bash l.sh",
        f"echo 'source /tmp/c' > l.sh; echo {HARMLESS} > /tmp/c; sh l.sh; echo '{TUNNEL}' > /tmp/c; sh l.sh",
        f"echo 'sh /tmp/p' > l.sh; sh l.sh; echo '{TUNNEL}' > /tmp/p; sh l.sh",
        f"echo 'sh /tmp/p' > m.sh; echo 'sh m.sh' > l.sh; sh l.sh; echo '{TUNNEL}' > /tmp/p; sh l.sh",
        f"echo 'for f in /tmp/d/*; do sh $f; done' > l.sh; echo {HARMLESS} > /tmp/d/a; sh l.sh; "
        f"echo '{TUNNEL}' > /tmp/d/b; sh l.sh",
        f"echo 'sh /tmp/p; echo \"{TUNNEL}\" > /tmp/p; sh l.sh' > l.sh; sh l.sh",
        f"echo 'echo \"{TUNNEL}\" > /tmp/p' > l.sh; sh l.sh; echo {HARMLESS} > /tmp/p; sh l.sh; sh /tmp/p",
        f"echo 'printf s >> /tmp/p' > l.sh; sh l.sh; sh l.sh; echo 'h {TUNNEL[4:]}' >> /tmp/p; sh /tmp/p",
    ],
)
def test_a_second_run_finds_what_changed_in_between(text: str) -> None:
    """A file that was written between two runs of one script counts in the second."""
    assert TUNNEL in read(text).lines


def test_a_second_run_from_python_finds_what_changed_in_between() -> None:
    """`os.system` runs a script that was written before, over a file that has changed."""
    told = read(
        "import os\n"
        "open('/tmp/l.sh', 'w').write('bash /tmp/p.sh')\n"
        "open('/tmp/p.sh', 'w').write('uptime')\n"
        "os.system('bash /tmp/l.sh')\n"
        f"open('/tmp/p.sh', 'w').write('{TUNNEL}')\n"
        "os.system('bash /tmp/l.sh')\n",
        Language.PYTHON,
    )
    assert TUNNEL in told.lines


@pytest.mark.parametrize(
    "body",
    ["uptime", "echo x >> /tmp/log", "date >> /tmp/log", "date > /tmp/stamp", "cat /tmp/log; date > /tmp/other"],
)
def test_a_script_in_a_loop_is_read_once_or_twice(body: str) -> None:
    """Three hundred runs of a script that keeps a log are no gap."""
    told = read(f"echo '{body}' > w.sh; for i in $(seq 1 300); do bash w.sh; done")
    assert not told.gaps
    assert 1 < len(told.units) <= 3


def test_a_script_that_starts_itself_again_ends() -> None:
    """A retry that keeps a log is read once; what the log holds in the end is unknown, not empty."""
    told = read("echo 'echo start >> /tmp/log; uptime || bash w.sh' > w.sh; bash w.sh; bash /tmp/log")
    assert not told.gaps
    assert told.has("code.load bash limit")
