"""What Python can do beside a `Session`: read one that was saved, and open the dashboard on one."""

from __future__ import annotations

from pathlib import Path

from tuinet.data.dataset import Dataset
from tuinet.errors import TuinetError, of_file
from tuinet.session.session import Session
from tuinet.share.shared import USUAL_SPEED
from tuinet.storage import session_file

_FRAMES_PER_SECOND = 20


def load(path: str | Path, dataset: Dataset | None = None) -> Session:
    """A session that goes on where another was saved, by `Session.save`, the dashboard, or ``tuinet train --save``.

    Parameters
    ----------
    dataset
        What it was trained on, where that was given to the session; else the data are made or read anew.

    Raises
    ------
    TuinetError
        If the file cannot be used, or the data are not those that it was trained on; the message names the file.
    """
    try:
        return Session.from_saved(session_file.read(Path(path)), str(path), dataset)
    except TuinetError as error:
        raise of_file(error, path) from error


def dashboard(
    session: Session, *, speed: float | None = USUAL_SPEED, running: bool = True, theme: str | None = None
) -> None:
    """Show a session in the terminal until the user quits; it is then as it was left there.

    Parameters
    ----------
    speed
        Epochs per second; ``None`` for as fast as the machine can.
    running
        Whether to train at once.
    theme
        Name of a theme, or a theme file; ``None`` for the usual one.

    Raises
    ------
    TuinetError
        If there is no terminal to show it, or no such theme.
    """
    from click import UsageError  # noqa: PLC0415 - who only loads a run needs no command line

    from tuinet.cli.opening import require_terminal  # noqa: PLC0415 - as above

    try:
        require_terminal()
    except UsageError as error:
        raise TuinetError(error.format_message()) from error
    from tuinet.tui.launch import launch  # noqa: PLC0415 - Textual takes a third of a second to import

    launch(session, speed=speed, running=running, epochs=None, theme=theme, frames_per_second=_FRAMES_PER_SECOND)
