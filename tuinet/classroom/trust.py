"""Whose a place is: nobody but the owner of a socket, and root, may be able to put another one there.

As sshd has it of the files of a user, each folder on the way to a socket, and each link to one, belongs to its owner or
to root, and others can write to it only where it is sticky, as /tmp is. Whoever follows also wants to know the owner:
it is the follower, root, or a member of the group that the socket names, in which the follower is, too.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tuinet.errors import ClassError
from tuinet.terminal_text import shown_name

HAS_OWNERS: Final = hasattr(os, "geteuid")
_ROOT: Final = 0
_MOST_LINKS: Final = 40
"""As many as Linux follows."""
_REMEDY: Final = "name a socket in a folder that only you can write to (chmod 700), or in one with the sticky bit"


def require_safe_place(path: Path) -> None:
    """Refuse a place for a socket of this user's where others can put their own, by a ClassError."""
    if HAS_OWNERS and (reason := _reason_against(path, {os.geteuid(), _ROOT}, os.geteuid())):
        raise ClassError(f"{shown_name(str(path))}: {reason}: {_REMEDY}")


def require_known_socket(path: Path) -> int:
    """The number of a socket's owner; refuse, by a ClassError, one that is somebody's whom this user cannot know.

    An OSError says that there is nothing.
    """
    status, shown = os.lstat(path), shown_name(str(path))
    if stat.S_ISLNK(status.st_mode):
        raise ClassError(f"{shown}: it is a symbolic link, which is not followed; name the socket itself")
    if not stat.S_ISSOCK(status.st_mode):
        raise ClassError(f"{shown}: it is no socket of a class")
    if not HAS_OWNERS:
        return status.st_uid
    if not _is_known(status):
        raise ClassError(
            f"{shown}: it belongs to {user_name(status.st_uid)}, who is neither you nor a member of a group of yours "
            "that the socket is for; tuinet teach --group makes it so"
        )
    if reason := _reason_against(path, {status.st_uid, os.geteuid(), _ROOT}, status.st_uid):
        raise ClassError(f"{shown}: {reason}: it may be anybody's; its teacher opens it in a folder of one's own")
    return status.st_uid


def user_name(number: int) -> str:
    """The name of a user; the number where there is none."""
    try:
        import pwd  # noqa: PLC0415 - there are no users on Windows

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return str(number)


def _is_known(status: os.stat_result) -> bool:
    """Whether a socket is this user's, or root's, or for a group in which both this user and its owner are."""
    if status.st_uid in (os.geteuid(), _ROOT):
        return True
    mine = {os.getegid(), *os.getgroups()}
    is_for_group = bool(status.st_mode & stat.S_IWGRP) and status.st_gid in mine
    return is_for_group and status.st_gid in _groups_of(status.st_uid)


def _groups_of(number: int) -> set[int]:
    import pwd  # noqa: PLC0415 - as above

    try:
        user = pwd.getpwuid(number)
    except KeyError:
        return set()
    return set(os.getgrouplist(user.pw_name, user.pw_gid))


def _reason_against(path: Path, owners: set[int], user: int) -> str:
    """Which folder on the way to a socket others than its owners can change; empty where there is none."""
    for step in _steps(path.parent):
        status, shown = os.lstat(step), shown_name(str(step))
        if status.st_uid not in owners:
            kind = "link" if stat.S_ISLNK(status.st_mode) else "folder"
            return f"the {kind} {shown} belongs to {user_name(status.st_uid)}"
        if not stat.S_ISLNK(status.st_mode) and _is_open(status, user):
            return f"others can change the folder {shown} (mode {stat.S_IMODE(status.st_mode):04o})"
    return ""


def _steps(folder: Path) -> Iterator[Path]:
    """Every folder and every link on the way to a folder, from the root on."""
    here, parts, links = Path("/"), list(reversed(Path.cwd().joinpath(folder).parts[1:])), 0
    yield here
    while parts:
        part = parts.pop()
        step = here.parent if part == ".." else here / part
        yield step
        if not step.is_symlink():
            here = step
            continue
        links += 1
        target = Path(os.readlink(step))
        if links > _MOST_LINKS:
            raise ClassError(f"{shown_name(str(folder))}: the links on the way to it lead nowhere")
        here = Path("/") if target.is_absolute() else here
        parts += reversed(target.parts[1:] if target.is_absolute() else target.parts)


def _is_open(status: os.stat_result, user: int) -> bool:
    """Whether others than its owner can put something in the place of what is in a folder."""
    if status.st_mode & stat.S_ISVTX:
        return False
    by_group = bool(status.st_mode & stat.S_IWGRP) and not _is_group_of_one(status.st_gid, user)
    return by_group or bool(status.st_mode & stat.S_IWOTH)


def _is_group_of_one(group: int, user: int) -> bool:
    """Whether a group is that of a single user, which many systems give everybody, under the same name; or root's."""
    import grp  # noqa: PLC0415 - as above

    try:
        entry = grp.getgrgid(group)
    except KeyError:
        return False
    return group == _ROOT or (entry.gr_name == user_name(user) and not set(entry.gr_mem) - {entry.gr_name})
