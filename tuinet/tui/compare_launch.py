"""Start the screen of `tuinet compare`, and the live session of a cell where one is wanted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final, Protocol

from tuinet.compare.grid import Grid
from tuinet.compare.summary import summarize
from tuinet.compare.trial import Board, Report
from tuinet.errors import TuinetError
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.fields import FIELDS, plain
from tuinet.tui.compare_app import CompareApp
from tuinet.tui.comparison import Choice
from tuinet.tui.keymap import Keymap
from tuinet.tui.launch import BREAKDOWN_STATUS, terminal_driver
from tuinet.tui.link import Link
from tuinet.tui.streams import keep_to_ascii
from tuinet.tui.survival import Survival
from tuinet.tui.terminal import detect
from tuinet.tui.theme import find_theme, load_themes

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
        """Who works, in words."""


class Work:
    """A pool in a thread of its own.

    Parameters
    ----------
    pool
        What runs.
    board
        Is told what comes of it.
    """

    def __init__(self, pool: PoolLike, board: Board) -> None:
        self._pool, self._board = pool, board
        self._thread = threading.Thread(target=self._run, name="tuinet-compare")
        self.error: BaseException | None = None
        """What has ended it before its time."""

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
    """What has the terminal: the comparison, or a live session in a process of its own.

    Parameters
    ----------
    work
        Is ended with everything else when a signal says so.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._app: CompareApp | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._survival = Survival(self.end, self._leave)

    def watch(self) -> None:
        """Handle the signals that end a process, and watch the terminal."""
        self._survival.watch()

    def show(self, app: CompareApp) -> int:
        """Run an application to its end; its exit status."""
        self._app = app
        try:
            app.run()
        finally:
            self._app = None
        return BREAKDOWN_STATUS if app.return_code is None else app.return_code

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

    def has_left(self) -> None:
        """The terminal is restored."""
        self._survival.has_left.set()

    def _leave(self, status: int) -> None:
        if self._app is not None:
            self._app.leave(status)


def launch(
    grid: Grid,
    board: Board,
    pool: PoolLike,
    *,
    theme: str | None = None,
    ascii_only: bool = False,
    frames_per_second: float,
    keymap: Keymap | None = None,
    config: Sequence[str] = (),
) -> None:
    """Show the comparison until the user quits; the pool ends with it.

    Parameters
    ----------
    keymap
        Which actions have other keys.
    config
        Options that lead the live session to the same configuration file.

    Raises
    ------
    ThemeError
        If there is no such theme, or if its file is broken.
    TuinetError
        If the pool has broken down.
    """
    themes = load_themes()
    chosen = themes[0] if theme is None else find_theme(theme)
    terminal = detect(os.environ, sys.__stderr__.encoding if sys.__stderr__ else "", ascii_only=ascii_only)
    if terminal.glyphs == "ascii":
        keep_to_ascii(sys.stdout, sys.stderr)
    driver = terminal_driver()
    work = Work(pool, board)
    stage = Stage(work)
    stage.watch()
    work.start()
    options = ["--no-defaults", *config, "--fps", str(int(frames_per_second)), *(["--ascii"] if ascii_only else [])]
    try:
        choice, status = Choice(), 0
        while True:
            link = Link(frames_per_second) if driver else None
            app = CompareApp(
                grid, board.latest, pool.words, chosen, themes, terminal, choice=choice, link=link, driver_class=driver
            )
            app.use_keys(keymap or Keymap())
            status = stage.show(app)
            if not app.opened or status:
                break
            choice = app.choice
            chosen = next((known for known in themes if known.name == app.theme), chosen)
            colours = theme if theme is not None and chosen.name not in [one.name for one in themes] else chosen.name
            stage.open(live_command(seen(grid, board, choice.cell), grid.epochs, [*options, "--theme", colours]))
    finally:
        work.end()
        stage.has_left()
    if status:
        sys.exit(status)
    if work.error is not None:
        raise work.error if isinstance(work.error, TuinetError) else RuntimeError("compare") from work.error


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
    return [sys.executable, "-c", _START.format(sys.path), *fields, f"--epochs={epochs}", *options]
