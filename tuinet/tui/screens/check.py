"""The gradient check as a screen: analytic and numeric gradients side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import MouseScrollDown, MouseScrollUp
from textual.geometry import Region
from textual.strip import Strip

from tuinet.observe.snapshot import Frame, GradientCheckSnapshot, Snapshot
from tuinet.tui.bindings import APP_BINDINGS, CHECK_BINDINGS
from tuinet.tui.draw.text import Piece, count, ink, row, scientific, unit_name
from tuinet.tui.keymap import Keymap
from tuinet.tui.layout import CHECK, KEYS, STATUS, Arrangement, PanelGrid
from tuinet.tui.panels.base import CellPanel, Entry
from tuinet.tui.panels.footer import KeysPanel
from tuinet.tui.panels.status import StatusPanel
from tuinet.tui.screens.framed import FramedScreen
from tuinet.tui.style.theme import Theme

GOOD: Final = 1e-5
"""Relative errors above this are marked: with float64, right gradients agree to about 1e-8."""
_WHEEL: Final = 3


class CheckPanel(CellPanel):
    """A row for each parameter, scrolling."""

    HEADING = "gradient check"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._top = 0

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """How well they agree altogether."""
        check, name = frame.snapshot.gradient_check, ink(theme.title, theme.background)
        if check is None:
            return (("gradient check", name),)
        agrees = check.relative_error < GOOD or check.is_within_rounding
        style = ink(theme.curve if agrees else theme.warning, theme.background, bold=True)
        only = " · only rounding" if agrees and check.relative_error >= GOOD else ""
        return (
            ("gradient check · relative error ", name),
            (scientific(check.relative_error), style),
            (f"{only}{_some(frame.snapshot, check)}", name),
        )

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the relative error is, and which rows are in sight."""
        axis = ink(theme.axis, theme.background)
        if frame.snapshot.gradient_check is None:
            return ()
        total, height = sum(block.size for block in frame.snapshot.gradient_check.errors), max(self.size.height - 3, 0)
        shown = f" · {self._top + 1}–{min(self._top + height, total)} of {total}" if total > height else ""
        return ((f"error |a − n| / (|a| + |n|){_samples(frame.snapshot)}{shown}", axis),)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """Names of the columns, and the rows in sight."""
        axis, blank = ink(theme.axis, theme.background), ink(None, theme.background)
        if frame.snapshot.gradient_check is None:
            return [row([(" Under way …", axis)], width, blank)]
        lines = check_lines(frame.snapshot, theme)
        self._top = max(0, min(self._top, len(lines) - height + 1))
        heading = row([(_heading(), axis)], width, blank)
        return [heading, *(row(line, width, blank) for line in lines[self._top :][: max(height - 1, 0)])]

    def scroll_rows(self, rows: int) -> None:
        """Scroll on by so many rows."""
        self._top += rows
        self.update_cells()

    def scroll_pages(self, pages: int) -> None:
        """Scroll on by so many heights of the panel."""
        self.scroll_rows(pages * max(self.size.height - 4, 1))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll on."""
        self.scroll_rows(_WHEEL)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll back."""
        self.scroll_rows(-_WHEEL)

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        dim, wrong = ink(theme.axis, theme.background), ink(theme.warning, theme.background)
        yield [("analytic", dim)], "The gradient of the objective by this parameter, from backpropagation."
        yield [("numeric", dim)], "The same from the objective close to it on both sides: (L(w + ε) − L(w − ε)) / 2ε."
        yield [("error", dim)], "|a − n| / (|a| + |n|): below 1e-5 they are the same."
        yield [("2.1e-3", dim)], "Only rounding: both are so small that the last bits of the objective tell them apart."
        yield [("2.1e-3", wrong)], "They are not the same: a kink nearby, or saturation."


def _some(snapshot: Snapshot, check: GradientCheckSnapshot) -> str:
    """How many parameters were checked, where it is not all of them."""
    checked = sum(block.size for block in check.errors)
    total = sum(layer.weights.size + layer.biases.size for layer in snapshot.layers)
    return f" · {count(checked)} of {count(total)} parameters" if checked < total else ""


def _samples(snapshot: Snapshot) -> str:
    """On how many samples, where it is not all of them."""
    checked, total = snapshot.gradient_check.samples if snapshot.gradient_check else 0, len(snapshot.dataset.X)
    return f" · over {count(checked)} of {count(total)} samples" if checked < total else ""


def _heading() -> str:
    return f" {'layer':<6}{'parameter':<16}{'analytic':>18}{'numeric':>18}{'error':>10}"


def check_lines(snapshot: Snapshot, theme: Theme) -> list[list[Piece]]:
    """A line for each parameter of each layer, weights before biases."""
    check = snapshot.gradient_check
    if check is None:
        return []
    axis, text, wrong = (ink(colour, theme.background) for colour in (theme.axis, theme.foreground, theme.warning))
    lines: list[list[Piece]] = []
    for layer, blocks in enumerate(zip(check.analytic, check.numeric, check.errors, strict=True), start=1):
        names = parameter_names(snapshot, layer, check.places[layer - 1].tolist())
        for name, analytic, numeric, error in zip(names, *(block.ravel().tolist() for block in blocks), strict=True):
            numbers = f"{analytic:>+18.10g}{numeric:>+18.10g}"
            is_rounding = abs(analytic - numeric) <= check.rounding
            style = text if error < GOOD else axis if is_rounding else wrong
            lines.append([(f" {layer:<6}{name:<16}", axis), (numbers, text), (f"{scientific(error):>10}", style)])
    return lines


def parameter_names(snapshot: Snapshot, layer: int, places: Sequence[int]) -> list[str]:
    """As in ``x1 → h2`` and ``b → h2``, of these places in the layer's block, counted row by row."""
    fan_in, fan_out = snapshot.layers[layer - 1].weights.shape
    rows_and_columns = [divmod(place, fan_out) for place in places]
    return [
        f"{'b' if row == fan_in else unit_name(snapshot, (layer - 1, row))} → {unit_name(snapshot, (layer, column))}"
        for row, column in rows_and_columns
    ]


class GradientCheckScreen(FramedScreen):
    """Every gradient twice: from backpropagation, and from differences of the loss."""

    KEYS = CHECK_BINDINGS
    GLOSSARY = (StatusPanel, CheckPanel)
    BINDINGS: ClassVar[list[BindingType]] = [*CHECK_BINDINGS]

    def compose(self) -> ComposeResult:
        """Status, table, keys."""
        panels: tuple[CellPanel, ...] = (
            StatusPanel(id=STATUS),
            CheckPanel(id=CHECK),
            KeysPanel([*CHECK_BINDINGS, *APP_BINDINGS], id=KEYS),
        )
        for panel in panels:
            panel.data_bind(FramedScreen.theme, FramedScreen.frame)
        yield PanelGrid(*panels, plan=self.plan)

    def plan(self, width: int, height: int) -> Arrangement:
        """One panel between status and keys."""
        body = Region(0, 1, width, max(height - 2, 0))
        return {STATUS: Region(0, 0, width, 1), CHECK: body, KEYS: Region(0, height - 1, width, 1)}

    def action_scroll_by(self, rows: int) -> None:
        """Scroll by rows."""
        self.query_one(CheckPanel).scroll_rows(rows)

    def action_scroll_pages(self, pages: int) -> None:
        """Scroll by pages."""
        self.query_one(CheckPanel).scroll_pages(pages)
