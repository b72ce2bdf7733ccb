"""Notices when the terminal has gone, however quietly it went."""

from __future__ import annotations

import select
import threading
from collections.abc import Callable, Sequence


def watch_terminal(descriptors: Sequence[int], gone: Callable[[], None]) -> None:
    """Call a function, from a thread, once the other side of one of these descriptors has closed.

    A process that ignores SIGHUP, as under nohup, learns of it in no other way; its reads return nothing at once, for
    ever. The thread sleeps until then.
    """
    if hasattr(select, "poll"):
        threading.Thread(target=_wait, args=(descriptors, gone), name="tuinet-terminal", daemon=True).start()


def _wait(descriptors: Sequence[int], gone: Callable[[], None]) -> None:
    poll = select.poll()
    for descriptor in descriptors:
        # No events: hang-up and error are always reported.
        poll.register(descriptor, 0)
    while not any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll()):
        pass
    gone()
