"""The dashboard: the only part of tuinet that imports Textual."""

import os

# Textual draws what has changed at the next tick of a clock: its own 60 Hz would have an answer to a key wait for up to
# 17 ms where a frame has just been drawn. How many frames are sent is for `tuinet.tui.terminal.link` to say.
os.environ.setdefault("TEXTUAL_FPS", "240")
