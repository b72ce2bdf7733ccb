"""The gradients of each layer over time, their spread now, and what a teacher would say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Final

from textual.binding import Binding
from textual.strip import Strip

from tuinet.health import LayerHealth, layer_healths, share_text
from tuinet.observe.gradients import GradientSpread
from tuinet.observe.snapshot import Frame, Snapshot, gradients_are_known
from tuinet.tui.draw import ridges
from tuinet.tui.draw.chart import SIDE_BY_SIDE, side_by_side
from tuinet.tui.draw.curves import MIN_HEIGHT
from tuinet.tui.draw.norms import has_one_point, norm_rows, shown_layers
from tuinet.tui.draw.text import (
    Piece,
    count,
    filled_up,
    first_fitting,
    ink,
    row,
    scientific,
    shorten,
    with_margins,
)
from tuinet.tui.key_groups import LEAVE_BINDING, listed
from tuinet.tui.keys import UNCHANGED, Keymap, keymap_of
from tuinet.tui.panels.base import CellPanel, Entry
from tuinet.tui.remarks import remarks_of
from tuinet.tui.style.theme import Theme

_LEAST: Final = 3
"""Rows below which there is no histogram: a row for each sign, and the axis."""


def single_rows(snapshot: Snapshot, theme: Theme, width: int, height: int, number: int) -> list[Strip]:
    """The layer's name and state, its histogram, and how many weights have a gradient of which sign."""
    if width < 1 or height < 1:
        return []
    lines, spreads = _words(snapshot, theme, width, number), ridges.known_spreads(snapshot)
    if number in spreads:
        totals = [[(shorten(f" {text}", width), theme.inks.axis)] for text in _totals(spreads[number], width)]
        lines += _histogram(snapshot, theme, width, height - len(lines) - len(totals), number) + totals
    return [row(line, width, theme.inks.blank) for line in lines[:height]]


def _words(snapshot: Snapshot, theme: Theme, width: int, number: int) -> list[list[Piece]]:
    """Name and shape, how the layer does, and the size of its gradients beside that of the last layer's."""
    layer, health = snapshot.layers[number - 1], layer_healths(snapshot)[number - 1]
    fan_in, fan_out = layer.weights.shape
    name = f" layer {number} {layer.activation} · {fan_in:,}×{fan_out:,} weights"
    said = " · ".join(remark.short if remark.compares else remark.full for remark in health.remarks)
    size = [f" {text}" for text in _size(snapshot, number, health) if len(text) + 2 <= width][:1]
    return [
        [(shorten(name, width), ridges.layer_style(snapshot, number, theme))],
        *[[(f" {line}", ridges.words_style(health, theme))] for line in wrap(said, max(width - 2, 1))],
        *[[(text, theme.inks.axis)] for text in size],
    ]


def _size(snapshot: Snapshot, number: int, health: LayerHealth) -> list[str]:
    """The root mean square of the layer's gradients, first with its share of the last layer's."""
    if not gradients_are_known(snapshot, number):
        return []
    last, text = len(snapshot.layers), f"root mean square {scientific(snapshot.layers[number - 1].typical_grad)}"
    if health.share is None or number == last:
        return [text]
    compared = share_text(health.share, f"layer {last}'s")
    return [f"{text}, {compared}", text]


def _totals(spread: GradientSpread, width: int) -> list[str]:
    """How many weights are counted where, in one line or, where it is narrow, in two."""
    positive, negative = int(spread.positive.sum()), int(spread.negative.sum())
    parts = [
        f"{count(positive)} {ridges.POSITIVE}",
        f"{count(negative)} {ridges.NEGATIVE}",
        f"{count(spread.zeros)} zero",
    ]
    parts += [f"{count(spread.not_finite)} not finite"] if spread.not_finite else []
    signs = " · ".join(parts)
    of = f"of {count(spread.total)} weights"
    if spread.counted < spread.total:
        of = f"of {count(spread.counted)} counted, {count(spread.total)} in all"
    return [f"{signs} · {of}"] if len(signs) + len(of) + 4 <= width else [signs, of]


