"""Start the dashboard: a session gets a runner, the runner gets a screen."""

from __future__ import annotations

import sys

from tuinet.training.runner import Runner
from tuinet.training.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.theme import find_theme, load_themes


def launch(session: Session, *, speed: float | None, running: bool, epochs: int | None, theme: str) -> None:
    """Show the dashboard until the user quits; leave with its exit status where it is not 0.

    Raises
    ------
    ThemeError
        If there is no such theme, or if its file is broken.
    """
    chosen = find_theme(theme)
    app = TuinetApp(Runner(session, speed, running=running, epochs=epochs), chosen, load_themes())
    app.run()
    if app.return_code:
        sys.exit(app.return_code)
