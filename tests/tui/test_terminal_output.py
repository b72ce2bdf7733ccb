"""The file that the writing thread has: it raises nothing, and says once that it is broken."""

from __future__ import annotations

import errno
import io

import pytest

from tuinet.tui.terminal.driver import TerminalOutput


class Failing(io.StringIO):
    """Fails so many times."""

    def __init__(self, error: Exception, times: int) -> None:
        super().__init__()
        self._error, self._times = error, times

    def write(self, text: str) -> int:
        if self._times:
            self._times -= 1
            raise self._error
        return super().write(text)


@pytest.mark.parametrize("error", [ValueError("closed"), OSError(errno.ENOSPC, "full")], ids=["value", "system"])
def test_the_first_error_is_told_and_the_rest_is_written(error: Exception) -> None:
    told: list[BaseException] = []
    file = Failing(error, times=2)
    output = TerminalOutput(file, told.append)
    for text in ("a", "b", "c", "d"):
        output.write(text)
        output.flush()
    assert told == [error]
    assert file.getvalue() == "cd"


@pytest.mark.parametrize("number", [errno.EIO, errno.EPIPE])
def test_a_terminal_that_has_gone_is_noticed_elsewhere(number: int) -> None:
    told: list[BaseException] = []
    TerminalOutput(Failing(OSError(number, "gone"), times=1), told.append).write("a")
    assert told == []
