"""Show a recording: a player gets a runner, the runner gets a screen."""

from __future__ import annotations

import os
import sys

from tuinet.replay.player import Player
from tuinet.replay.replay_runner import ReplayRunner
from tuinet.tui.app import TuinetApp
from tuinet.tui.keymap import Keymap
from tuinet.tui.launch import leave_with, terminal_driver
from tuinet.tui.link import Link
from tuinet.tui.streams import keep_to_ascii
from tuinet.tui.survival import Survival
from tuinet.tui.terminal import detect
from tuinet.tui.theme import find_theme, load_themes


def launch_replay(
    player: Player,
    *,
    speed: float | None,
    running: bool,
    theme: str | None = None,
    ascii_only: bool = False,
    frames_per_second: float,
    keymap: Keymap | None = None,
) -> None:
    """Show a recording until the user quits; leave with the screen's exit status where it is not 0.

    Parameters
    ----------
    speed
        Epochs per second, ``None`` for unlimited.
    running
        Whether to play at once.
    frames_per_second
        At most.
    keymap
        Which actions have other keys.

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
    driver = terminal_driver()
    runner = ReplayRunner(player, speed, running=running)
    link = Link(frames_per_second) if driver else None
    app = TuinetApp(runner, chosen, themes, terminal, link=link, driver_class=driver)
    app.use_keys(keymap or Keymap())
    survival = Survival(runner.finish, app.leave)
    survival.watch()
    try:
        app.run()
    finally:
        survival.has_left.set()
    leave_with(app.return_code)
