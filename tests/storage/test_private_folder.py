"""Folders and files of one user alone, whatever was there before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tuinet.storage.private_folder import (
    FileLock,
    PrivacyError,
    is_held,
    is_open_to_others,
    is_own_file,
    make_mark,
    make_private,
    require_own,
    tighten,
)


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("mask", [0o000, 0o002, 0o022, 0o077])
def test_folders_are_closed_to_others_whatever_new_ones_are(tmp_path: Path, mask: int) -> None:
    outer, inner = tmp_path / "home" / "tuinet", tmp_path / "home" / "tuinet" / "runs"
    before = os.umask(mask)
    try:
        make_private(outer, inner)
    finally:
        os.umask(before)
    assert rights(outer) == rights(inner) == 0o700
    assert rights(outer.parent) == 0o777 & ~mask


def test_a_folder_that_everybody_may_write_to_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    assert is_open_to_others(tmp_path)
    assert tighten(tmp_path)
    assert rights(tmp_path) == 0o700
    assert not tighten(tmp_path / "none")


def test_a_folder_that_stays_open_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setattr(os, "fchmod", lambda descriptor, mode: None)
    with pytest.raises(PrivacyError, match="cannot be closed to others"):
        make_private(tmp_path)


def test_a_link_is_not_followed_to_a_folder(tmp_path: Path) -> None:
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "runs"
    elsewhere.mkdir(mode=0o755)
    link.symlink_to(elsewhere)
    with pytest.raises(PrivacyError, match="is a symbolic link, which is not followed"):
        make_private(link)
    assert rights(elsewhere) == 0o755
    link.unlink()
    link.symlink_to(tmp_path / "none")
    with pytest.raises(PrivacyError, match="symbolic link"):
        make_private(link)
    assert not (tmp_path / "none").exists()


def test_a_file_is_no_folder_and_another_users_folder_is_not_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, user = tmp_path / "file", os.geteuid()
    file.touch()
    with pytest.raises(PrivacyError, match="is no folder"):
        require_own(file)
    assert is_own_file(file)
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert not is_own_file(file)
    with pytest.raises(PrivacyError, match="belongs to another user") as caught:
        make_private(tmp_path)
    assert "XDG_STATE_HOME" in caught.value.remedy


def test_locks_are_ordinary_files_and_nobody_waits_for_what_is_not(tmp_path: Path) -> None:
    target, link, pipe, folder = (tmp_path / name for name in ("target", "link.lock", "pipe.lock", "folder.lock"))
    link.symlink_to(target)
    os.mkfifo(pipe)
    folder.mkdir()
    for path in (link, pipe, folder):
        with pytest.raises(OSError):
            FileLock(path)
        assert is_held(path)
    assert not target.exists()
    assert not is_held(tmp_path / "none.lock")
    open_to_others = tmp_path / "a.lock"
    open_to_others.touch(mode=0o666)
    lock = FileLock(open_to_others)
    assert rights(open_to_others) == 0o600
    assert is_held(open_to_others)
    lock.release()


def test_a_mark_is_made_once_and_follows_no_link(tmp_path: Path) -> None:
    mark, link = tmp_path / "mark", tmp_path / "link"
    make_mark(mark)
    mark.write_text("more")
    make_mark(mark)
    assert mark.read_text() == "more"
    assert rights(mark) == 0o600
    link.symlink_to(tmp_path / "none")
    make_mark(link)
    assert not (tmp_path / "none").exists()
