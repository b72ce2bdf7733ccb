"""The gradient check as a screen: analytic and numeric gradients side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from textual.strip import Strip

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.observe.step_snapshot import GradientCheckSnapshot
from tuinet.tui.draw.text import Piece, count, filled, ink, row, scientific, source_names, unit_names
from tuinet.tui.keys import Keymap
from tuinet.tui.panels.base import Entry, Label, ScrollingPanel
from tuinet.tui.panels.status import StatusPanel
from tuinet.tui.screen_keys import CHECK_BINDINGS
from tuinet.tui.screens.scrolling import ScrollingScreen
from tuinet.tui.style.theme import Theme

_HEADING: Final = f" {'layer':<6}{'parameter':<16}{'analytic':>18}{'numeric':>18}{'error':>10}"
_OUTPUT_LIMIT: Final = 6
"""Cells of the name of an output, so that both ends of a weight have room in the column of parameters."""
_SAID: Final[dict[str, str]] = {
    "rounding": "rounding",
    "kink": "kink",
    "infinite": "infinite",
}
"""By the state of a gradient, what stands in the place of an error that says nothing."""
_VERDICTS: Final[dict[str, str]] = {
    "agree": "",
    "not verified": " · not verified",
    "disagree": " · disagree",
}


class CheckPanel(ScrollingPanel):
    """A row for each parameter."""

    HEADING = "gradient check"
    ROWS_ABOVE = 1

    def title(self, frame: Frame, theme: Theme) -> Label:
        """How well they agree altogether."""
        check, name = frame.snapshot.gradient_check, theme.inks.title
        if check is None:
            return self.HEADING
        style = ink(theme.curve if check.verdict == "agree" else theme.warning, theme.background, bold=True)
        return (
            ("gradient check · relative error ", name),
            (f"{scientific(check.relative_error)}{_VERDICTS[check.verdict]}", style),
            (_some(frame.snapshot, check), name),
        )

    def legend(self, frame: Frame, theme: Theme) -> str:
        """What the relative error is, and which rows are in sight."""
        if frame.snapshot.gradient_check is None:
            return ""
        shown = f" · {self.range_in_sight()}" if self.range_in_sight() else ""
        return f"error |a − n| / (|a| + |n|){_samples(frame.snapshot)}{shown}"

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """Names of the columns, and the rows in sight."""
        axis, blank = theme.inks.axis, theme.inks.blank
        if frame.snapshot.gradient_check is None:
            return [row([(" Under way …", axis)], width, blank)]
        lines = self.in_sight(check_lines(frame.snapshot, theme), height - 1)
        return [row([(_HEADING, axis)], width, blank), *(row(line, width, blank) for line in lines)]

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        dim, wrong = theme.inks.axis, theme.inks.warning
        yield [("analytic", dim)], "The gradient of the objective by this parameter, from backpropagation."
        yield [("numeric", dim)], "The same from the objective close to it on both sides: (L(w + ε) − L(w − ε)) / 2ε."
        yield [("error", dim)], "|a − n| / (|a| + |n|): below 1e-5 (in float32 1e-2) they are the same."
        yield [("rounding", dim)], "Not verified: rounding may make as much of a difference, and hide a wrong gradient."
        yield [("kink", dim)], "On a kink, such as relu's at 0: the analytic slope lies between those of both sides."
        yield [("frozen", dim)], "A bias that does not learn, and has no gradient."
        yield [("2.1e-3", wrong)], "They are not the same."


def _some(snapshot: Snapshot, check: GradientCheckSnapshot) -> str:
    """How many parameters were checked, where it is not all of them."""
    checked = sum(block.size for block in check.errors)
    total = sum(layer.weights.size + layer.biases.size for layer in snapshot.layers)
    return f" · {count(checked)} of {count(total)} parameters" if checked < total else ""


def _samples(snapshot: Snapshot) -> str:
    """On how many samples, where it is not all of them."""
    checked, total = snapshot.gradient_check.samples if snapshot.gradient_check else 0, len(snapshot.dataset.X)
    return f" · over {count(checked)} of {count(total)} samples" if checked < total else ""


def check_lines(snapshot: Snapshot, theme: Theme) -> list[list[Piece]]:
    """A line for each parameter of each layer, weights before biases."""
    check = snapshot.gradient_check
    if check is None:
        return []
    axis, text, wrong = theme.inks.axis, theme.inks.text, theme.inks.warning
    lines: list[list[Piece]] = []
    columns = (check.analytic, check.numeric, check.errors, check.states)
    for layer, blocks in enumerate(zip(*columns, strict=True), start=1):
        names = parameter_names(snapshot, layer, check.places[layer - 1].tolist())
        rows = zip(names, *(block.ravel().tolist() for block in blocks), strict=True)
        for name, analytic, numeric, error, state in rows:
            named = (f" {layer:<6}{filled(name, 16)}", axis)
            if state == "frozen":
                lines.append([named, (f"{'frozen':>18}", axis)])
                continue
            style = {"agrees": text, "differs": wrong}.get(state, axis)
            said = _SAID.get(state) or scientific(error)
            lines.append([named, (f"{analytic:>+18.10g}{numeric:>+18.10g}", text), (f"{said:>10}", style)])
    return lines


def parameter_names(snapshot: Snapshot, layer: int, places: Sequence[int]) -> list[str]:
    """As in ``x1 → h2`` and ``b → h2``, of these places in the layer's block, counted row by row."""
    fan_out = snapshot.layers[layer - 1].weights.shape[1]
    rows_and_columns = [divmod(place, fan_out) for place in places]
    sources, ends = source_names(snapshot, layer - 1), unit_names(snapshot, layer, _OUTPUT_LIMIT)
    return [f"{sources[row]} → {ends[column]}" for row, column in rows_and_columns]


class GradientCheckScreen(ScrollingScreen):
    """Every gradient twice: from backpropagation, and from differences of the loss."""

    MANUAL = "34-train.md#check-the-gradients"
    NEEDS_RUN = True
    KEYS = CHECK_BINDINGS
    GLOSSARY = (StatusPanel, CheckPanel)
    PANEL = CheckPanel
    LEAST_WIDTH = len(_HEADING) + 2
