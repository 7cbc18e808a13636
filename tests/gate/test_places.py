"""A policy or a socket that somebody named and that cannot be seen is never taken for one that nobody named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.errors import AuditorError
from auditor.gate import places
from auditor.judge import load_policy


def _loop(folder: Path) -> None:
    """Make a folder that nobody can look into, not even root."""
    folder.symlink_to(folder)


def _within(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def made(folder: Path) -> None:
        folder.mkdir()
        make(folder / "policy.yaml")

    return made


UNSEEN: dict[str, Callable[[Path], None]] = {
    "a folder that cannot be looked into": _loop,
    "a directory": _within(Path.mkdir),
    "a link that leads nowhere": _within(lambda path: path.symlink_to("nowhere")),
}


@pytest.mark.parametrize("way", sorted(UNSEEN))
def test_a_policy_that_cannot_be_read_is_not_passed_over(way: str, tmp_path: Path) -> None:
    """Whoever serves fails with it, and without a server every call is denied."""
    assert places.policy_path() in {None, "/etc/auditor/policy.yaml"}
    (tmp_path / "config").mkdir()
    UNSEEN[way](tmp_path / "config" / "auditor")
    path = places.policy_path()
    assert path is not None
    with pytest.raises(AuditorError):
        load_policy(Path(path))


def test_a_socket_that_cannot_be_read_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of the user's own would decide by another policy."""
    monkeypatch.setattr(places, "SHARED_SOCKET", str(tmp_path / "shared" / "socket"))
    assert places.shared_socket() is None
    own = places.socket_path()
    _loop(tmp_path / "shared")
    assert places.shared_socket() is not None
    assert places.socket_path() != own
    assert not os.path.exists(places.socket_path())  # noqa: PTH110


@pytest.mark.parametrize("content", [b"", b"run/gate.sock", b"\xff\xfe/gate.sock"])
def test_a_socket_that_is_named_wrongly_is_not_passed_over(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "socket"
    monkeypatch.setattr(places, "SHARED_SOCKET", str(named))
    named.write_bytes(content)
    assert places.socket_path() == str(named)
    link = tmp_path / "link"
    link.symlink_to("nowhere")
    monkeypatch.setattr(places, "SHARED_SOCKET", str(link))
    assert places.socket_path() == str(link)
    monkeypatch.setattr(places, "SHARED_SOCKET", str(named))
    named.write_bytes(b"/run/auditor/gate.sock\n")
    if os.geteuid() == 0:
        assert places.socket_path() == "/run/auditor/gate.sock"
        os.chown(named, 65_534, 65_534)
    assert places.socket_path() == str(named)
