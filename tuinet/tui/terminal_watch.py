"""Notices when the terminal has gone, however quietly it went."""

from __future__ import annotations

import select
import threading
from collections.abc import Callable, Iterable, Sequence


def watch_terminal(descriptors: Sequence[int], gone: Callable[[], None]) -> None:
    """Call a function, from a thread, once the other side of one of these descriptors has closed.

    A process that ignores SIGHUP, as under nohup, learns of it in no other way; its reads return nothing at once, for
    ever. The thread sleeps until then.
    """
    if hasattr(select, "poll"):
        threading.Thread(target=_wait, args=(descriptors, gone), name="tuinet-terminal", daemon=True).start()


def has_gone(descriptors: Sequence[int]) -> bool:
    """Whether the other side of one of these descriptors has closed; not where nothing can tell."""
    return hasattr(select, "poll") and _reports_end(_poll(descriptors).poll(0))


def _wait(descriptors: Sequence[int], gone: Callable[[], None]) -> None:
    poll = _poll(descriptors)
    while not _reports_end(poll.poll()):
        pass
    gone()


def _poll(descriptors: Sequence[int]) -> select.poll:
    poll = select.poll()
    for descriptor in descriptors:
        # No events: hang-up and error are always reported.
        poll.register(descriptor, 0)
    return poll


def _reports_end(events: Iterable[tuple[int, int]]) -> bool:
    return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in events)
