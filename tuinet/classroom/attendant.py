"""The teacher's side of one follower: what is to be sent, within bounds, and what has come, within others."""

from __future__ import annotations

import math
import os
import socket as sockets
import struct
from collections import deque
from collections.abc import Iterator
from typing import Final

from tuinet.classroom.messages import At, FromFollower, FromTeacher, State, WantState, read_follower
from tuinet.classroom.wire import MOST_OF_FOLLOWER, Decoder, encoded

BYTES_A_SECOND: Final = 900.0
"""For each follower, while the teacher trains: states wait until they have been saved up."""
_CREDIT: Final = BYTES_A_SECOND
"""Bytes that can be saved up."""
STALLED_SECONDS: Final = 10.0
"""After which one who does not read is dropped."""
SILENT_SECONDS: Final = 30.0
"""After which one who says nothing is dropped: followers report every few seconds."""
HELLO_SECONDS: Final = 5.0
"""After which one who has not said what it is is dropped."""
RETURN_SECONDS: Final = 2.0
"""From one state that was free to one for who goes back to a paused class, at least."""
MESSAGES_A_SECOND: Final = 20
MOST_QUEUED: Final = 2**18
"""Bytes that may wait for a follower, without states."""
_SEND_BUFFER: Final = 2**15
_READ_BYTES: Final = 2**14
_CREDENTIALS: Final = struct.Struct("3i")


class GoneError(Exception):
    """A follower has gone, or has to; why, in words."""


class Attendant:
    """A follower, as the teacher's program knows it; used by the server's thread alone.

    Parameters
    ----------
    connection
        Belongs to the attendant from now on.
    now
        When it came, by the server's clock.
    """

    def __init__(self, connection: sockets.socket, now: float) -> None:
        connection.setblocking(False)
        connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, _SEND_BUFFER)
        self.connection = connection
        self.person = _person(connection)
        """Who it is: a user of this machine, or where that is the teacher, one program of theirs."""
        self.is_known = False
        """Whether it has said hello, and has the same version."""
        self.wanted: WantState | None = None
        """What it knows, where it has asked for a state."""
        self.has_state = False
        """Whether it was sent one: all that comes after belongs to it."""
        self.is_forked = False
        self.agrees: bool | None = None
        """Whether it had the teacher's parameters when they were compared last; ``None`` where they never were."""
        self.choice: tuple[int, int] | None = None
        """The number of a question, and its answer to that."""
        self.bytes_sent = 0
        self._decoder = Decoder(read_follower, MOST_OF_FOLLOWER)
        self._queue: deque[tuple[FromTeacher, bytes]] = deque()
        self._queued = 0
        self._rest = memoryview(b"")
        self._came = self._heard = self._progress = self._earned_at = now
        self._balance = _CREDIT
        self._free_at, self._sent_at = -math.inf, now
        self._second, self._messages = now, 0

    @property
    def has_more(self) -> bool:
        """Whether anything waits to be sent."""
        return bool(self._rest or self._queue)

    def read(self, now: float) -> Iterator[FromFollower]:
        """The messages that have come.

        Raises
        ------
        GoneError
            If it has gone, or floods.
        MessageError
            If it sends what is no message.
        """
        try:
            data = self.connection.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            raise GoneError(error.strerror or "its connection has broken") from error
        if not data:
            raise GoneError("it has left")
        for message in self._decoder.messages(data):
            self._heard = now
            self._count(now)
            yield message

    def _count(self, now: float) -> None:
        if now - self._second >= 1.0:
            self._second, self._messages = now, 0
        self._messages += 1
        if self._messages > MESSAGES_A_SECOND:
            raise GoneError("it says more than it may")

    def queue(self, message: FromTeacher, data: bytes | None = None) -> None:
        """Have a message sent; a position that waits is replaced by a later one.

        Parameters
        ----------
        data
            The message as it travels, where that is known.

        Raises
        ------
        GoneError
            If too much waits already.
        """
        data = encoded(message) if data is None else data
        if isinstance(message, At) and self._queue and isinstance(self._queue[-1][0], At):
            self._queued -= len(self._queue.pop()[1])
        self._queue.append((message, data))
        if not isinstance(message, State):
            self._queued += len(data)
        if self._queued > MOST_QUEUED:
            raise GoneError("it reads too slowly")

    def write(self, now: float) -> None:
        """Send what the connection takes.

        Raises
        ------
        GoneError
            If it has gone.
        """
        try:
            while self.has_more:
                if not self._rest:
                    self._begin_next()
                sent = self.connection.send(self._rest)
                self._rest, self._progress = self._rest[sent:], now
                self.bytes_sent += sent
        except BlockingIOError:
            return
        except OSError as error:
            raise GoneError(error.strerror or "its connection has broken") from error

    def _begin_next(self) -> None:
        message, data = self._queue.popleft()
        if not isinstance(message, State):
            self._queued -= len(data)
        self._rest = memoryview(data)
        self._balance -= len(data)

    def require_alive(self, now: float) -> None:
        """Refuse one who does not read, says nothing, or never said what it is, by a GoneError."""
        if not self.has_more:
            self._progress = now
        if now - self._progress > STALLED_SECONDS:
            raise GoneError("it does not read")
        if now - self._heard > SILENT_SECONDS:
            raise GoneError("it says nothing any more")
        if not self.is_known and now - self._came > HELLO_SECONDS:
            raise GoneError("it does not say what it is")

    def may_have_state(self, now: float, *, is_running: bool) -> bool:
        """Whether a state is within the bytes that it may have.

        Whoever pauses wants all to see the same at once: then one is free.
        """
        self._balance = min(_CREDIT, self._balance + (now - self._earned_at) * BYTES_A_SECOND)
        self._earned_at = now
        return self._balance >= 0 or (now >= self._free_at and not is_running)

    def use_credit(self, now: float, *, is_running: bool) -> None:
        """A state is sent; of those that are free it is the only one until the teacher does something else."""
        self._free_at, self._sent_at = -math.inf if is_running else math.inf, now

    def give_credit(self) -> None:
        """The teacher has done what cannot be replayed."""
        self._free_at = -math.inf

    def come_back(self, now: float) -> None:
        """It goes back to the class from a copy of its own, which is as free as to come, but not at every moment."""
        self._free_at = min(self._free_at, max(now, self._sent_at + RETURN_SECONDS))


def _person(connection: sockets.socket) -> tuple[int, int]:
    """User and, where that is this one, program on the other side; unique where the system does not tell."""
    if not hasattr(sockets, "SO_PEERCRED"):
        return -1, connection.fileno()
    data = connection.getsockopt(sockets.SOL_SOCKET, sockets.SO_PEERCRED, _CREDENTIALS.size)
    program, user, _ = _CREDENTIALS.unpack(data)
    return user, program if user == os.geteuid() else 0
