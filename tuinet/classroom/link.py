"""The line from a follower to the class: a thread that reads, and that comes back by itself where it was dropped."""

from __future__ import annotations

import contextlib
import errno
import socket as sockets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tuinet.classroom.messages import Farewell, FromFollower, FromTeacher, Hello, MessageError, read_teacher
from tuinet.classroom.places import ClassPlace, connect_to
from tuinet.classroom.wire import MOST_OF_TEACHER, MOST_STATE, Decoder, encoded

FIRST_PAUSE: Final = 0.5
"""Seconds until the first attempt to come back; each one after it waits twice as long."""
LAST_PAUSE: Final = 8.0
_READ_BYTES: Final = 2**16
_SEND_NOW: Final = getattr(sockets, "MSG_DONTWAIT", 0)


@dataclass(frozen=True)
class Lost:
    """There is no connection."""

    farewell: str | None
    """What the class said when it went, empty where it was closed; ``None`` where it does not answer."""
    seconds: float
    """Until the next attempt to come back."""


class ClassLink:
    """Connects, reads, and connects again until it is ended.

    Parameters
    ----------
    place
        Of the class.
    deliver
        Takes each message, in the link's thread.
    lost
        Is told each time that there is no connection; in the link's thread.
    """

    def __init__(self, place: ClassPlace, deliver: Callable[[FromTeacher], None], lost: Callable[[Lost], None]) -> None:
        self._place, self._deliver, self._lost = place, deliver, lost
        self._farewell: str | None = None
        self._ended = threading.Event()
        self._connection: sockets.socket | None = None
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def end(self) -> None:
        """Leave the class."""
        self._ended.set()
        self.drop()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def drop(self) -> None:
        """Give the connection up, and come back."""
        if (connection := self._connection) is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(sockets.SHUT_RDWR)

    def send(self, message: FromFollower) -> bool:
        """Send a message where there is a connection; whether it is on its way. Nothing is waited for."""
        if (connection := self._connection) is None:
            return False
        data = encoded(message)
        try:
            if connection.send(data, _SEND_NOW) == len(data):
                return True
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EWOULDBLOCK):
                return False  # it is a report, or is asked again
        self.drop()
        return False

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._ended.is_set():
            begun = time.monotonic()
            self._attend()
            # Who is sent away at once, as by a class whose data are too large, does not come back at once.
            pause = FIRST_PAUSE if time.monotonic() - begun > LAST_PAUSE else min(2 * pause, LAST_PAUSE)
            if not self._ended.is_set():
                self._lost(Lost(self._farewell, pause))
            self._ended.wait(pause)

    def _attend(self) -> None:
        """Be in the class until it ends, or the connection."""
        try:
            connection = connect_to(self._place.path, self._place.owner)
        except OSError:
            return  # whose class that was is known, and a path and an error number help nobody who only follows
        with connection:
            connection.settimeout(None)
            self._connection = connection
            self.send(Hello())
            try:
                self._read(connection)
            finally:
                self._connection = None

    def _read(self, connection: sockets.socket) -> None:
        decoder = Decoder(read_teacher, MOST_STATE, MOST_OF_TEACHER)
        while not self._ended.is_set():
            try:
                data = connection.recv(_READ_BYTES)
                if not data:
                    return
                for message in decoder.messages(data):
                    self._farewell = message.words if isinstance(message, Farewell) else None
                    if isinstance(message, Farewell):
                        return
                    self._deliver(message)
            except MessageError as error:
                self._farewell = f"the teacher's program says what is no message ({error})"
                return
            except OSError:
                return
