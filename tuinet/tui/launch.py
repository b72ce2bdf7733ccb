"""Start the dashboard: a session gets a runner, the runner gets a screen."""

from __future__ import annotations

import os
import sys

from tuinet.training.runner import Runner
from tuinet.training.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.streams import keep_to_ascii
from tuinet.tui.terminal import detect
from tuinet.tui.theme import find_theme, load_themes


def launch(
    session: Session,
    *,
    speed: float | None,
    running: bool,
    epochs: int | None,
    theme: str | None = None,
    ascii_only: bool = False,
) -> None:
    """Show the dashboard until the user quits; leave with its exit status where it is not 0.

    Raises
    ------
    ThemeError
        If there is no such theme, or if its file is broken.
    """
    themes = load_themes()
    chosen = themes[0] if theme is None else find_theme(theme)
    terminal = detect(os.environ, sys.__stderr__.encoding if sys.__stderr__ else "", ascii_only=ascii_only)
    if terminal.glyphs == "ascii":
        keep_to_ascii(sys.stdout, sys.stderr)
    app = TuinetApp(Runner(session, speed, running=running, epochs=epochs), chosen, themes, terminal)
    app.run()
    if app.return_code:
        sys.exit(app.return_code)
