"""The gradients of each layer over time, their spread now, and what a teacher would say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from types import MappingProxyType
from typing import Final

from textual.binding import Binding
from textual.strip import Strip

from tuinet.observe.snapshot import Frame, Snapshot
from tuinet.tui.bindings import LEAVE_BINDING, listed
from tuinet.tui.draw.curves import MIN_HEIGHT
from tuinet.tui.draw.text import Piece, count, ink, row
from tuinet.tui.keymap import UNCHANGED, Keymap, keymap_of
from tuinet.tui.panels.base import EDGE, CellPanel, Entry
from tuinet.tui.panels.flow.curves import norm_rows, shown_layers, single_rows
from tuinet.tui.panels.flow.ridges import known_spreads, ridge_rows
from tuinet.tui.style.theme import Theme

_SIDE_BY_SIDE: Final = 70
_CURVES_SHARE: Final = 42
"""Percent of the width that the curves have beside the histograms."""
_STACKED_ROWS: Final = 14
_LEAST_CURVES: Final = 7
"""Rows of curves above histograms."""
_ROWS_WITHOUT_FINDINGS: Final = 18
"""Rows that curves and histograms have first; the findings are in the status, too."""


GROUP: Final = Binding.Group("gradient flow")


class FlowPanel(CellPanel, can_focus=True):
    """Norms of the gradients against epochs, histograms of the gradients, and words, for every layer."""

    HEADING = "gradient flow"
    KEYS = (
        listed(
            "up", "choose(-1)", "layer", "Layer before: its gradients by themselves, or those of all layers", GROUP, "▴"
        ),
        listed(
            "down", "choose(1)", "layer", "Next layer: its gradients by themselves, or those of all layers", GROUP, "▾"
        ),
        LEAVE_BINDING,
    )
    UNSEEN = MappingProxyType({"flow": False})

    def __init__(self, *, id: str | None = None, number: str = "") -> None:
        super().__init__(id=id, number=number)
        self._chosen = 0

    @property
    def chosen(self) -> int | None:
        """The layer that is shown by itself, counted from 1; ``None`` for all layers."""
        layers = len(self.frame.snapshot.layers) if self.frame is not None else 0
        return self._chosen if 1 <= self._chosen <= layers else None

    def action_choose(self, by: int) -> None:
        """Show the next layer by itself, or all layers again."""
        if self.frame is not None:
            self._chosen = ((self.chosen or 0) + by) % (len(self.frame.snapshot.layers) + 1)
            self.update_cells()

    def wanted(self, frame: Frame, width: int, height: int) -> Mapping[str, object]:
        """The spread of the gradients."""
        return {"flow": True}

    def title(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What the panel shows."""
        return ((flow_title(frame.snapshot, self.chosen), ink(theme.title, theme.background)),)

    def legend(self, frame: Frame, theme: Theme) -> Sequence[Piece]:
        """What curves and bars are, and how many weights are counted where not all of them are."""
        text = flow_legend(frame.snapshot, self.size.width - EDGE)
        return [(text, ink(theme.axis, theme.background))] if text else []

    def content(self, frame: Frame, theme: Theme, width: int, height: int) -> list[Strip]:
        """Curves, histograms and words, as there is room."""
        return flow_rows(frame.snapshot, theme, width, height, self.chosen, keymap_of(self.app))

    @staticmethod
    def glossary(snapshot: Snapshot, theme: Theme, keymap: Keymap) -> Iterator[Entry]:
        """See `CellPanel`."""
        dim, text = ink(theme.axis, theme.background), ink(theme.foreground, theme.background)
        first, last = theme.layer_colours(2)
        good, bad = ink(theme.curve, theme.background), ink(theme.warning, theme.background)
        metrics = snapshot.metrics
        samples = "all training samples" if metrics.of is None else f"all {metrics.samples:,} training samples seen"
        yield (
            [("⠑⠢⢄1", ink(first, theme.background)), (" ⠑⠢⢄2", ink(last, theme.background))],
            "‖∂L/∂W‖ of each layer against epochs, in powers of ten; the number at its end is the layer's.",
        )
        yield [("0: 1-4", dim)], "Layers whose gradient is 0: a logarithmic axis has no place for them."
        yield [("▁▃▇█", ink(first, theme.background))], "How many weights have a gradient of this size."
        yield [("+  −  ±", dim)], "Gradients above 0, below 0, both together."
        yield [("of 2's", dim)], "Size of the layer's gradients over that of the last layer's."
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
    """Of which layers the gradients are, and how many curves there are where not every layer has one."""
    layers, shown = len(snapshot.layers), len(shown_layers(len(snapshot.layers), chosen))
    of = f"of layer {chosen}" if chosen else "by layer"
    return f"gradient flow · ‖∂L/∂W‖ {of}" + (f" · {shown} of {layers} curves" if shown < layers else "")


