"""Commands made of what is read, and sinks of languages without a reader: what is past the bound is a gap."""

from __future__ import annotations

import pytest

from auditor.model.gap import Why
from auditor.read.launch.scripting import MOST_SINKS
from auditor.read.launch.xargs import MOST_COMMANDS
from tests.read.bounds.scripts import TUNNEL, read

HANDED = ["xargs -I{} sh -c '{}'", "xargs -d '\\n' -n1 sh -c", "parallel", "parallel --jobs 4"]


def handed(count: int, command: str) -> str:
    """Give a script that hands lines to a program which runs each, the tunnel last."""
    words = "".join(f"w{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}{chr(97 + n // 676)}\n" for n in range(count - 1))
    return f"cat <<'E' | {command}\n{words}{TUNNEL}\nE\n"


@pytest.mark.parametrize("command", HANDED)
def test_lines_up_to_the_bound_are_run(command: str) -> None:
    """The last line that fits is read."""
    assert TUNNEL in read(handed(MOST_COMMANDS, command)).lines


@pytest.mark.parametrize("command", HANDED)
def test_lines_past_the_bound_are_a_gap(command: str) -> None:
    """A tunnel behind many harmless lines is no silence."""
    assert Why.TOO_MANY in read(handed(MOST_COMMANDS + 1, command)).whys


@pytest.mark.parametrize(
    "text",
    [
        "seq 1 1000 | xargs -I{} curl -s https://a.example/part-{}.txt",
        "seq 1 1000 | xargs -n1 sleep",
        "seq 1 1000 | xargs -P8 -I{} curl -s https://a.example/{} | sort",
        "seq 1 1000 | parallel curl -s https://a.example/{}",
        "seq 1 254 | xargs -I{} ping -c1 192.168.1.{}",
        "printf '%s\\n' a b c | xargs rm",
    ],
)
def test_numbered_commands_are_no_gap(text: str) -> None:
    """Commands that differ by a number are told often enough."""
    assert not read(text).gaps


@pytest.mark.parametrize("last", ["169.254.169.254", "2852039166"])
def test_an_address_among_numbers_is_a_gap(last: str) -> None:
    """An address elsewhere, in either notation, is no number like the others."""
    found = read(f"(seq -f 10.0.0.%g 1 100; echo {last}) | xargs -I{{}} curl -s http://{{}}/latest/meta-data/")
    assert Why.TOO_MANY in found.whys or any(last in line for line in found.lines)


@pytest.mark.parametrize(
    ("program", "sink", "last"),
    [
        ("perl", "system('uptime');", f"system('{TUNNEL}');"),
        ("ruby", "system('uptime');", f"system('{TUNNEL}');"),
        ("php", "system('uptime');", f"system('{TUNNEL}');"),
        ("lua", "os.execute('uptime');", f"os.execute('{TUNNEL}');"),
    ],
)
def test_sinks_past_the_bound_are_a_gap(program: str, sink: str, last: str) -> None:
    """At the bound the last command is read; one past it is a gap."""
    option = "-r" if program == "php" else "-e"

    def told(count: int) -> tuple[bool, bool]:
        code = sink * (count - 1) + last
        reading = read(f"{program} {option} \"$(cat <<'E'\n{code}\nE\n)\"")
        return TUNNEL in reading.lines, Why.NO_READER in reading.whys

    assert told(MOST_SINKS) == (True, False)
    assert told(MOST_SINKS + 1) == (False, True)
