"""A class is where its teacher says, for those who may; nothing of anybody else's is touched."""

from __future__ import annotations

import os
import shlex
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tuinet.classroom import places
from tuinet.classroom.places import choose_place, file_number, find_place, find_places, leave_place, listen_at
from tuinet.errors import ClassError


@pytest.fixture(autouse=True)
def folders(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(places, "_FOLDERS", folder)
    return folder


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@contextmanager
def opened(name: str = "", **options: str) -> Iterator[places.ClassPlace]:
    place = choose_place(name, **options)  # type: ignore[arg-type]
    listener = listen_at(place)
    number = file_number(place)
    try:
        yield place
    finally:
        leave_place(place, number)
        listener.close()


def test_without_a_group_nobody_else_gets_in() -> None:
    with opened() as place:
        assert mode_of(place.path) == 0o600
        assert mode_of(place.path.parent) == 0o700
    assert not place.path.parent.exists()


def test_with_a_group_its_members_do() -> None:
    import grp  # noqa: PLC0415

    group = grp.getgrgid(os.getegid()).gr_name
    with opened(group=group) as place:
        assert mode_of(place.path) == 0o660
        assert mode_of(place.path.parent) == 0o750
        assert place.path.stat().st_gid == place.path.parent.stat().st_gid == os.getegid()
        # A second class, for the teacher alone, shuts the first one for nobody.
        with opened("mine") as other:
            assert mode_of(other.path) == 0o600
            assert mode_of(place.path.parent) == 0o750


def test_a_folder_that_is_open_to_all_is_shut() -> None:
    shut = choose_place().path.parent
    shut.chmod(0o777)
    choose_place()
    assert mode_of(shut) == 0o700


def test_a_folder_of_somebody_else_is_refused(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = choose_place().path.parent
    own.rmdir()
    own.symlink_to(folders)
    with pytest.raises(ClassError, match=r"is a symbolic link.*--socket PATH"):
        choose_place()
    own.unlink()
    own.mkdir()
    there = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: there + 1)
    monkeypatch.setattr(places, "_user", lambda: own.name.removeprefix("tuinet-class-"))
    with pytest.raises(ClassError, match=r"belongs to another user.*--socket PATH"):
        choose_place()


def test_what_is_no_socket_is_left_alone(folder: Path) -> None:
    path = folder / "thesis.txt"
    path.write_text("months of work", encoding="utf-8")
    with pytest.raises(ClassError, match=r"thesis\.txt: it is there already"):
        listen_at(choose_place(socket=path))
    link = folder / "link"
    link.symlink_to(path)
    with pytest.raises(ClassError, match="it is there already"):
        listen_at(choose_place(socket=link))
    assert path.read_text(encoding="utf-8") == "months of work"


def test_what_a_dead_teacher_has_left_is_removed_and_what_lives_is_not(folder: Path) -> None:
    path = folder / "s.socket"
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(path))
    dead.close()
    with pytest.raises(ClassError, match=r"s\.socket: nobody teaches there$"):
        find_place(socket=path)
    place = choose_place(socket=path)
    listener = listen_at(place)
    with pytest.raises(ClassError, match="a class is open there already"):
        listen_at(place)
    with pytest.raises(ClassError, match="a class is open there already"):
        choose_place(socket=path)
    listener.close()


def test_of_two_teachers_at_one_moment_neither_takes_the_socket_of_the_other(folder: Path) -> None:
    place = choose_place(socket=folder / "c.socket")
    with places._one_at_a_time(folder), pytest.raises(ClassError, match="is being opened there; try again"):
        listen_at(place)
    listen_at(place).close()


def test_who_leaves_removes_no_socket_that_has_taken_the_place(folder: Path) -> None:
    place = choose_place(socket=folder / "c.socket")
    with socket.socket(socket.AF_UNIX) as first:
        first.bind(str(place.path))
        number = file_number(place)
        place.path.unlink()
        with listen_at(place) as other:
            leave_place(place, number)
            assert find_place(socket=place.path).path == place.path
            leave_place(place, file_number(place))
            other.close()
    assert not place.path.exists()


@pytest.mark.parametrize("name", ["../up", "a b", "x" * 41, "a/b", "\x1b"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ClassError, match=r"^name: "):
        choose_place(name)


def test_what_cannot_be_is_said_in_a_line(folder: Path) -> None:
    with pytest.raises(ClassError, match=r"group: 'no-such-group' is no group"):
        choose_place(group="no-such-group")
    with pytest.raises(ClassError, match="there is no folder"):
        choose_place(socket=folder / "none" / "s.socket")
    with pytest.raises(ClassError, match="at most 100 bytes"):
        choose_place(socket=folder / ("x" * 200))
    with pytest.raises(ClassError, match="no class can be followed there"):
        find_place(socket=folder / "none.socket")


def test_the_only_class_is_found_and_of_several_the_one_that_is_named() -> None:
    with pytest.raises(ClassError, match="no class is open"):
        find_place()
    with opened("algebra") as first:
        assert find_place().path == first.path
        assert find_place(first.teacher).name == "algebra"
        with opened("biology") as second:
            with pytest.raises(ClassError, match=r"more than one class: \S+/algebra, \S+/biology"):
                find_place()
            assert find_place("biology").path == second.path
            assert find_place(f"{second.teacher}/biology").path == second.path
            with pytest.raises(ClassError, match="'chemistry' is no class that is open"):
                find_place("chemistry")


def test_a_class_is_found_in_another_case_where_one_alone_is_meant() -> None:
    with opened("other") as place:
        assert find_place("Other").path == find_place(f"{place.teacher.upper()}/OTHER").path == place.path
        with opened("Other") as same:
            assert (find_place("other").path, find_place("Other").path) == (place.path, same.path)
            with pytest.raises(ClassError, match="more than one class"):
                find_place("OTHER")


def test_a_class_says_how_it_is_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_place().announcement == "the class is open: tuinet follow"
    assert choose_place("other").announcement == "class other is open: tuinet follow other"
    monkeypatch.chdir(folder)
    own = choose_place(socket=Path("my class.socket"))
    assert own.announcement == f"class my class is open: tuinet follow --socket '{folder}/my class.socket'"
    assert find_place_of(own.announcement) == folder / "my class.socket"
    assert choose_place("other", folder / "y.socket").announcement.endswith(
        f"other is open: tuinet follow --socket {folder}/y.socket"
    )


def find_place_of(announcement: str) -> Path:
    """The socket that a shell hands over."""
    return Path(shlex.split(announcement)[-1])


def test_a_folder_under_somebody_elses_name_is_no_class(folders: Path) -> None:
    lying = folders / "tuinet-class-nobody-of-this-name"
    lying.mkdir()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(lying / "class.socket"))
    listener.listen()
    assert find_places() == []
    listener.close()
