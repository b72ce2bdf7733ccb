"""A Door: the socket of a class and its connections, waited for together, by one thread that another one can wake."""

from __future__ import annotations

import contextlib
import math
import selectors
import socket as sockets

from tuinet.classroom.places import ClassPlace, file_number, leave_place, listen_at


class Door:
    """Lets connections in.

    Raises
    ------
    ClassError
        If no socket can be made at the place.
    """

    def __init__(self, place: ClassPlace) -> None:
        self._place = place
        self._listener = listen_at(place)
        self._number = file_number(place)
        self._waker, self._woken = sockets.socketpair()
        self._selector = selectors.DefaultSelector()
        for one in (self._waker, self._woken):
            one.setblocking(False)
        for one in (self._listener, self._woken):
            self._selector.register(one, selectors.EVENT_READ)

    def wake(self) -> None:
        """Have `wait` return; may be called by any thread."""
        with contextlib.suppress(OSError):  # it is awake where its buffer is full
            self._waker.send(b"\0")

    def wait(self, seconds: float) -> tuple[list[sockets.socket], list[int]]:
        """Wait until something happens, at most so long: the new connections, and those that have sent something."""
        came, spoke = [], []
        for key, mask in self._selector.select(None if math.isinf(seconds) else max(0.0, seconds)):
            if key.fileobj is self._listener:
                with contextlib.suppress(OSError):
                    came.append(self._listener.accept()[0])
            elif key.fileobj is self._woken:
                with contextlib.suppress(OSError):
                    self._woken.recv(4096)
            elif mask & selectors.EVENT_READ:
                spoke.append(key.fd)
        return came, spoke

    def watch(self, connection: sockets.socket, *, has_more: bool = False) -> None:
        """Wait for what a connection sends, and where there is more for it, for its taking that."""
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if has_more else 0)
        if connection.fileno() not in self._selector.get_map():
            self._selector.register(connection, wanted)
        elif self._selector.get_key(connection).events != wanted:
            self._selector.modify(connection, wanted)

    def forget(self, connection: sockets.socket) -> None:
        """Wait no longer for a connection, which is closed."""
        self._selector.unregister(connection)
        connection.close()

    def close(self) -> None:
        """Let nobody in any more; all connections are closed."""
        leave_place(self._place, self._number)
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, sockets.socket):
                key.fileobj.close()
        self._selector.close()
        self._waker.close()