def flow_legend(snapshot: Snapshot, room: int) -> str:
    """As much as fits of what curves and bars are."""
    spreads = known_spreads(snapshot)
    counted, total = sum(spread.counted for spread in spreads), sum(spread.total for spread in spreads)
    sampled = f"{count(counted)} of {count(total)} weights counted" if counted < total else ""
    curves, bars = "curves: norm by epochs", "bars: weights by size of ∂L/∂w"
    texts = (
        " · ".join(filter(None, (curves, f"{bars}, log scale", sampled))),
        sampled or f"{curves} · {bars}",
        "norm by epochs, weights by ∂L/∂w",
    )
    return next((text for text in texts if len(text) <= room), "")


def flow_rows(
    snapshot: Snapshot,
    theme: Theme,
    width: int,
    height: int,
    chosen: int | None = None,
    keymap: Keymap = UNCHANGED,
) -> list[Strip]:
    """Curves beside histograms, or above them where it is narrow; the findings below where there are rows for them.

    Parameters
    ----------
    chosen
        The layer, counted from 1, that is shown by itself; ``None`` for all.
    keymap
        Names the keys in a sentence as they are now.
    """
    if width < 1 or height < 1:
        return []
    sentences = [keymap.said(finding) for finding in snapshot.findings]
    findings = _findings(sentences, theme, width, max(0, height - _ROWS_WITHOUT_FINDINGS) // 4)
    height -= len(findings)
    if width >= _SIDE_BY_SIDE and height >= MIN_HEIGHT:
        upper = _beside(snapshot, theme, width, height, chosen, keymap)
    elif height >= _STACKED_ROWS:
        upper = _above(snapshot, theme, width, height, chosen, keymap)
    else:
        upper = _histograms(snapshot, theme, width, height, chosen)
    blank = Strip.blank(width, ink(None, theme.background))
    return [*upper, *[blank] * (height - len(upper)), *findings] if findings else upper


def _beside(
    snapshot: Snapshot, theme: Theme, width: int, height: int, chosen: int | None, keymap: Keymap
) -> list[Strip]:
    left = width * _CURVES_SHARE // 100
    curves = _curves(snapshot, theme, left, height, chosen, keymap)
    bars = _histograms(snapshot, theme, width - left, height, chosen)
    blank = ink(None, theme.background)
    bars += [Strip.blank(width - left, blank)] * (height - len(bars))
    return [Strip.join(pair) for pair in zip(curves, bars, strict=True)]


def _above(
    snapshot: Snapshot, theme: Theme, width: int, height: int, chosen: int | None, keymap: Keymap
) -> list[Strip]:
    rows = max(height // 2, min(len(snapshot.layers) + 2, height - _LEAST_CURVES))
    bars = _histograms(snapshot, theme, width, rows, chosen)
    return [*_curves(snapshot, theme, width, height - len(bars), chosen, keymap), *bars]


def _curves(
    snapshot: Snapshot, theme: Theme, width: int, height: int, chosen: int | None, keymap: Keymap
) -> list[Strip]:
    """Exactly so many rows: curves, or a sentence that says why there are none."""
    blank, rows = ink(None, theme.background), norm_rows(snapshot, theme, width - 2, height, chosen)
    if rows:
        return [Strip.join([Strip.blank(1, blank), strip, Strip.blank(1, blank)]) for strip in rows]
    axis = ink(theme.axis, theme.background)
    lines = [row([(f" {line}", axis)], width, blank) for line in wrap(_no_curves(snapshot, keymap), max(width - 2, 1))]
    return [*lines[:height], *[Strip.blank(width, blank)] * (height - len(lines))]


def _no_curves(snapshot: Snapshot, keymap: Keymap) -> str:
    if not snapshot.has_gradients:
        trains, epoch, phase = map(keymap.name, ("toggle_running", "step('epoch')", "step('phase')"))
        return f"No gradients before the first step: {trains} trains, {epoch} makes one epoch, {phase} one phase."
    return "No gradient of any layer can be drawn: all of them are 0, or not finite."


def _histograms(snapshot: Snapshot, theme: Theme, width: int, height: int, chosen: int | None) -> list[Strip]:
    if chosen is not None:
        return single_rows(snapshot, theme, width, height, chosen)
    return ridge_rows(snapshot, theme, width, height)


def _findings(sentences: Sequence[str], theme: Theme, width: int, most: int) -> list[Strip]:
    """What a teacher would point out, a sentence a row; how many more there are in the last one."""
    style, blank = ink(theme.warning, theme.background), ink(None, theme.background)
    lines = [line for sentence in sentences for line in wrap(sentence, max(width - 2, 1))]
    if len(lines) > most:
        lines = [*lines[: most - 1], f"… {len(lines) - most + 1} more"] if most > 1 else []
    return [row([(f" {line}", style)], width, blank) for line in lines[:most]]
