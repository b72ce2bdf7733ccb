"""What goes to the terminal: a line that takes nothing more must not hold the screen up without a word."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import IO

_GONE = (errno.EIO, errno.EPIPE)


class TerminalOutput:
    """A file for the thread that writes; that thread outlives every error, or else nobody would empty its queue.

    Parameters
    ----------
    file
        What is written to.
    broken
        Called with the first error, once. It is not called where the terminal has gone, which is noticed elsewhere.
    """

    def __init__(self, file: IO[str], broken: Callable[[BaseException], None]) -> None:
        self._file, self._broken = file, broken
        self._is_broken = False

    def write(self, text: str) -> None:
        """Write, if that is possible; also after an error, since the last words restore the terminal."""
        self._try(lambda: self._file.write(text))

    def flush(self) -> None:
        """Send what has been written."""
        self._try(self._file.flush)

    def fileno(self) -> int:
        """See `io.IOBase`."""
        return self._file.fileno()

    def _try(self, use: Callable[[], object]) -> None:
        try:
            use()
        except Exception as error:
            if not self._is_broken and getattr(error, "errno", None) not in _GONE:
                self._is_broken = True
                self._broken(error)
