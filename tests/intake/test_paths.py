"""Files and directories become scripts in a stable order; what is left out is counted, what is missing is an error."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.intake import Skipped, Taken, take_paths
from auditor.model.gap import Why
from auditor.model.unit import Language


def taken(*paths: Path | str) -> dict[str, Taken | Skipped]:
    items = list(take_paths([str(path) for path in paths]))
    return {item.script.path if isinstance(item, Taken) else item.path: item for item in items}


def test_a_directory_is_walked_sorted_whatever_its_files_are_called(tmp_path: Path) -> None:
    """Every regular file comes back, by name, below the argument as it was given."""
    for name in ("b.sh", "a.py", "tests/c.sh", "vendor/d.py", "run"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("#!/bin/bash\ntrue\n" if name == "run" else "")
    found = taken(tmp_path)
    assert list(found) == [f"{tmp_path}/{name}" for name in ("a.py", "b.sh", "run", "tests/c.sh", "vendor/d.py")]
    languages = [item.script.language for item in found.values() if isinstance(item, Taken)]
    assert languages == [Language.PYTHON, Language.BASH, Language.BASH, Language.BASH, Language.PYTHON]


def test_what_is_no_script_is_skipped_by_kind(tmp_path: Path) -> None:
    """Version control, installed packages, caches, images and links are skipped; code that is binary is not."""
    for name in (".git/HEAD", "env/lib/python3.11/site-packages/x.py", "node_modules/x/i.js", ".cache/CACHEDIR.TAG"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("import os\n")
    (tmp_path / "plot.png").write_bytes(b"\x89PNG\r\n" + bytes(50))
    (tmp_path / "fake.sh").write_bytes(b"\x7fELF" + bytes(50))
    (tmp_path / "link.sh").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    found = taken(tmp_path)
    skipped = {Path(path).name: item.why for path, item in found.items() if isinstance(item, Skipped)}
    assert skipped == {
        ".git": "version control",
        "site-packages": "installed packages",
        "node_modules": "installed packages",
        "CACHEDIR.TAG": "cache",
        "plot.png": "binary",
        "link.sh": "link",
        "pipe": "not a regular file",
    }
    fake = found[f"{tmp_path}/fake.sh"]
    assert isinstance(fake, Taken)
    assert [gap.why for gap in fake.gaps] == [Why.NOT_TEXT]


@pytest.mark.parametrize("folder", [".cache", "__pycache__", ".git", "venv", ".venv", ".tox", "env", "site-packages"])
def test_no_name_of_a_folder_hides_code(tmp_path: Path, folder: str) -> None:
    """A folder that is called as a cache or an environment is, or has such a file in it, is audited all the same."""
    (tmp_path / folder).mkdir()
    (tmp_path / "pyvenv.cfg").write_text("home = /usr\n")
    (tmp_path / folder / "pyvenv.cfg").write_text("")
    for name in ("a.py", "b.sh", "run"):
        (tmp_path / folder / name).write_text("#!/bin/bash\ntrue\n")
    found = taken(tmp_path)
    names = [f"{tmp_path}/{folder}/{name}" for name in ("a.py", "b.sh", "run")]
    assert all(isinstance(found[name], Taken) for name in names)


def test_an_environment_is_audited_but_for_its_packages(tmp_path: Path) -> None:
    """Installed packages are counted as skipped; what somebody put beside them is not."""
    (tmp_path / "env" / "lib" / "python3.12" / "site-packages").mkdir(parents=True)
    (tmp_path / "env" / "bin").mkdir()
    (tmp_path / "env" / "pyvenv.cfg").write_text("home = /usr\n")
    (tmp_path / "env" / "bin" / "job").write_text("#!/bin/sh\ntrue\n")
    found = taken(tmp_path)
    assert isinstance(found[f"{tmp_path}/env/bin/job"], Taken)
    assert isinstance(found[f"{tmp_path}/env/lib/python3.12/site-packages"], Skipped)


@pytest.mark.parametrize("path", ["missing.sh", "nul\0byte", "/dev/null"])
def test_a_path_that_cannot_be_audited_is_the_operators_error(path: str) -> None:
    """A missing file, an impossible name and a device are usage errors with a hint."""
    with pytest.raises(UsageError) as caught:
        list(take_paths([path]))
    assert caught.value.hint


@pytest.mark.skipif(os.geteuid() != 0, reason="gives up root to meet a file that cannot be read")
def test_an_unreadable_file_is_an_error_when_named_and_a_gap_when_found() -> None:
    """Named on the command line it is the operator's error; found in a directory it is a gap, and the rest is read."""
    # Not tmp_path, whose parents only their owner may enter.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        secret = folder / "secret.sh"
        secret.write_text("true\n")
        secret.chmod(0)
        (folder / "open.sh").write_text("true\n")
        os.seteuid(65534)
        try:
            found = taken(folder)
            with pytest.raises(UsageError, match="denied"):
                taken(secret)
        finally:
            os.seteuid(0)
    unread = found[str(secret)]
    assert isinstance(unread, Taken)
    assert [gap.why for gap in unread.gaps] == [Why.UNREADABLE]
    assert str(folder / "open.sh") in found


def test_a_large_file_is_not_kept(tmp_path: Path) -> None:
    """50 MB of script is a gap with its size and digest, without the text."""
    big = tmp_path / "big.sh"
    with big.open("wb") as file:
        file.truncate(50_000_000)
        file.write(b"#!/bin/bash\n" + b"true\n" * 10_000)
    (item,) = taken(big).values()
    assert isinstance(item, Taken)
    assert item.script.text == ""
    assert item.gaps
    assert "50,000,000" in item.gaps[0].what
