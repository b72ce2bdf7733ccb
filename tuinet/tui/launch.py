"""Start the dashboard: a session gets a runner, the runner gets a screen."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from textual.driver import Driver

from tuinet.output import write_error
from tuinet.runner import Runner
from tuinet.session.commands import Follow
from tuinet.session.session import Session
from tuinet.session.timeline import Trajectory
from tuinet.storage.keeping import Keeper, greeting, open_keeper
from tuinet.tui.app import TuinetApp
from tuinet.tui.keymap import Keymap
from tuinet.tui.style.theme import first_theme, load_themes
from tuinet.tui.terminal.detect import detect
from tuinet.tui.terminal.link import Link, StatusNotes
from tuinet.tui.terminal.signals import FIRST_SIGNAL_STATUS, Survival
from tuinet.tui.terminal.substitutes import keep_to_ascii

if TYPE_CHECKING:
    from tuinet.lessons.lesson import Lesson

BREAKDOWN_STATUS: Final = 1
"""Exit status where an application broke down."""


def launch(  # noqa: PLR0913 - what the command line can say
    session: Session,
    *,
    speed: float | None,
    running: bool,
    epochs: int | None,
    theme: str | None = None,
    ascii_only: bool = False,
    keeper: Keeper | None = None,
    frames_per_second: float,
    shows_figures: bool = False,
    words: str = "",
    lesson: Lesson | None = None,
    keymap: Keymap | None = None,
    way: Trajectory | None = None,
) -> None:
    """Show the dashboard until the user quits; leave with its exit status where it is not 0.

    Parameters
    ----------
    keeper
        Saves a run that was resumed; ``None`` for a new run.
    frames_per_second
        At most.
    shows_figures
        Whether the status says how the line to the terminal does.
    words
        What is to be said until the first key, before everything else that might be.
    lesson
        Begins at once; ``None`` for no lesson.
    keymap
        Which actions have other keys.
    way
        Where the session is to go first, while the screen shows how far it is; ``None`` where it is there.

    Raises
    ------
    ThemeError
        If there is no such theme, or if its file is broken.
    """
    chosen = first_theme(theme)
    terminal = detect(os.environ, sys.__stderr__.encoding if sys.__stderr__ else "", ascii_only=ascii_only)
    if terminal.glyphs == "ascii":
        keep_to_ascii(sys.stdout, sys.stderr)
    words = words or ("" if keeper or lesson else greeting())
    keeper = keeper or open_keeper()
    driver = terminal_driver()
    link = Link(frames_per_second) if driver else None
    runner = Runner(
        session,
        speed,
        running=running and way is None,
        epochs=epochs,
        saver=keeper.saver,
        warning=keeper.warning,
        is_own=lesson is None,
    )
    if way is not None:
        runner.send(Follow(way, goes_on=running))
    status_note = StatusNotes(words, link if shows_figures else None)
    app = TuinetApp(
        runner, chosen, load_themes, terminal, status_note=status_note, link=link, driver_class=driver, lesson=lesson
    )
    app.use_keys(keymap or Keymap())
    _run(app, runner, keeper, session)


def _run(app: TuinetApp, runner: Runner, keeper: Keeper, session: Session) -> None:
    survival = Survival(runner.finish, app.leave)
    survival.watch()
    try:
        app.run()
    finally:
        status = app.return_code
        if status == 0:
            said = keeper.keep(runner.kept())
        else:
            # A signal has had it saved already; after a breakdown of the training only the last save can be trusted.
            is_unsaved = runner.has_finished and (status is None or status < FIRST_SIGNAL_STATUS)
            said = keeper.leave(session if is_unsaved else None, runner.put_aside)
        if said:
            write_error(said)
        survival.has_left.set()
    leave_with(status)


def leave_with(status: int | None) -> None:
    """Leave with the exit status of an application, where it is not 0; one that broke down has none."""
    if status != 0:
        sys.exit(BREAKDOWN_STATUS if status is None else status)


def terminal_driver() -> type[Driver] | None:
    """The driver for terminals on Unix; ``None`` elsewhere, and where the user wants another."""
    if os.environ.get("TEXTUAL_DRIVER"):
        return None
    try:
        from tuinet.tui.terminal.driver import TerminalDriver  # noqa: PLC0415 - there is no termios on Windows
    except ImportError:
        return None
    return TerminalDriver
