"""The loss against epochs."""

from __future__ import annotations

from collections.abc import Sequence

from textual.reactive import reactive
from textual.strip import Strip

from tuinet.training.snapshot import Frame
from tuinet.tui.plot import curve
from tuinet.tui.text import Piece, accuracy_text, ink, loss_text
from tuinet.tui.theme import Theme
from tuinet.tui.widgets.panel import CellPanel


class LossPanel(CellPanel):
    """The loss since the start of the run, and how it stands now."""

    log_scale: reactive[bool] = reactive(False, repaint=False)

    def watch_log_scale(self) -> None:
        """Draw with the other axis."""
        self.update_cells()

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """The present loss and accuracy."""
        metrics, name = frame.snapshot.metrics, ink(theme.title, theme.background)
        value = ink(theme.curve, theme.background, bold=True)
        accuracy = accuracy_text(metrics)
        right = [(" · accuracy ", name), (accuracy, value)] if accuracy else []
        return [("loss ", name), (loss_text(metrics.loss), value), *right]

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the axes are."""
        words = [frame.snapshot.loss_name, *(["log scale"] if self.log_scale else []), "epochs"]
        return ((", ".join(words), ink(theme.axis, theme.background)),)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """The curve."""
        history = frame.snapshot.history
        line, axes = ink(theme.curve, theme.background), ink(theme.axis, theme.background)
        rows = curve(history.epochs, history.losses, max(width - 2, 0), height, self.log_scale, line, axes)
        return [Strip.join([Strip.blank(1, axes), strip, Strip.blank(1, axes)]) for strip in rows]
