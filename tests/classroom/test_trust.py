"""A socket lies where nobody but its owner can put another one, and whoever follows can know the owner."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tuinet.classroom import trust
from tuinet.classroom.places import choose_place, connect_to, find_place, find_places
from tuinet.errors import ClassError


@pytest.fixture
def listening(folder: Path) -> Iterator[Path]:
    path = folder / "s.socket"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(8)
        yield path


def test_a_folder_that_others_can_change_is_refused_unless_it_is_sticky(folder: Path) -> None:
    room = folder / "room"
    room.mkdir()
    (room / "inner").mkdir()
    room.chmod(0o777)
    for path in (room / "s.socket", room / "inner" / "s.socket"):
        with pytest.raises(ClassError, match=r"others can change the folder \S+/room \(mode 0777\).*chmod 700"):
            choose_place(socket=path)
    for mode in (0o1777, 0o755, 0o700):
        room.chmod(mode)
        assert choose_place(socket=room / "s.socket").path == room / "s.socket"


def test_a_folder_that_a_group_can_change_is_refused_unless_the_group_is_one_user(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = folder / "room"
    room.mkdir()
    room.chmod(0o770)
    monkeypatch.setattr(trust, "_is_group_of_one", lambda group, user: False)
    with pytest.raises(ClassError, match=r"mode 0770"):
        choose_place(socket=room / "s.socket")
    monkeypatch.setattr(trust, "_is_group_of_one", lambda group, user: True)
    choose_place(socket=room / "s.socket")


def test_the_folders_behind_a_link_count_and_a_link_of_ones_own_is_one_way_there(folder: Path) -> None:
    (folder / "real").mkdir()
    (folder / "link").symlink_to("real")
    choose_place(socket=folder / "link" / "s.socket")
    (folder / "real").chmod(0o777)
    with pytest.raises(ClassError, match=r"/real \(mode 0777\)"):
        choose_place(socket=folder / "link" / "s.socket")
    (folder / "round").symlink_to("round")
    with pytest.raises(ClassError, match="no folder"):
        choose_place(socket=folder / "round" / "s.socket")


def test_a_folder_of_another_user_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: there + 1)
    monkeypatch.setattr(trust, "_ROOT", 0 if there else -1)
    with pytest.raises(ClassError, match=r"the folder \S+ belongs to "):
        choose_place(socket=folder / "s.socket")


def test_who_follows_takes_no_link_no_file_and_no_socket_where_anybody_could_have_put_it(
    folder: Path, listening: Path
) -> None:
    assert find_place(socket=listening).owner == os.geteuid()
    link, file = folder / "link", folder / "file"
    link.symlink_to(listening)
    file.touch()
    with pytest.raises(ClassError, match="is a symbolic link, which is not followed"):
        find_place(socket=link)
    with pytest.raises(ClassError, match="is no socket"):
        find_place(socket=file)
    folder.chmod(0o777)
    with pytest.raises(ClassError, match=r"\(mode 0777\): it may be anybody's"):
        find_place(socket=listening)


def test_a_teacher_is_known_by_the_group_of_the_socket(listening: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: there + 1)
    monkeypatch.setattr(trust, "_ROOT", 0 if there else -1)
    listening.chmod(0o600)
    with pytest.raises(ClassError, match=r"who is neither you nor a member of a group of yours.*--group"):
        trust.require_known_socket(listening)
    listening.chmod(0o660)
    monkeypatch.setattr(trust, "_groups_of", lambda number: {os.getegid()})
    monkeypatch.setattr(trust, "_reason_against", lambda path, owners, user: "")
    assert trust.require_known_socket(listening) == there
    monkeypatch.setattr(trust, "_groups_of", lambda number: set())
    with pytest.raises(ClassError, match="who is neither you"):
        trust.require_known_socket(listening)


def test_who_comes_back_comes_to_the_same_user_only(listening: Path) -> None:
    connect_to(listening, os.geteuid()).close()
    with pytest.raises(ConnectionRefusedError):
        connect_to(listening, os.geteuid() + 1)


def test_a_class_of_nobody_known_is_not_among_those_that_are_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tuinet.classroom import places  # noqa: PLC0415 - its folder is another one here

    monkeypatch.setattr(places, "_FOLDERS", folder)
    place = choose_place()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place.path))
        listener.listen()
        assert [found.path for found in find_places()] == [place.path]
        place.path.parent.chmod(0o777)
        assert find_places() == []
