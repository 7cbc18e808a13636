"""Values flow through branches, loops, functions, descriptors and files; what is not known stays a hole."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.gap import Why
from auditor.model.line import line_of
from auditor.model.word import Source
from auditor.settings import DEFAULT_LIMITS
from tests.read.shell.scripts import lines, read


def test_both_branches_are_walked_and_joined() -> None:
    assert lines("if t; then h=a; else h=b; fi\nssh $h") == ["t", "ssh a", "ssh b"]


def test_a_branch_that_exits_does_not_reach_what_follows() -> None:
    assert lines("h=a\nif t; then h=b; exit; fi\nssh $h") == ["t", "ssh a"]


def test_or_exit_leaves_one_path() -> None:
    assert lines("cd /srv || exit 1\nssh h") == ["ssh h"]


def test_a_value_set_before_and_only_runs_on_that_path() -> None:
    """`$h` after `&&` is what the left side set, not what it was before."""
    assert lines("h=a; t && h=b && ssh $h") == ["t", "ssh b"]


def test_unset_names_are_holes_that_say_where_they_come_from() -> None:
    effect = read("curl $REMOTE $1").effects[0]
    assert [hole.source for hole in effect.words[1].holes] == [Source.ENVIRONMENT]
    assert [hole.detail for hole in effect.words[1].holes] == ["REMOTE"]
    assert [hole.source for hole in effect.words[2].holes] == [Source.ARGUMENT]


def test_the_same_unknown_meets_itself() -> None:
    effect = read("curl $REMOTE $REMOTE").effects[0]
    assert effect.words[1] == effect.words[2]


def test_home_stays_as_written() -> None:
    assert lines('rm "$HOME/x" ~/y') == ["rm ~/x ~/y"] or lines('rm "$HOME/x" ~/y') == ['rm "~/x" "~/y"']


def test_a_tail_of_a_partly_known_path_is_known() -> None:
    assert lines('f="$D/bin/ssh.sh"; b=${f##*/}; ${b%.sh} h') == ["ssh h"]


def test_loops_over_known_words_are_unrolled_and_subshells_forget() -> None:
    assert lines("for h in a b; do ssh $h; done; (h=c); id $h") == ["ssh a", "ssh b", "id b"]


def test_while_read_takes_lines_one_by_one() -> None:
    assert lines("while read -r h p; do id $p $h; done <<E\na 1\nb 2\nE") == ["id 1 a", "id 2 b"]


def test_locals_hide_and_come_back() -> None:
    assert lines("h=a; f() { local h=b; ssh $h; }; f; ssh $h") == ["ssh b", "ssh a"]


def test_functions_return_through_output_and_globals() -> None:
    assert lines('f() { echo "$1.example"; g=x; }; f a >/dev/null; id $(f b) $g') == ["id b.example x"]


def test_recursion_without_news_ends_without_a_gap() -> None:
    reading = read("f() { ls; f; }; f")
    assert not reading.gaps
    assert len(reading.effects) == 1


def test_fork_bomb_is_one_pipeline() -> None:
    assert lines(":(){ :|:& };:") == [": | :"]


def test_a_pipeline_is_one_effect_with_all_its_stages() -> None:
    assert lines("cat x | { grep y; } | wc -l") == ["grep y", "cat x | shell.group | wc -l"]


def test_redirections_write_files_and_the_null_device_does_not() -> None:
    assert lines("date > a; date 2>/dev/null >&2; date &>> b") == [
        "file.write a", "date", "date", "file.write b", "date",
    ]  # fmt: skip


def test_exported_variables_reach_children_others_do_not() -> None:
    assert lines("export A=x; B=y; bash -c 'ssh $A${B:-none}'") == ["ssh xnone"]


def test_telling_variables_are_effects() -> None:
    assert "env.set LD_PRELOAD /tmp/x.so" in lines("LD_PRELOAD=/tmp/x.so ls")
    assert "ssh -R 1:h:2 u@203.0.113.9" in lines("export GIT_SSH_COMMAND='ssh -R 1:h:2 u@203.0.113.9'; git pull")


def test_a_sourced_file_out_of_reach_says_so() -> None:
    assert lines(". ./lib.sh") == ["code.run absent ./lib.sh"]


def test_fetched_code_is_opaque() -> None:
    assert "code.fetch https://x.example/i bash" in lines('eval "$(curl -s https://x.example/i)"')


def test_decoding_is_noted_once() -> None:
    found = lines('eval "$(echo bHM= | base64 -d)"')
    assert found.count("hiding.decoded bash 1") == 1


def test_output_to_a_process_substitution_is_its_input() -> None:
    assert "ssh h" in lines("echo 'ssh h' > >(bash)")


def test_places_survive_non_ascii_nul_and_windows_lines() -> None:
    """Columns count code points of the text as handed in."""
    assert [str(e.place.span.line) + ":" + str(e.place.span.column) for e in read("é=1; ls\r\n\0 ssh h").effects] == [
        "1:1", "1:6", "2:3",
    ]  # fmt: skip


def test_a_function_call_is_part_of_the_trail() -> None:
    effect = read("f() {\n ssh h\n}\nf").effects[0]
    assert effect.place.span.line == 2
    assert [(step.operation, step.span.line) for step in effect.place.trail] == [("f()", 4)]


def test_what_stands_before_a_syntax_error_is_read_and_the_rest_is_a_gap() -> None:
    reading = read("ssh a\nfi\nssh b")
    assert [str(effect.words[1]) for effect in reading.effects] == ["a"]
    assert [(gap.why, gap.place.span.line if gap.place else 0) for gap in reading.gaps] == [(Why.NOT_PARSED, 2)]


def test_a_syntax_error_that_bash_never_reaches_is_no_gap() -> None:
    assert not read("ls\nexit\n)(").gaps


def test_rounds_that_change_nothing_are_not_walked_again() -> None:
    """A loop that a known condition keeps going, and that no round brings nearer its end, is walked a few times."""
    loop = (
        "n=0; while {}; do size=$(ps -o vsz); if [ $n -gt 5 ]; then break; fi; curl -s a.example; done; ssh b.example"
    )
    for condition in ("[ 1 ]", "[ -n x ]", "test yes", "ready", "true"):
        reading = read("ready() { return 0; }; " + loop.format(condition), replace(DEFAULT_LIMITS, steps=2_000))
        assert not reading.gaps, condition
        assert line_of(reading.effects[-1]) == "ssh b.example"


def test_rounds_that_bring_a_loop_nearer_its_end_are_walked() -> None:
    """What a round counts, shifts or reads is a change, whatever the condition."""
    assert lines('set -- a a b; while [ 1 ]; do [ $1 = b ] && break; shift; done; ssh "h$#"') == ["ssh h1"]
    assert lines('n=0; while [ 1 ]; do n=$((n+1)); [ $n = 7 ] && break; done; ssh "h$n"') == ["ssh h7"]
    text = "printf 'x\\nx\\nx\\ny\\n' | while [ 1 ]; do read w; if [ $w = y ]; then ssh $w.example; break; fi; done"
    assert "ssh y.example" in lines(text)
