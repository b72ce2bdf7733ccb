"""The dashboard, opened on a `Session` from Python."""

from __future__ import annotations

from tuinet.errors import TuinetError
from tuinet.session.session import Session
from tuinet.share.shared import USUAL_SPEED

_FRAMES_PER_SECOND = 20


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
