"""Where classes are: a Unix socket each, in a folder of its teacher; nothing is opened to a network.

Who may follow is who may open the socket: by default the teacher alone, with a group its members. `trust` says whose a
place must be.
"""

from __future__ import annotations

import contextlib
import errno
import getpass
import os
import re
import shlex
import socket as sockets
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tuinet.classroom.trust import require_known_socket, require_safe_place, user_name
from tuinet.errors import ClassError
from tuinet.storage.private_folder import PrivacyError, require_own
from tuinet.terminal_text import shown_name

USUAL_NAME: Final = "class"
ENDING: Final = ".socket"
HAS_SOCKETS: Final = hasattr(sockets, "AF_UNIX")
_NAME: Final = re.compile(r"[\w.+-]{1,40}")
_FOLDERS: Final = Path("/tmp") if os.path.isdir("/tmp") else Path(tempfile.gettempdir())
"""Not the folder of TMPDIR, which students and teachers may have set to different ones."""
_FOLDER: Final = "tuinet-class-"
_MOST_PATH: Final = 100
"""Bytes of a socket's path: Linux has room for 107, others for 103."""
_ALONE: Final = (0o700, 0o600)
_WITH_GROUP: Final = (0o750, 0o660)
_OTHERS: Final = 0o027


@dataclass(frozen=True)
class ClassPlace:
    """A class's socket, and whose it is."""

    path: Path
    name: str
    """Of the class; clean."""
    teacher: str
    """Clean."""
    group: int | None = None
    """Number of the group that may follow; ``None`` for the teacher alone."""
    owner: int | None = None
    """Number of the user whose socket has been found there; ``None`` where it is still to be made."""

    def __str__(self) -> str:
        return f"{self.name} of {self.teacher}"

    @property
    def is_usual(self) -> bool:
        """Whether it is in the usual folder of this user, where a name finds it."""
        return self.path == _usual_folder(_user()) / f"{self.name}{ENDING}"

    @property
    def announcement(self) -> str:
        """That the class is open, and what those who follow type; of this user's class."""
        title, command = "the class", "tuinet follow"
        if self.name != USUAL_NAME:
            title = f"class {self.name}"
        if not self.is_usual:
            command += f" --socket {shlex.quote(shown_name(str(self.path.absolute())))}"
        elif self.name != USUAL_NAME:
            command += f" {self.name}"
        return f"{title} is open: {command}"


def choose_place(name: str = "", socket: Path | None = None, group: str = "") -> ClassPlace:
    """Where a class of this user shall be; its folder is made and has the right permissions then.

    Parameters
    ----------
    name
        Of the class; empty for the usual one.
    socket
        Another place than the usual folder; its folder has to exist.
    group
        Name of the group that may follow; empty for the teacher alone.

    Raises
    ------
    ClassError
        If a name is none, a class is open there, or the folder is another user's, or cannot be made.
    """
    _require_sockets()
    name = name or (USUAL_NAME if socket is None else shown_name(socket.stem) or USUAL_NAME)
    if socket is None and not _NAME.fullmatch(name):
        raise ClassError(f"name: {name[:60]!r} is not 1 to 40 letters, digits, dots, dashes and underscores")
    number = _group_number(group) if group else None
    path = _usual_folder(_user()) / f"{name}{ENDING}" if socket is None else socket
    _require_short(path)
    place = ClassPlace(path, shown_name(name), shown_name(_user()), number)
    prepare_place(place)
    return place


def prepare_place(place: ClassPlace) -> None:
    """Make the folder of a class where it is the usual one, and room for its socket.

    Raises
    ------
    ClassError
        If a class is open there, or the folder is another user's, or cannot be made.
    """
    path = place.path
    try:
        if place.is_usual:
            _make_folder(path.parent, place.group)
        elif not path.parent.is_dir():
            raise ClassError(f"{path}: there is no folder {path.parent}")
        require_safe_place(path)
    except PrivacyError as error:
        raise ClassError(f"{error.path} {error.reason}; --socket PATH names another place") from error
    except OSError as error:
        raise ClassError(f"{path.parent}: {error.strerror}; --socket PATH names another place") from error
    with _one_at_a_time(path.parent):
        _remove_stale(path)


def listen_at(place: ClassPlace) -> sockets.socket:
    """A socket that listens there; one that a teacher's program has left behind is removed.

    Raises
    ------
    ClassError
        If a class is open there, or the path is something else, or cannot be used.
    """
    with _one_at_a_time(place.path.parent):
        _remove_stale(place.path)
        return _listener(place)


