"""Scripts on disk in languages that are read by their sinks: what runs them reads them as if the script made them."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.model.surroundings import Reach, Surroundings
from auditor.model.unit import Language
from tests.read.bounds.scripts import TUNNEL, read

FILES = {
    "perl a.pl": ("a.pl", f'system("{TUNNEL}");\n', "print join(',', map { $_ * 2 } 1..3);\n"),
    "./a.pl": ("a.pl", f'#!/usr/bin/perl\nsystem("{TUNNEL}");\n', "#!/usr/bin/perl\nprint 1;\n"),
    "ruby a.rb": ("a.rb", f'system("{TUNNEL}")\n', "puts [1, 2].map { |x| x * 2 }.inspect\n"),
    "php a.php": ("a.php", f'<?php exec("{TUNNEL}"); ?>\n', "<?php echo strrev('abc'); ?>\n"),
    "lua a.lua": ("a.lua", f'os.execute("{TUNNEL}")\n', "print(1 + 2)\n"),
}


@pytest.mark.parametrize("command", FILES)
def test_a_script_beside_it_is_read(command: str, tmp_path: Path) -> None:
    """The command in it is told; of its harmless twin nothing is, and nothing is left out."""
    name, harmful, harmless = FILES[command]
    around = Surroundings(directory=str(tmp_path), folder=str(tmp_path), reach=Reach.FOLDER)
    for text, is_told in ((harmful, True), (harmless, False)):
        (tmp_path / name).write_text(text)
        told = read(command + "\n", Language.BASH, surroundings=around)
        assert any("ssh" in line and "-R" in line for line in told.lines) is is_told
        assert not told.gaps