def _histogram(snapshot: Snapshot, theme: Theme, width: int, height: int, number: int) -> list[list[Piece]]:
    """Bars of both signs, at the left of each half what its full height counts, and the axis."""
    spreads, axis = ridges.known_spreads(snapshot), theme.inks.axis
    gutter = len(count(spreads[number].counted)) + 4
    scale = ridges.fit_scale(spreads.values(), width - gutter - ridges.ZERO_WIDTH - 1)
    if scale is None or height < _LEAST:
        return []
    bar, grid = ridges.layer_style(snapshot, number, theme), theme.inks.border
    ridge = ridges.Ridge(spreads[number], scale, bar, grid)
    lines: list[list[Piece]] = []
    for sign, index, cells in ridge.halves((height - 1) // 2):
        side = " " * gutter if index else f" {count(ridge.peak):>{gutter - 4}} {sign} "
        lines.append([(side, axis), *cells])
    return [*lines, [(" " * gutter, axis), *ridges.axis_pieces(scale, axis)]]


_STACKED_ROWS: Final = 14
_LEAST_CURVES: Final = 7
"""Rows of curves above histograms."""
_ROWS_WITHOUT_FINDINGS: Final = 18
"""Rows that curves and histograms have first; the findings are in the status, too."""


GROUP: Final = Binding.Group("gradient flow")


class FlowPanel(CellPanel, can_focus=True):
    """Norms of the gradients against epochs, histograms of the gradients, and words, for every layer."""

    HEADING = "gradient flow"
    MANUAL = "22-panels.md#gradient-flow"
    KEYS = (
        listed(
            "up", "choose(-1)", "layer", "Layer before: its gradients by themselves, or those of all layers", GROUP, "▴"
        ),
        listed(
            "down", "choose(1)", "layer", "Next layer: its gradients by themselves, or those of all layers", GROUP, "▾"
        ),
        LEAVE_BINDING,
    )
    UNSEEN = {"flow": False}
    _chosen = 0

    @property
    def chosen(self) -> int | None:
        """The layer that is shown by itself, counted from 1; ``None`` for all layers."""
        return self._chosen if 1 <= self._chosen <= len(self.snapshot.layers) else None

    def action_choose(self, by: int) -> None:
        """Show the next layer by itself, or all layers again."""
        self._chosen = ((self.chosen or 0) + by) % (len(self.snapshot.layers) + 1)
        self.update_cells()

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The spread of the gradients."""
        return {"flow": True}

    def title(self, frame: Frame, theme: Theme) -> str:
        """The name of the panel, and which layers it shows."""
        return flow_title(frame.snapshot, self.chosen)

    def legend(self, frame: Frame, theme: Theme) -> str:
        """The meaning of curves and bars, and how many weights are counted where it is not all of them."""
        return flow_legend(frame.snapshot, self.edge)

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """Curves, histograms and words, as there is room."""
        return flow_rows(frame.snapshot, theme, width, height, self.chosen, keymap_of(self.app))

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        dim, text = theme.inks.axis, theme.inks.text
        first, last = theme.layer_colours(2)
        good, bad = theme.inks.curve, theme.inks.warning
        metrics = snapshot.metrics
        samples = "all training samples" if metrics.of is None else f"all {metrics.samples:,} training samples seen"
        yield (
            [("⠑⠢⢄1", ink(first, theme.background)), (" ⠑⠢⢄2", ink(last, theme.background))],
            "‖∂L/∂W‖ of each layer against epochs, in powers of ten; the number at its end is the layer's.",
        )
        yield [("0: 1-4", dim)], "Layers whose gradient is 0: a logarithmic axis has no place for them."
        yield [("▁▃▇█", ink(first, theme.background))], "How many weights have a gradient of this size."
        yield [("+  −  ±", dim)], "Gradients above 0, below 0, both together."
        yield (
            [("per weight, of 2's", dim)],
            "Root mean square of the layer's gradients over that of the last layer's. The curves are norms, which are "
            "the larger the more weights a layer has.",
        )
        yield [("↑", ink(first, theme.background))], "More gradients are exactly 0 than the bars' scale can show."
        yield [("root mean square", dim)], "How large the gradient of one weight of the layer is: ‖∂L/∂W‖ / √weights."
        yield [("healthy", good)], "Nothing to be said against it."
        yield [("vanishing", bad)], "Less than 1e-4 of the last layer's: the layer hardly learns. Weak: less than 1e-2."
        yield [("exploding", bad)], "A norm above 1e3."
        yield (
            [("stands still", bad)],
            "Weights change by less than 1e-6 of themselves a step. Jumps: by more than half.",
        )
        yield [("2/4 dead", bad)], f"Units whose slope is 0 for {samples}. Saturated: below 0.01."
        yield [("–", text)], "Not known before the first step."


def flow_title(snapshot: Snapshot, chosen: int | None = None) -> str:
    """The layers whose gradients are shown, and how many curves there are where not every layer has one."""
    layers, shown = len(snapshot.layers), len(shown_layers(len(snapshot.layers), chosen))
    of = f"of layer {chosen}" if chosen else "by layer"
    return f"gradient flow · ‖∂L/∂W‖ {of}" + (f" · {shown} of {layers} curves" if shown < layers else "")


def flow_legend(snapshot: Snapshot, room: int) -> str:
    """The meaning of curves and bars, as far as there is room."""
    spreads = ridges.known_spreads(snapshot).values()
    counted, total = sum(spread.counted for spread in spreads), sum(spread.total for spread in spreads)
    sampled = f"{count(counted)} of {count(total)} weights counted" if counted < total else ""
    bars = "bars: weights by size of ∂L/∂w"
    curves = "" if has_one_point(snapshot) else "curves: norm by epochs"
    short = "" if has_one_point(snapshot) else "norm by epochs, "
    texts = (
        " · ".join(filter(None, (curves, f"{bars}, log scale", sampled))),
        sampled or " · ".join(filter(None, (curves, bars))),
        f"{short}weights by ∂L/∂w",
    )
    return first_fitting(texts, room)


def flow_rows(
    snapshot: Snapshot, theme: Theme, width: int, height: int, chosen: int | None = None, keymap: Keymap = UNCHANGED
) -> list[Strip]:
    """Curves beside histograms, or above them where it is narrow; the findings below where there are rows for them.

    A chosen layer, counted from 1, is shown by itself.
    """
    if width < 1 or height < 1:
        return []
    remarks = remarks_of(snapshot, keymap)
    # A single one is in the status already.
    several = remarks if len(remarks) > 1 else ()
    findings = _findings(several, theme, width, max(0, height - _ROWS_WITHOUT_FINDINGS) // 4)
    height -= len(findings)
    if width >= SIDE_BY_SIDE and height >= MIN_HEIGHT:
        upper = side_by_side(
            lambda across: _curves(snapshot, theme, across, height, chosen, keymap),
            lambda across: _histograms(snapshot, theme, across, height, chosen),
            theme,
            width,
            height,
        )
    elif height >= _STACKED_ROWS:
        rows = max(height // 2, min(len(snapshot.layers) + 2, height - _LEAST_CURVES))
        bars = _histograms(snapshot, theme, width, rows, chosen)
        upper = [*_curves(snapshot, theme, width, height - len(bars), chosen, keymap), *bars]
    else:
        upper = _histograms(snapshot, theme, width, height, chosen)
    return [*filled_up(upper, width, height, theme), *findings] if findings else upper


def _curves(
    snapshot: Snapshot, theme: Theme, width: int, height: int, chosen: int | None, keymap: Keymap
) -> list[Strip]:
    """Exactly so many rows: curves, or a sentence that says why there are none."""
    blank, rows = theme.inks.blank, norm_rows(snapshot, theme, width - 2, height, chosen)
    if rows:
        return with_margins(rows, blank)
    reason = "No gradient of any layer can be drawn: all of them are 0, or not finite."
    if has_one_point(snapshot):
        reason = "The norms of one step only are recorded so far; the curves begin with those of the next."
    if not snapshot.has_gradients:
        trains, epoch, phase = map(keymap.name, ("toggle_running", "step('epoch')", "step('phase')"))
        reason = f"No gradients before the first step: {trains} trains, {epoch} makes one epoch, {phase} one phase."
    lines, style = wrap(reason, max(width - 2, 1))[:height], theme.inks.axis
    rows = [row([(f" {line}", style)], width, blank) for line in lines]
    return filled_up(rows, width, height, theme)


def _histograms(snapshot: Snapshot, theme: Theme, width: int, height: int, chosen: int | None) -> list[Strip]:
    if chosen is not None:
        return single_rows(snapshot, theme, width, height, chosen)
    return ridges.ridge_rows(snapshot, theme, width, height)


def _findings(sentences: Sequence[str], theme: Theme, width: int, most: int) -> list[Strip]:
    """The findings, a sentence a row; the last row says how many more there are."""
    lines = [line for sentence in sentences for line in wrap(sentence, max(width - 2, 1))]
    if len(lines) > most:
        lines = [*lines[: most - 1], f"… {len(lines) - most + 1} more"] if most > 1 else []
    return [row([(f" {line}", theme.inks.warning)], width, theme.inks.blank) for line in lines[:most]]
