"""The line from a follower to the class: a thread that reads, and that comes back by itself where it was dropped."""

from __future__ import annotations

import contextlib
import errno
import socket as sockets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tuinet.classroom.messages import Farewell, FromFollower, FromTeacher, Hello, MessageError, read_teacher
from tuinet.classroom.places import connect_to
from tuinet.classroom.wire import MOST_OF_TEACHER, MOST_STATE, Decoder, encoded

FIRST_PAUSE: Final = 0.5
"""Seconds until the first attempt to come back; each one after it waits twice as long."""
LAST_PAUSE: Final = 8.0
_READ_BYTES: Final = 2**16
_SEND_NOW: Final = getattr(sockets, "MSG_DONTWAIT", 0)


class ClassLink:
    """Connects, reads, and connects again until it is ended.

    Parameters
    ----------
    path
        Of the socket.
    deliver
        Takes each message, in the link's thread.
    lost
        Is told why there is no connection, and when the next attempt is made; in the link's thread.
    """

    def __init__(self, path: Path, deliver: Callable[[FromTeacher], None], lost: Callable[[str, float], None]) -> None:
        self._path, self._deliver, self._lost = path, deliver, lost
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

    def send(self, message: FromFollower) -> None:
        """Send a message where there is a connection; nothing is waited for."""
        if (connection := self._connection) is None:
            return
        data = encoded(message)
        try:
            if connection.send(data, _SEND_NOW) == len(data):
                return
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EWOULDBLOCK):
                return  # it is a report, or is asked again
        self.drop()

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._ended.is_set():
            begun = time.monotonic()
            words = self._attend()
            # Who is sent away at once, as by a class whose data are too large, does not come back at once.
            pause = FIRST_PAUSE if time.monotonic() - begun > LAST_PAUSE else min(2 * pause, LAST_PAUSE)
            if not self._ended.is_set():
                self._lost(words, pause)
            self._ended.wait(pause)

    def _attend(self) -> str:
        """Be in the class until it ends, or the connection; why there is none any more."""
        try:
            connection = connect_to(self._path)
        except OSError as error:
            return f"{self._path}: {error.strerror or error}"
        with connection:
            connection.settimeout(None)
            self._connection = connection
            self.send(Hello())
            try:
                return self._read(connection)
            finally:
                self._connection = None

    def _read(self, connection: sockets.socket) -> str:
        decoder = Decoder(read_teacher, MOST_STATE, MOST_OF_TEACHER)
        while not self._ended.is_set():
            try:
                data = connection.recv(_READ_BYTES)
                if not data:
                    return "the connection has ended"
                for message in decoder.messages(data):
                    if isinstance(message, Farewell):
                        return message.words or "the class has ended"
                    self._deliver(message)
            except MessageError as error:
                return f"the teacher's program says what is no message ({error})"
            except OSError as error:
                return error.strerror or "the connection has broken"
        return ""
