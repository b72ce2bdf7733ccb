"""A ReplayRunner: plays a recording where a Runner would train; commands go in and frames come out as there."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from tuinet.advice import key
from tuinet.base_runner import RATE_SECONDS, BaseRunner
from tuinet.errors import TuinetError
from tuinet.observe.snapshot import Frame
from tuinet.replay.player import RecordingPlayer
from tuinet.session.commands import Back, Command, Pause, Resume, Seek, SetSpeed, Step

UNLIMITED_SECONDS: Final = 5.0
"""How long a whole recording takes at unlimited speed: nothing has to be computed that could take longer."""
AT_END: Final = f"this is the end of the recording: {key('to the start')} goes to its start"
AT_START: Final = (
    f"this is the start of the recording: {key('scrub forward')} goes forward, {key('to the end')} to the end"
)


class ReplayRunner(BaseRunner):
    """Plays a recording; see `BaseRunner`.

    Commands that move in time move among the recorded moments; those that would change anything are refused.

    Parameters
    ----------
    player
        Belongs to the runner from now on.
    speed
        Epochs per second, ``None`` for the whole recording in `UNLIMITED_SECONDS`.
    running
        Whether to play at once.
    now
        A clock.
    """

    def __init__(
        self,
        player: RecordingPlayer,
        speed: float | None = None,
        *,
        running: bool = True,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._player, self._speed, self._now = player, speed, now
        self._epochs = player.recording.epochs
        self._last = len(player.recording) - 1
        self._running = running and self._last > 0
        self._anchor = (now(), float(player.epoch))
        self._marks: deque[tuple[float, int]] = deque()
        self._frame = self._make_frame()

    def _handle(self, command: Command) -> None:
        match command:
            case Pause():
                self._set_running(False)
            case Resume():
                if self._player.moment == self._last:
                    self._player.show(0)
                self._set_running(True)
            case SetSpeed(epochs_per_second):
                self._speed = epochs_per_second
                self._set_running(self._running)
            case Step(unit):
                self._set_running(False)
                self._go_on(by_phases=unit == "phase")
            case Back(unit):
                self._set_running(False)
                self._go_back(by_phases=unit == "phase")
            case Seek(epoch):
                self._set_running(False)
                self._seek(epoch)
            case _:
                raise TuinetError(f"a recording cannot be changed ({command})")

    def _set_running(self, running: bool) -> None:
        """Begin to count from here and now."""
        self._running = running and self._last > 0
        self._anchor = (self._now(), float(self._player.epoch))
        self._marks.clear()

    def _go_on(self, *, by_phases: bool) -> None:
        player = self._player
        if by_phases and player.phase:
            player.next_phase()
        elif player.phase:
            player.show(player.moment)
        elif player.moment == self._last:
            raise TuinetError(AT_END)
        else:
            player.show(player.moment + 1, 1 if by_phases else None)

    def _go_back(self, *, by_phases: bool) -> None:
        player = self._player
        if by_phases and player.phase != 1 and player.has_update(player.moment):
            if not player.phase:
                player.show(player.moment, 1)
                player.show(player.moment, player.phases - 1)
            else:
                player.show(player.moment, player.phase - 1)
        elif player.moment == 0:
            raise TuinetError(AT_START)
        else:
            player.show(player.moment - 1)

    def _seek(self, epoch: int) -> None:
        """Go to the last moment up to an epoch; but who goes forward gets on by a moment at least."""
        player = self._player
        aim = player.recording.moment_at(epoch)
        if epoch > player.epoch:
            aim = min(max(aim, player.moment + 1), self._last)
        if aim == player.moment and not player.phase:
            ends = {0: AT_START, self._last: AT_END}
            raise TuinetError(ends.get(aim, f"epoch {player.epoch:,} is shown already"))
        player.show(aim)

    @property
    def _pace(self) -> float:
        """Epochs per second."""
        return self._speed or max(float(self._epochs[-1]) / UNLIMITED_SECONDS, 1.0)

    def _play(self) -> None:
        """Go to where the clock says that the recording is by now."""
        if not self._running:
            return
        since, epoch = self._anchor
        now = self._now()
        moment = self._player.recording.moment_at(epoch + (now - since) * self._pace)
        if moment > self._player.moment:
            self._player.show(moment)
            self._stale = True
            self._note(now)
        if self._player.moment == self._last:
            self._set_running(False)
            self._stale = True

    def _note(self, now: float) -> None:
        self._marks.append((now, self._player.epoch))
        while len(self._marks) > 2 and self._marks[1][0] < now - RATE_SECONDS:
            self._marks.popleft()

    @property
    def _rate(self) -> float:
        """Epochs per second over the last second or so; 0 before there is anything to measure."""
        if not self._running or len(self._marks) < 2:
            return 0.0
        (first, epoch), (last, now) = self._marks[0], self._marks[-1]
        return (now - epoch) / (last - first) if last > first else 0.0

    def _make_frame(self) -> Frame:
        snapshot, place = self._player.snapshot(self._view), (self._player.moment + 1, self._last + 1)
        return Frame(
            snapshot,
            self._running,
            self._speed,
            self._rate,
            self._refusal,
            obeyed=self._obeyed,
            moment=place,
        )

    def _seconds_to_play(self) -> float:
        # Nobody looks at what nobody has asked for.
        return self._seconds_to_next() if self._running and self._wanted else math.inf

    def _seconds_to_next(self) -> float:
        since, epoch = self._anchor
        ahead = self._epochs[self._epochs > self._player.epoch]
        if not len(ahead):
            return 0.0
        return max(0.0, since + (float(ahead[0]) - epoch) / self._pace - self._now())
