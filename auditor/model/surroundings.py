"""What surrounds a script when it runs: earlier files and variables of the same session, and what is in reach."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Reach(Enum):
    """Which files on disk a script may name and have read (bounded in size and number)."""

    NONE = "none"  # nothing: the disk is not the script's
    FOLDER = "folder"  # files in `Surroundings.folder`, links not followed out of it
    ANY = "any"  # any regular file


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The session before a script: working directory, exported variables, files written (path and text)."""

    directory: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    reach: Reach = Reach.NONE
    folder: str = ""


NOTHING = Surroundings()
