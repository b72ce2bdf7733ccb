"""What help says: keys from their bindings, and a legend of everything on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Final

from textual.binding import Binding
from textual.strip import Strip

from tuinet.tui.bindings import by_group, title_and_detail
from tuinet.tui.branches import DIMMED, NOW
from tuinet.tui.cells import POINT_GLYPHS
from tuinet.tui.colour import mix
from tuinet.tui.freshness import ACTIVE
from tuinet.tui.legends import class_pieces, level_piece, ramp_pieces
from tuinet.tui.text import Piece, ink, row, width_of
from tuinet.tui.theme import LEVELS, Theme
from tuinet.tui.widgets.gradients import HIGH_EXPONENT, LOW_EXPONENT
from tuinet.tui.widgets.status import PAUSED, RUNNING

_SAMPLE_WIDTH: Final = 14
_MARGIN: Final = 2

Entry = tuple[Sequence[Piece], str]
"""Something on the screen, and what it means."""


def help_rows(bindings: Iterable[Binding], theme: Theme, width: int) -> list[Strip]:
    """All of help, in rows of this width."""
    sections = [("keys: " + name, _keys(group, theme)) for name, group in by_group(bindings).items()]
    return [line for name, entries in [*sections, *legend(theme)] for line in _section(name, entries, theme, width)]


def legend(theme: Theme) -> list[tuple[str, list[Entry]]]:
    """Every colour, symbol and abbreviation of the dashboard, panel by panel."""
    return [
        ("status", _status(theme)),
        ("decision boundary, output, curve", _boundary(theme)),
        ("more than two inputs: true and predicted class, predictions", _tables(theme)),
        ("loss", _loss(theme)),
        ("weights and biases", _weights(theme)),
        ("gradients", _gradients(theme)),
    ]


def _keys(bindings: Sequence[Binding], theme: Theme) -> list[Entry]:
    style = ink(theme.accent, theme.background, bold=True)
    return [([(binding.key_display or binding.key, style)], _explained(binding)) for binding in bindings]


def _explained(binding: Binding) -> str:
    title, detail = title_and_detail(binding)
    return f"{title}. {detail}."


def _status(theme: Theme) -> list[Entry]:
    text, dim = ink(theme.foreground, theme.background), ink(theme.axis, theme.background)
    return [
        ([("2-2-1", text)], "Sizes of the layers: inputs, hidden layers, outputs."),
        ([("learning rate", dim)], "Factor between a gradient and the change it makes to a weight."),
        ([("seed", dim)], "Number from which the random initial weights are made: the same seed, the same run."),
        (
            [(RUNNING, ink(theme.curve, theme.background))],
            "Training: epochs per second reached, of those asked for.",
        ),
        ([(PAUSED, ink(theme.warning, theme.background))], "Paused; the epochs per second it would run at."),
        ([("epoch", dim)], "Complete passes over the training samples; in the past, of how many there have been."),
        ([("batch", dim)], "Complete batches of the epoch; while a step is under way, the one that it is made on."),
        (
            [("backward", ink(theme.accent, theme.background))],
            "The last phase done of a step: batch, forward, loss, backward, regularize, clip, update.",
        ),
        ([("accuracy", dim)], "Training samples on the right side of the decision, of all."),
        ([("in this colour", ink(theme.warning, theme.background))], "Something a teacher would point out."),
        ([("pending", ink(theme.accent, theme.background))], "A change that takes effect at the end of the step."),
    ]


def _boundary(theme: Theme) -> list[Entry]:
    text, dim = ink(theme.foreground, theme.background), ink(theme.axis, theme.background)
    return [
        (
            ramp_pieces(theme),
            "The output at each place. Two classes: P(1), the probability of class 1. Numbers to predict: from the "
            "lowest target to the highest, which stand at the ends.",
        ),
        ([level_piece(theme.levels, LEVELS // 2, 6)], "Undecided: P(1) near one half. This is the decision boundary."),
        (
            class_pieces(("", "", ""), theme, _SAMPLE_WIDTH),
            "Several classes: the colour of the class with the largest "
            "output, the stronger the more certain, down to grey.",
        ),
        ([("".join(POINT_GLYPHS[:4]), text)], "Training samples, a glyph for each class, the first one for the first."),
        (
            [("●", ink(theme.levels[-1], theme.background))],
            "Numbers: a sample in the colour of its target; where the network is right, that is the colour around it.",
        ),
        ([("x1  x2", dim)], "The two inputs, with the range that is shown."),
        ([("━", ink(theme.curve, theme.background))], "One input: the output against the input, among the samples."),
    ]


def _tables(theme: Theme) -> list[Entry]:
    right, wrong = ink(theme.curve, theme.background, bold=True), ink(theme.warning, theme.background)
    dim = ink(theme.axis, theme.background)
    return [
        ([("37", right)], "Samples of the class at the left that were taken for it."),
        ([("2", wrong)], "Samples of the class at the left that were taken for the class above."),
        ([("·", ink(theme.border, theme.background))], "None."),
        (
            [("% of the row", dim)],
            "Where counts do not fit: shares of the class at the left, rounded down; ● is all.",
        ),
        ([("recall", dim)], "Of all samples of the class, the share that was taken for it."),
        ([("error", dim)], "Numbers: output minus target, for the first training samples."),
    ]


def _loss(theme: Theme) -> list[Entry]:
    line, test = ink(theme.curve, theme.background), ink(theme.test_curve, theme.background)
    dim = ink(theme.axis, theme.background)
    return [
        ([("⠑⠢⢄⣀", line)], "Mean loss over the training samples, against epochs since the start."),
        ([("⠑⠢⢄⣀", test)], "The same over the test samples, which the network never learns from."),
        ([("penalty", dim)], "What l1 and l2 add to the loss; the sum is what is made small."),
        ([("R²", dim)], "Share of the targets' variance that is predicted; 1 is all of it, 0 no more than their mean."),
        (
            [("⠑⠢⢄⣀", ink(mix(theme.curve, theme.background, DIMMED), theme.background))],
            "Dimmed: branches that were left, named by what is different in them; and what was the future once.",
        ),
        (
            [(NOW, ink(theme.foreground, theme.background, bold=True))],
            "The present, in a past that one has gone back to. Click the curve, or drag along it, to go to an epoch.",
        ),
        ([("1e-2", dim)], "Ten to the power of minus two: 0.01."),
        (
            [("cross-entropy", dim)],
            "Mean of -ln P(right class), in nats: guessing one of two classes costs 0.693.",
        ),
    ]


def _weights(theme: Theme) -> list[Entry]:
    dim = ink(theme.axis, theme.background)
    positive = [("+" * 2, ink(colour, theme.background)) for colour in theme.positive_levels]
    negative = [("-" * 2, ink(colour, theme.background)) for colour in theme.negative_levels]
    return [
        (positive, "Positive numbers, the stronger the colour the larger: steps at 0.25, 1, 2 and 4."),
        (negative, "Negative numbers, in the same steps."),
        (
            [("x1  h1  y", dim)],
            "Inputs, hidden units, outputs: a weight leads from its row to its column.",
        ),
        ([("b", dim)], "Biases: one a column."),
        (
            [(ACTIVE, ink(theme.accent, theme.background))],
            "The layer that the last phase of a step under way computed.",
        ),
        ([("…", dim)], "Rows or columns for which there is no room."),
    ]


def _gradients(theme: Theme) -> list[Entry]:
    text = ink(theme.foreground, theme.background)
    bars = f"‖∂L/∂W‖ from 1e{LOW_EXPONENT} to 1e{HIGH_EXPONENT}, each power of ten as long as the next: "
    return [
        (
            [("‖∂L/∂W‖", text)],
            "Norm of the gradient by the layer's weights: root of the sum of squares, last batch.",
        ),
        ([("‖∂L/∂b‖", text)], "The same by its biases."),
        ([("max |g|", text)], "The largest of these gradients, without its sign."),
        (
            [("ΔW/W", text)],
            "Norm of the weights' last change over their own; about 1e-3 is healthy.",
        ),
        (
            [("━━━━━╸──", ink(theme.curve, theme.background))],
            bars + "where it is short in the first layers, the gradient vanishes.",
        ),
        ([("–", text)], "Not known before the first step."),
        (
            [("1.2e-2", ink(theme.border, theme.background))],
            "Dimmed: from the step before; the one under way has not come here yet.",
        ),
    ]


def _section(name: str, entries: Sequence[Entry], theme: Theme, width: int) -> list[Strip]:
    blank = ink(None, theme.background)
    heading = row([(" " * _MARGIN + name, ink(theme.title, theme.background, bold=True))], width, blank)
    lines = [line for sample, meaning in entries for line in _entry(sample, meaning, theme, width)]
    return [row((), width, blank), heading, *lines]


def _entry(sample: Sequence[Piece], meaning: str, theme: Theme, width: int) -> list[Strip]:
    blank, text = ink(None, theme.background), ink(theme.foreground, theme.background)
    indent = _MARGIN + _SAMPLE_WIDTH + 2
    lines = wrap(meaning, max(width - indent - _MARGIN, 10))
    gap = " " * (_SAMPLE_WIDTH + 2 - width_of(sample))
    first = row([(" " * _MARGIN, blank), *sample, (gap, blank), (lines[0], text)], width, blank)
    return [first, *(row([(" " * indent + line, text)], width, blank) for line in lines[1:])]