def _listener(place: ClassPlace) -> sockets.socket:
    listener = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
    try:
        # Nobody comes in between the moment at which it is there and that at which it has its rights.
        listener.bind(str(place.path))
        _give_rights(place.path, place.group, (_ALONE if place.group is None else _WITH_GROUP)[1])
        listener.listen(64)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise ClassError(f"{place.path}: no class can be opened there: {error.strerror or error}") from error
    return listener


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Nobody else opens a class in a folder meanwhile: what nobody listened on might be a class by now."""
    import fcntl  # noqa: PLC0415 - Windows has none, and no such sockets

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise ClassError(f"{folder}: another class is being opened there; try again, or name another place") from None
    finally:
        os.close(descriptor)


def file_number(place: ClassPlace) -> int:
    """That of the file of a socket, which no other file has as long as somebody listens there."""
    return os.lstat(place.path).st_ino


def leave_place(place: ClassPlace, number: int) -> None:
    """Remove the socket, and the folder where it was the last one there; nothing where another file has its place.

    Parameters
    ----------
    number
        See `file_number`.
    """
    with contextlib.suppress(OSError):
        if file_number(place) != number:
            return
        place.path.unlink()
        if place.path.parent.name.startswith(_FOLDER):
            place.path.parent.rmdir()


def connect_to(path: Path, owner: int | None = None) -> sockets.socket:
    """A socket that is connected; an OSError where nobody listens, or another user than the owner."""
    if owner is not None and os.lstat(path).st_uid != owner:
        raise ConnectionRefusedError(errno.ECONNREFUSED, "another user has put a socket there")
    connection = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
    try:
        connection.settimeout(5.0)
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return connection


def find_place(name: str | None = None, socket: Path | None = None) -> ClassPlace:
    """The class of a name, or of a teacher's name, or the only one that can be seen.

    Raises
    ------
    ClassError
        If there is none, or more than one; the message lists them.
    """
    _require_sockets()
    if socket is not None:
        _require_short(socket)
        return _at(socket)
    found = find_places()
    wanted = [place for place in found if name is None or name in _names(place)]
    # Nobody who types what they have heard knows its case.
    wanted = wanted or [place for place in found if str(name).casefold() in map(str.casefold, _names(place))]
    if len(wanted) == 1:
        return wanted[0]
    listed = ", ".join(f"{place.teacher}/{place.name}" for place in found)
    if not found:
        raise ClassError("no class is open that you may follow; tuinet teach opens one, follow --socket PATH names one")
    if not wanted:
        raise ClassError(f"{shown_name(str(name))!r} is no class that is open; there is {listed}")
    raise ClassError(f"there is more than one class: {listed}; say which one to follow")


def _names(place: ClassPlace) -> tuple[str, ...]:
    return place.name, place.teacher, f"{place.teacher}/{place.name}"


def find_places() -> list[ClassPlace]:
    """The open classes in the usual folders that this user may see, in the order of their names."""
    return sorted(
        (place for path in _FOLDERS.glob(f"{_FOLDER}*/*{ENDING}") if (place := _seen(path))),
        key=lambda place: (place.teacher, place.name),
    )


def _seen(path: Path) -> ClassPlace | None:
    """A class in a usual folder; ``None`` where the folder is not that of whose name it has, or nobody listens."""
    try:
        status = os.lstat(path.parent)
        user = path.parent.name.removeprefix(_FOLDER)
        if not stat.S_ISDIR(status.st_mode) or user_name(status.st_uid) != user:
            return None
        owner = require_known_socket(path)
        connect_to(path, owner).close()
    except (OSError, ClassError):
        return None
    return ClassPlace(path, shown_name(path.stem), shown_name(user), owner=owner)


def _at(path: Path) -> ClassPlace:
    try:
        owner = require_known_socket(path)
        connect_to(path, owner).close()
    except OSError as error:
        if isinstance(error, ConnectionRefusedError):
            raise ClassError(f"{path}: nobody teaches there") from error
        raise ClassError(f"{path}: no class can be followed there: {error.strerror or error}") from error
    return ClassPlace(path, shown_name(path.stem), shown_name(user_name(owner)), owner=owner)


def _remove_stale(path: Path) -> None:
    """Make room for a socket: one on which nobody listens any more is removed."""
    if not os.path.lexists(path):
        return
    try:
        status = os.lstat(path)
        if not stat.S_ISSOCK(status.st_mode) or status.st_uid != os.geteuid():
            raise ClassError(f"{path}: it is there already, and is no socket of yours; name another place")
        connect_to(path).close()
    except OSError as error:
        if error.errno != errno.ECONNREFUSED:
            raise ClassError(f"{path}: {error.strerror or error}") from error
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        return
    raise ClassError(f"{path}: a class is open there already; --name NAME or --socket PATH opens another one")


def _make_folder(folder: Path, group: int | None) -> None:
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=_ALONE[0])
    require_own(folder)
    if group is not None:
        _give_rights(folder, group, _WITH_GROUP[0])
    elif os.lstat(folder).st_mode & _OTHERS:
        # The group of another class of this teacher may stay: the sockets have rights of their own.
        os.chmod(folder, _ALONE[0])


def _give_rights(path: Path, group: int | None, mode: int) -> None:
    if group is not None:
        os.chown(path, -1, group, follow_symlinks=False)
    os.chmod(path, mode)


def _group_number(name: str) -> int:
    try:
        import grp  # noqa: PLC0415 - there are no groups on Windows

        return grp.getgrnam(name).gr_gid
    except (ImportError, KeyError, ValueError):
        raise ClassError(f"group: {shown_name(name)!r} is no group on this machine; `id -Gn` lists yours") from None


def _usual_folder(user: str) -> Path:
    return _FOLDERS / f"{_FOLDER}{user}"


def _user() -> str:
    return user_name(os.geteuid()) if hasattr(os, "geteuid") else getpass.getuser()


def _require_short(path: Path) -> None:
    if len(os.fsencode(path)) > _MOST_PATH:
        raise ClassError(f"{str(path)[:60]}…: a socket's path has at most {_MOST_PATH} bytes; name a shorter one")


def _require_sockets() -> None:
    if not HAS_SOCKETS:
        raise ClassError("a class needs Unix sockets, which this system does not have")
