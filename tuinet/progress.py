"""Whether a run is learning, as data and in words: how the loss has gone since anything was changed last."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple

import numpy as np

from tuinet.causes import FAR, first_unchanged, has_arrived, has_risen, is_at_noise, usual_rate
from tuinet.nn.parameters import Array
from tuinet.observe.finding import Finding
from tuinet.observe.snapshot import Snapshot

FAST: Final = 0.05
"""A loss that falls by this share from the middle third of its time to the last learns well: one that falls as
``epochs**-0.1`` just does."""
STANDSTILL: Final = 0.005
"""A loss that changes by a smaller share stands still."""
RISING: Final = 0.02
"""A loss that rises by this share does not do so by the chance of its batches."""
EARLY_EPOCHS: Final = 10
EARLY_STEPS: Final = 10
"""A younger run may be slow for a moment."""
STEPS_SEEN: Final = 5
JUMP: Final = 0.1
OFTEN: Final = 1 / 3
"""A loss is unsteady that changes by such a share from point to point, and rises so often."""

ProgressKind = Literal["untrained", "begun", "solved", "learned", "learning", "slow", "still", "rising"]

WORDS: Final[Mapping[ProgressKind, str]] = {
    "untrained": "not trained yet",
    "begun": "just begun",
    "solved": "solved",
    "learned": "learned",
    "learning": "learning",
    "slow": "learning slowly",
    "still": "hardly learning",
    "rising": "not learning",
}


class Progress(NamedTuple):
    """Whether a run is learning."""

    kind: ProgressKind
    """``untrained``: no step has been made. ``begun``: it is too early to tell. ``solved``: nothing is left to learn.
    ``learned``: next to all is, or as much as the data allow. The others are about the loss."""
    change: float = math.nan
    """Of the loss, as a share of what it was; NaN where there is nothing to compare."""
    epochs: int = 0
    """For how many epochs: the median over the last ones is held against that over as many before."""
    wrong: int | None = None
    """Training samples that are answered wrongly; ``None`` for numbers."""
    samples: int = 0
    r2: float | None = None
    """For numbers."""


def progress_of(snapshot: Snapshot) -> Progress:
    """Whether the run is learning, by its losses since anything was changed."""
    metrics = snapshot.metrics
    change, epochs = _change(snapshot)
    wrong = None if metrics.correct is None else metrics.samples - metrics.correct
    return Progress(_kind(snapshot, change), change, epochs, wrong, metrics.samples, metrics.r2)


def _kind(snapshot: Snapshot, change: float) -> ProgressKind:
    metrics = snapshot.metrics
    if metrics.samples and metrics.is_solved and not snapshot.divergence:
        return "solved"
    if math.isnan(change):
        return "begun" if snapshot.step or snapshot.phase is not None else "untrained"
    return _kind_by_loss(snapshot, change)


def _kind_by_loss(snapshot: Snapshot, change: float) -> ProgressKind:
    if change <= -FAST:
        return "learning"
    if has_arrived(snapshot.metrics) or is_at_noise(snapshot):
        return "learned"
    if snapshot.epochs_unchanged < EARLY_EPOCHS or snapshot.steps_unchanged < EARLY_STEPS:
        return "begun"
    if change >= RISING:
        return "rising"
    return "slow" if change <= -STANDSTILL else "still"


def _change(snapshot: Snapshot) -> tuple[float, int]:
    """The median loss of about the last third of the time against that of as long before, and how long that is."""
    history = snapshot.history
    begin, now = first_unchanged(snapshot), float(history.epochs[-1])
    known, losses = history.epochs[begin:], history.losses[begin:]
    window = rounded_down((now - snapshot.changed_at[1]) / 2)
    if window < 1 or len(known) < 2:
        window = 1
    recent = losses[known > now - window]
    earlier = losses[(known > now - 2 * window) & (known <= now - window)]
    if not len(earlier):
        # Points are far apart in the history of a long epoch.
        before = np.flatnonzero(known <= now - window)
        if not len(before):
            return math.nan, 0
        earlier, window = losses[before[-1:]], int(now - known[before[-1]])
    return _ratio(recent, earlier), window


def _ratio(recent: Array, earlier: Array) -> float:
    now, then = float(np.median(recent)), float(np.median(earlier))
    return now / then - 1 if math.isfinite(now) and math.isfinite(then) and then > 0 else math.nan


def rounded_down(number: float) -> int:
    """To 1, 2 or 5 and noughts, so that it seldom changes."""
    whole = int(number)
    power: int = 10 ** (len(str(whole)) - 1)
    return max((step * power for step in (1, 2, 5) if step * power <= whole), default=0)


def find_rate(snapshot: Snapshot) -> Iterator[Finding]:
    """A learning rate under which the loss rises or jumps about, or that is far beyond the usual one and of no use."""
    if not snapshot.step or snapshot.begins_absurd or snapshot.metrics.is_solved:
        return
    rate, usual = snapshot.experiment.learning_rate, usual_rate(snapshot)
    seen = _harm(snapshot, is_far=rate >= FAR * usual)
    if seen:
        beside = f" (usual here: {usual:.2g})" if rate > 2 * usual else ""
        yield Finding("large rate", f"learning rate {rate:g} is too large: {seen}{beside}", numbers=(rate, usual))


def _harm(snapshot: Snapshot, *, is_far: bool) -> str:
    """What too large a rate has done; empty where it has done nothing."""
    if has_risen(snapshot):
        return "it has made the loss larger"
    kind = progress_of(snapshot).kind
    if kind == "rising":
        # What a penalty makes smaller is not the loss.
        return "" if snapshot.penalty else "the loss rises"
    if kind in ("slow", "still") and _goes_up_and_down(snapshot, 0.0 if is_far else JUMP):
        return "the loss goes up and down"
    return ""


def _goes_up_and_down(snapshot: Snapshot, least: float) -> bool:
    """Whether the loss rises often from point to point, and as a rule changes by more than such a share."""
    losses = snapshot.history.losses[first_unchanged(snapshot) :]
    recent = losses[len(losses) // 2 :]
    if len(recent) < STEPS_SEEN:
        return False
    steps = np.diff(recent) / recent[:-1]
    return float(np.median(np.abs(steps))) > least and float((steps > 0).mean()) > OFTEN


def find_slowness(snapshot: Snapshot) -> Iterator[Finding]:
    """A finding when the loss hardly falls, while much is left to learn."""
    progress = progress_of(snapshot)
    if progress.kind in ("slow", "still", "rising"):
        cause = f"{WORDS[progress.kind]}: {change_text(progress)}"
        yield Finding("slow", cause, numbers=(progress.change, progress.epochs))


def change_text(progress: Progress) -> str:
    """``loss fell 15% in 100 epochs``; in steps large enough to be read while it trains."""
    epochs = f"{progress.epochs:,} epoch{'s' * (progress.epochs != 1)}"
    size = abs(progress.change)
    if size < STANDSTILL:
        return f"loss fell less than 1% in {epochs}" if progress.change < 0 else f"loss stood still for {epochs}"
    if progress.change >= 1:
        return f"loss more than doubled in {epochs}"
    percent = max(1, round(100 * size)) if size < 0.1 else 5 * round(20 * size)
    return f"loss {'fell' if progress.change < 0 else 'rose'} {percent}% in {epochs}"
