"""A ReplayRunner: plays a recording where a Runner would train; commands go in and frames come out as there."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

from tuinet.advice import key
from tuinet.base_runner import BaseRunner
from tuinet.errors import TuinetError
from tuinet.observe.snapshot import Frame
from tuinet.pace import RateMeter
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
    speed
        Epochs per second, ``None`` for the whole recording in `UNLIMITED_SECONDS`.
    running
        Whether to play at once.
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
        self._meter = RateMeter()
        self._frame = self._make_frame()

    def latest(self) -> Frame:
        """See `BaseRunner`; what has not been played while nobody looked is played now."""
        with self._wake:
            if self._running:
                self._wake.notify()
            return super().latest()

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
        """Play or pause; time counts from here."""
        self._running = running and self._last > 0
        self._anchor = (self._now(), float(self._player.epoch))
        self._meter = RateMeter()

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
        """Go to the last moment up to an epoch; going forward, by at least one moment."""
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
        return self._speed or max(float(self._epochs[-1]) / UNLIMITED_SECONDS, 1.0)

    def _play(self) -> None:
        """Catch up with the clock."""
        if not self._running:
            return
        since, epoch = self._anchor
        now = self._now()
        moment = self._player.recording.moment_at(epoch + (now - since) * self._pace)
        if moment > self._player.moment:
            self._player.show(moment)
            self._stale = True
            self._meter.note(self._player.epoch, now)
        if self._player.moment == self._last:
            self._set_running(False)
            self._stale = True

    def _make_frame(self) -> Frame:
        snapshot, place = self._player.snapshot(self._view), (self._player.moment + 1, self._last + 1)
        return Frame(
            snapshot,
            self._running,
            self._speed,
            self._meter.rate if self._running else 0.0,
            self._refusal,
            obeyed=self._obeyed,
            moment=place,
        )

    def _seconds_to_play(self) -> float:
        # Nobody looks at what nobody has asked for.
        if not (self._running and self._wanted):
            return math.inf
        since, epoch = self._anchor
        ahead = self._epochs[self._epochs > self._player.epoch]
        if not len(ahead):
            return 0.0
        return max(0.0, since + (float(ahead[0]) - epoch) / self._pace - self._now())
