"""Job control: whether a suspended process would be continued by anybody."""

from __future__ import annotations

import os


def has_shell() -> bool:
    """Whether this process was started from a session that goes on without it, such as a shell's.

    Where it is the session's first process, as in a terminal window of its own or under ``ssh host tuinet``, nobody
    would continue it.
    """
    return hasattr(os, "getsid") and os.getsid(0) != os.getpid() and _sid(os.getppid()) == os.getsid(0)


def is_in_foreground(terminal: int) -> bool:
    """Whether this process is the one that a terminal belongs to now, and not its shell; so where nobody can tell."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except (OSError, AttributeError):
        return True


def _sid(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None
