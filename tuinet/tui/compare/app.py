"""The application of `tuinet compare`, the thread that has the runs made, and the live session of a cell."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar, Final, Protocol

from textual.binding import BindingType
from textual.driver import Driver
from textual.screen import Screen

from tuinet.compare.grid import Grid
from tuinet.compare.summary import summarize
from tuinet.compare.trial import Board, Report, Standing
from tuinet.experiment.experiment import FIELDS, Experiment
from tuinet.experiment.fields import plain
from tuinet.tui.compare.cells import CellsPanel
from tuinet.tui.compare.drawing import CellChoice
from tuinet.tui.compare.screen import CompareScreen
from tuinet.tui.keys import APP_BINDINGS
from tuinet.tui.screen_keys import COMPARE_BINDINGS
from tuinet.tui.screens.base import Topics
from tuinet.tui.screens.help import HelpScreen
from tuinet.tui.style.theme import Theme
from tuinet.tui.terminal.detect import MODERN, Terminal
from tuinet.tui.terminal.link import Link
from tuinet.tui.themed_app import ThemedApp


class CompareApp(ThemedApp):
    """Shows what is known of a grid until the user leaves, or wants to see a cell's run.

    Parameters
    ----------
    latest
        What is known of it.
    who
        Who works, in words.
    theme, themes, terminal, link, driver_class
        See `ThemedApp`.
    choice
        What is chosen at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*APP_BINDINGS]
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        grid: Grid,
        latest: Callable[[], Standing],
        who: str,
        theme: Theme,
        themes: Sequence[Theme],
        terminal: Terminal = MODERN,
        *,
        choice: CellChoice | None = None,
        link: Link | None = None,
        driver_class: type[Driver] | None = None,
    ) -> None:
        super().__init__(theme, themes, terminal, link, driver_class)
        self._comparison = CompareScreen(grid, latest, who, self._themes[theme.name], choice)
        self.opened = False

    @property
    def choice(self) -> CellChoice:
        """What is chosen."""
        return self._comparison.choice

    def get_default_screen(self) -> Screen[None]:
        """The comparison."""
        return self._comparison

    def action_open(self) -> None:
        """Leave to see the run of the chosen cell."""
        self.opened = True
        self.exit()

    async def action_quit(self) -> None:
        """Leave; where runs are still under way, ask first."""
        trials = self._comparison.standing.trials
        missing = trials.count(None)
        lines = [f"{missing} of {len(trials)} runs have not ended, and would be given up; what is known is written."]
        self.ask_before_leaving(lines if missing else ())

    def action_help(self) -> None:
        """Explain keys and screen."""
        if isinstance(self.screen, CompareScreen):
            topics = Topics(COMPARE_BINDINGS, APP_BINDINGS, (CellsPanel,), None, page="36-compare.md")
            self.push_screen(HelpScreen(topics, self._themes[self.theme]))


_END_SECONDS: Final = 5.0
_START: Final = "import sys; sys.path[:] = {!r}; from tuinet.__main__ import main; main()"


class PoolLike(Protocol):
    """Runs jobs somewhere."""

    def run(self, report: Report) -> None:
        """Run all of them, or until `stop`."""

    def stop(self) -> None:
        """Have `run` return soon."""

    @property
    def words(self) -> str:
        """The workers, in words."""


class Work:
    """A pool in a thread of its own."""

    def __init__(self, pool: PoolLike, board: Board) -> None:
        self._pool, self._board = pool, board
        self._thread = threading.Thread(target=self._run, name="tuinet-compare")
        self.error: BaseException | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self, seconds: float = _END_SECONDS) -> bool:
        """End it, and every process that it has started; whether that took no longer than so many seconds."""
        self._pool.stop()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._pool.run(self._board.report)
        except BaseException as error:
            self.error = error
            self._board.say(note=str(error) or type(error).__name__)


class Stage:
    """What has the terminal: the comparison, or a live session in a process of its own."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._app: CompareApp | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def show(self, app: CompareApp) -> None:
        """Run an application to its end."""
        self._app = app
        try:
            app.run()
        finally:
            self._app = None

    def open(self, command: list[str]) -> None:
        """Let another program have the terminal until it ends."""
        self._child = subprocess.Popen(command)
        try:
            self._child.wait()
        finally:
            self._child = None

    def end(self, seconds: float) -> bool:
        """End the workers, and the live session, which saves its run then."""
        child = self._child
        if child is not None:
            with suppress(OSError):
                child.send_signal(signal.SIGTERM)
        has_ended = self._work.end(seconds)
        if child is not None:
            with suppress(subprocess.TimeoutExpired):
                child.wait(seconds)
        return has_ended

    def leave(self, status: int) -> None:
        """Leave the application that is shown with an exit status; called from another thread."""
        if self._app is not None:
            self._app.leave(status)


def seen(grid: Grid, board: Board, cell: int) -> Experiment:
    """The Experiment of a cell with its median seed, or with the first while none has ended."""
    experiment = grid.cells[cell].experiments[0]
    seed = summarize(grid, grid.cells[cell], board.latest()).median_seed
    return experiment if seed is None else replace(experiment, seed=seed)


def live_command(experiment: Experiment, epochs: int, options: list[str]) -> list[str]:
    """The command that shows a run of this Experiment, which pauses after so many epochs."""
    values = {name: getattr(experiment, name) for name in FIELDS}
    # Every field is named, so that no default of a dataset or an optimizer comes in between.
    fields = [
        f"--{name.replace('_', '-')}={'none' if value == () and name == 'hidden' else plain(value)}"
        for name, value in values.items()
        if value is not None
    ]
    return [sys.executable, "-c", _START.format(sys.path), *fields, f"--epochs={epochs}", "--no-question", *options]
