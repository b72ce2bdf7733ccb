"""What the title of the loss panel says: losses, the penalty, and accuracy or R², as far as there is room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tuinet.experiment.defaults import loss_word
from tuinet.experiment.experiment import Experiment
from tuinet.observe.metrics import Metrics
from tuinet.observe.snapshot import Snapshot
from tuinet.tui.draw.text import (
    Piece,
    accuracy_text,
    count,
    ink,
    loss_text,
    percent,
    r2_text,
    short_r2_text,
    whole_percent,
    width_of,
)
from tuinet.tui.style.theme import Theme

Said = tuple[str, str, str]
"""Words, a value, and words behind it."""
Detail = Callable[[Metrics, bool], Said]
"""What is shown of metrics beside the loss; and whether these are the first ones, of which the words are said."""


_NUMBER: Final = 2
"""Cells for the number of the panel, as long as that costs no more than words."""


def loss_title(snapshot: Snapshot, theme: Theme, room: int) -> list[Piece]:
    """As much as fits of: loss, penalty, accuracy or R², and the same on the test set."""
    words = loss_word(snapshot.experiment), _short_word(snapshot.experiment)
    kinds = [(word, with_penalty) for with_penalty in (True, False) for word in dict.fromkeys(words)]
    variants = [
        _title(snapshot, theme, detail, word, with_penalty=with_penalty)
        for details in (_WORDY, _SHORT)
        for word, with_penalty in kinds
        for detail in details
    ]
    # A number that is cut is another number, so the penalty goes first, then accuracy, and then the test set.
    bare = [_title(snapshot, theme, None, word, with_penalty=with_penalty) for word, with_penalty in kinds]
    bare += [bare[-1][:2]]
    tried = ((variants, room - _NUMBER), (variants, room), (bare, room))
    fitting = (pieces for these, cells in tried for pieces in these if width_of(pieces) <= cells)
    return next(fitting, bare[-1])


def tells_quality(snapshot: Snapshot, theme: Theme, room: int) -> bool:
    """Whether the title in so many cells has loss and accuracy, or R²."""
    title = "".join(text for text, _ in loss_title(snapshot, theme, room))
    metrics = snapshot.metrics
    if snapshot.divergence:
        return True
    share = metrics.accuracy or 0.0
    accuracy = (accuracy_text(metrics), percent(share), f"{whole_percent(share)} right")
    quality = accuracy if metrics.r2 is None else (r2_text(metrics.r2), short_r2_text(metrics.r2))
    return any(words and words in title for words in quality)


def _short_word(experiment: Experiment) -> str:
    """``loss``; where it is no plain mean ``Σ loss``, ``w·loss`` or ``Σ w·loss``."""
    is_sum, is_weighted = experiment.reduction == "sum", experiment.class_weight != "none"
    return f"{'Σ ' if is_sum else ''}{'w·' if is_weighted else ''}loss"


def _title(
    snapshot: Snapshot, theme: Theme, detail: Detail | None, word: str, *, with_penalty: bool = True
) -> list[Piece]:
    name, pieces = theme.inks.title, list[Piece]()
    is_sum = snapshot.experiment.reduction == "sum"
    sets = [(f"{word} ", snapshot.metrics, theme.curve)]
    if snapshot.test_metrics is not None:
        sets.append((f"{', ' if detail is _wholly else ' · '}test ", snapshot.test_metrics, theme.test_curve))
    for words, metrics, colour in sets:
        style, is_first = ink(colour, theme.background, bold=True), metrics is snapshot.metrics
        pieces += [(words, name), (loss_text(metrics.loss), style)]
        pieces += [(f" over {count(metrics.of or metrics.samples)}", name)] if is_sum and snapshot.test_metrics else []
        said, value, after = detail(metrics, is_first) if detail and not snapshot.divergence else ("", "", "")
        if with_penalty and snapshot.penalty and is_first:
            pieces += [(" + penalty ", name), (loss_text(snapshot.penalty), style)]
            said = said if "·" in said else f" ·{said}"  # not a share of the penalty
        pieces += [(said, name), (value, style), (after, name)] if value else []
    return pieces


def _full(metrics: Metrics, is_first: bool) -> Said:
    if metrics.correct is not None:
        return " · accuracy ", accuracy_text(metrics), ""
    return " · R² ", "" if metrics.r2 is None else r2_text(metrics.r2), ""


def _percent(metrics: Metrics, is_first: bool) -> Said:
    """The second accuracy is understood to be one, too."""
    if metrics.accuracy is not None:
        return " · accuracy " if is_first else " · ", percent(metrics.accuracy), ""
    return _full(metrics, is_first)


def _right(metrics: Metrics, is_first: bool) -> Said:
    if metrics.accuracy is not None:
        return " ", percent(metrics.accuracy), " right" if is_first else ""
    return _bare(metrics, is_first)


def _wholly(metrics: Metrics, is_first: bool) -> Said:
    if metrics.accuracy is not None:
        return " ", whole_percent(metrics.accuracy), " right" if is_first else ""
    return " R² " if is_first else " ", "" if metrics.r2 is None else short_r2_text(metrics.r2), ""


def _bare(metrics: Metrics, is_first: bool) -> Said:
    if metrics.accuracy is not None:
        return " ", percent(metrics.accuracy), ""
    return " R² ", "" if metrics.r2 is None else short_r2_text(metrics.r2), ""


_WORDY: Final[tuple[Detail, ...]] = (_full, _percent, _right)
_SHORT: Final[tuple[Detail, ...]] = (_wholly, _bare)
