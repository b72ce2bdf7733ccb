"""Start an application in this terminal: the dashboard on a session or a recording, or a comparison of runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from tuinet.base_runner import BaseRunner
from tuinet.errors import TuinetError
from tuinet.output import write_error
from tuinet.runner import Runner
from tuinet.session.commands import Follow
from tuinet.session.session import Session
from tuinet.session.timeline import Trajectory
from tuinet.storage.keeping import Keeper, greeting, open_keeper
from tuinet.tui.app import TuinetApp
from tuinet.tui.keys import UNCHANGED, Keymap
from tuinet.tui.style.theme import first_theme, load_themes
from tuinet.tui.terminal.detect import AUTO, can_show_pictures, detect, reason_against_graphics
from tuinet.tui.terminal.frames import TerminalDriver
from tuinet.tui.terminal.link import Link, StatusNotes
from tuinet.tui.terminal.signals import FIRST_SIGNAL_STATUS, Survival
from tuinet.tui.terminal.substitutes import keep_to_ascii

if TYPE_CHECKING:
    from tuinet.classroom.places import ClassPlace
    from tuinet.classroom.server import ClassServer
    from tuinet.compare.grid import Grid
    from tuinet.compare.trial import Board
    from tuinet.exercises.series import ExerciseSeries
    from tuinet.lessons.lesson import Lesson
    from tuinet.replay.player import RecordingPlayer
    from tuinet.tui.compare.app import PoolLike, Stage
    from tuinet.tui.compare.drawing import CellChoice

BREAKDOWN_STATUS: Final = 1


class Display:
    """The terminal, and what the user wants to see there.

    Parameters
    ----------
    frames_per_second
        At most.
    theme
        Name of a theme, or a theme file; ``None`` for the usual theme.
    cells
        How finely cells are divided, see `detect`.
    graphics
        Whether the terminal is asked if it shows pictures in pixels, one of `GRAPHICS`.
    keymap
        Which actions have other keys.
    words
        Shown until the first key.
    shows_figures
        Whether the status gives frame rate and round trip of the line to the terminal.
    hints
        Whether what a teacher would point out is shown; ``None`` where the lessons decide that.

    Raises
    ------
    ThemeError
        If there is no such theme, or if its file is broken.
    """

    def __init__(
        self,
        *,
        frames_per_second: float,
        theme: str | None = None,
        ascii_only: bool = False,
        cells: str = AUTO,
        graphics: str = AUTO,
        keymap: Keymap = UNCHANGED,
        words: str = "",
        shows_figures: bool = False,
        hints: bool | None = None,
    ) -> None:
        self.hints = hints
        self.frames_per_second, self.theme_option, self.ascii_only = frames_per_second, theme, ascii_only
        self.cells_option, self.graphics_option = cells, graphics
        self.theme, self.keymap, self.words, self.shows_figures = first_theme(theme), keymap, words, shows_figures
        encoding = sys.__stderr__.encoding if sys.__stderr__ else ""
        self.terminal = detect(os.environ, encoding, ascii_only=ascii_only, cells=cells)
        self.driver = None if os.environ.get("TEXTUAL_DRIVER") else TerminalDriver
        is_open = graphics == AUTO and cells == AUTO and not reason_against_graphics(os.environ, self.terminal)
        self.asks_for_graphics = is_open or (graphics == "on" and can_show_pictures(self.terminal))
        if self.terminal.glyphs == "ascii":
            keep_to_ascii(sys.stdout, sys.stderr)

    def link(self) -> Link | None:
        """A new line to the terminal; ``None`` where no driver of ours reports on it."""
        return Link(self.frames_per_second) if self.driver else None

    def dashboard(self, runner: BaseRunner, words: str = "", lesson: Lesson | None = None) -> TuinetApp:
        """The dashboard of a runner."""
        link = self.link()
        app = TuinetApp(
            runner,
            self.theme,
            load_themes,
            self.terminal,
            status_note=StatusNotes(words, link if self.shows_figures else None),
            link=link,
            driver_class=self.driver,
            lesson=lesson,
            hints=self.hints,
        )
        app.use_keys(self.keymap)
        app.asks_for_graphics = self.asks_for_graphics
        return app


def launch(
    session: Session,
    *,
    speed: float | None,
    running: bool,
    epochs: int | None,
    keeper: Keeper | None = None,
    lesson: Lesson | None = None,
    way: Trajectory | None = None,
    asks_before_leaving: bool = True,
    opens: Callable[[Runner], ClassServer] | None = None,
    **options: Any,
) -> None:
    """Show the dashboard until the user quits; leave with its exit status where it is not 0.

    Parameters
    ----------
    keeper
        Saves a run that was resumed; ``None`` for a new run.
    lesson
        Begins at once; ``None`` for no lesson.
    way
        Where the session is to go first, while the screen shows how far it is; ``None`` where it is there.
    asks_before_leaving
        Whether the user is asked before what is in no file is left.
    opens
        Opens a class for the run; ``None`` for no class.
    options
        Of a `Display`, whose errors are raised.
    """
    display = Display(**options)
    words = display.words or ("" if keeper or lesson else greeting())
    keeping = keeper or open_keeper()
    saver, warning, starts = keeping.saver, keeping.warning, running and way is None
    runner = Runner(session, speed, running=starts, epochs=epochs, saver=saver, warning=warning, is_own=lesson is None)
    if way is not None:
        runner.send(Follow(way, goes_on=running))
    app = display.dashboard(runner, words, lesson)
    app.asks_before_leaving = asks_before_leaving
    with ExitStack() as stack:
        stack.callback(app.close_class)
        if opens is not None:
            app.open_class(opens(runner))
        _run(app, runner.finish, lambda: _keep(keeping, app.return_code, runner, session))


def launch_replay(player: RecordingPlayer, *, speed: float | None, running: bool, **options: Any) -> None:
    """Show a recording until the user quits; leave with the screen's exit status where it is not 0.

    Parameters
    ----------
    speed
        Epochs per second, ``None`` for unlimited.
    options
        Of a `Display`, whose errors are raised.
    """
    from tuinet.replay.replay_runner import ReplayRunner  # noqa: PLC0415 - recordings are for those who have one

    display = Display(**options)
    runner = ReplayRunner(player, speed, running=running)
    _run(display.dashboard(runner), runner.finish, lambda: "")


def launch_follow(place: ClassPlace, **options: Any) -> None:
    """Follow a class until the user quits; leave with the screen's exit status where it is not 0.

    Parameters
    ----------
    place
        Of the class.
    options
        Of a `Display`, whose errors are raised.
    """
    from tuinet.classroom.following import FollowRunner  # noqa: PLC0415 - classes are for those who are in one

    display = Display(**options)
    runner = FollowRunner(place)
    _run(display.dashboard(runner), runner.finish, lambda: "")


def _run(app: TuinetApp, save: Callable[[float], bool], last_words: Callable[[], str]) -> None:
    with Survival(save, app.leave):
        try:
            app.run()
        finally:
            words = last_words()
            if words:
                write_error(words)
    _leave_with(app.return_code)


def _keep(keeper: Keeper, status: int | None, runner: Runner, session: Session) -> str:
    """Save the run at the end, or give up its save; returns what the user is told of that."""
    if status == 0:
        return keeper.keep(runner.own.kept())
    # A signal has had it saved already; after a breakdown of the training only the last save can be trusted.
    is_unsaved = runner.has_finished and (status is None or status < FIRST_SIGNAL_STATUS)
    return keeper.leave(session if is_unsaved else None, runner.own.put_aside)


def launch_exercises(series: ExerciseSeries, **options: Any) -> ExerciseSeries:
    """Ask one exercise after another until the user leaves; returns where that was.

    Parameters
    ----------
    options
        Of a `Display`, whose errors are raised.
    """
    from tuinet.tui.exercise_app import ExerciseApp  # noqa: PLC0415 - as above

    display = Display(**options)
    link, driver = display.link(), display.driver
    app = ExerciseApp(series, display.theme, load_themes(), display.terminal, link=link, driver_class=driver)
    app.use_keys(display.keymap)
    with Survival(lambda seconds: True, app.leave):
        app.run()
    _leave_with(app.return_code)
    return app.series


def launch_comparison(grid: Grid, board: Board, pool: PoolLike, *, config: Sequence[str] = (), **options: Any) -> None:
    """Show a comparison until the user quits; the pool ends with it.

    Parameters
    ----------
    config
        Options that lead the live session of a cell to the same configuration file.
    options
        Of a `Display`, whose errors are raised.

    Raises
    ------
    TuinetError
        If the pool has broken down.
    """
    from tuinet.tui.compare.app import Stage, Work  # noqa: PLC0415 - as above

    display, work = Display(**options), Work(pool, board)
    stage = Stage(work)
    with Survival(stage.end, stage.leave):
        work.start()
        try:
            status = _compare(grid, board, pool.words, stage, display, config)
        finally:
            work.end()
    _leave_with(status)
    if work.error is not None:
        raise work.error if isinstance(work.error, TuinetError) else RuntimeError("compare") from work.error


def _compare(grid: Grid, board: Board, who: str, stage: Stage, display: Display, config: Sequence[str]) -> int | None:
    """Show the comparison and, in turn with it, the live sessions of cells; returns the last exit status."""
    from tuinet.tui.compare.app import CompareApp, live_command, seen  # noqa: PLC0415 - as above

    options = ["--no-defaults", *config, "--fps", str(int(display.frames_per_second))]
    options += ["--cells", display.cells_option, "--graphics", display.graphics_option]
    options += ["--ascii"] if display.ascii_only else []
    options += {None: [], True: ["--hints"], False: ["--no-hints"]}[display.hints]
    themes, theme = load_themes(), display.theme
    choice: CellChoice | None = None
    while True:
        link, driver = display.link(), display.driver
        app = CompareApp(
            grid, board.latest, who, theme, themes, display.terminal, choice=choice, link=link, driver_class=driver
        )
        app.use_keys(display.keymap)
        stage.show(app)
        if not app.opened or app.return_code != 0:
            return app.return_code
        choice = app.choice
        theme = next((known for known in themes if known.name == app.theme), theme)
        colours = theme.name if theme in themes else str(display.theme_option)
        stage.open(live_command(seen(grid, board, choice.cell), grid.epochs, [*options, "--theme", colours]))


def _leave_with(status: int | None) -> None:
    """Leave with the exit status of an application, where it is not 0; one that broke down has none."""
    if status != 0:
        sys.exit(BREAKDOWN_STATUS if status is None else status)
