"""What a teacher would notice about a run: layer, number and cause as data, and how each layer does.

What would help is in `tuinet.remedies`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, get_args

import numpy as np

from tuinet.causes import find_divergence, find_overfitting, find_scale, has_arrived, is_at_noise
from tuinet.nn.initializers import INITIALIZERS
from tuinet.observe.finding import Finding, FindingKind
from tuinet.observe.snapshot import LayerSnapshot, Snapshot, gradients_are_known
from tuinet.progress import find_rate, find_slowness, rounded_down
from tuinet.terminal_text import shown_name

VANISHING: Final = 1e-4
"""A layer whose gradients are as small a share of the last layer's has stopped learning."""
WEAK: Final = 1e-2
"""A layer whose gradients are as small a share of the last layer's lags far behind it."""
EXPLODING: Final = 1e3
"""Gradients of this norm throw the weights about, whatever the learning rate."""
SATURATED: Final = 0.01
"""A unit whose slope stays below this lets next to nothing through."""
LARGE_UPDATE: Final = 0.5
"""A step that changes the weights by such a share of themselves undoes what was learned before."""
_BEYOND: Final = 10
"""From such a share on, the number itself says nothing more."""
SMALL_UPDATE: Final = 1e-6
"""Steps of such a share need a million epochs to change anything."""


State = Literal["healthy", "weak", "ill", "unknown"]


class LayerRemark(NamedTuple):
    """Something about a layer, in two lengths."""

    short: str
    full: str
    compares: bool = False
    """Whether the long form tells the layer's share of the last one's gradients, and nothing else more."""


class LayerHealth(NamedTuple):
    """The state of a layer, and remarks on it."""

    share: float | None
    """Its typical gradient over that of the last layer; ``None`` where there is none to compare."""
    remarks: tuple[LayerRemark, ...]
    """At least one, the gravest first."""
    state: State
    """What the remarks amount to; unknown before there is a gradient to judge by."""


def layer_healths(snapshot: Snapshot) -> tuple[LayerHealth, ...]:
    """The health of each layer, from the first hidden layer to the output; no word of it where that is held back."""
    if snapshot.withheld:
        known = (gradients_are_known(snapshot, number) for number in range(1, len(snapshot.layers) + 1))
        shares = (share_of_last(snapshot, number) if is_known else None for number, is_known in enumerate(known, 1))
        return tuple(LayerHealth(share, (LayerRemark("–", "–"),), "unknown") for share in shares)
    return tuple(_health(snapshot, number) for number in range(1, len(snapshot.layers) + 1))


def is_exploding(snapshot: Snapshot, layer: LayerSnapshot) -> bool:
    """Whether the layer's gradients are large enough to throw the weights about; those of a sum, for each sample."""
    samples, batch_size = len(snapshot.dataset.X), snapshot.experiment.batch_size
    added_up = min(batch_size or samples, samples) if snapshot.experiment.reduction == "sum" else 1
    return layer.grad_norm > EXPLODING * added_up


def share_of_last(snapshot: Snapshot, number: int) -> float | None:
    """The size of a layer's typical gradient over that of the last layer; ``None`` where the last one has none."""
    last = snapshot.layers[-1].typical_grad
    return snapshot.layers[number - 1].typical_grad / last if 0 < last < math.inf else None


def dead_units(layer: LayerSnapshot) -> int:
    """Units that let no gradient through for any sample seen."""
    return int((layer.slopes == 0).sum())


def saturated_units(layer: LayerSnapshot) -> int:
    """Units that let next to nothing through for any sample seen, but are not dead."""
    return int(((layer.slopes > 0) & (layer.slopes < SATURATED)).sum())


_FRACTIONS: Final = ((1, 3), (2, 5), (1, 2), (3, 5), (2, 3), (3, 4), (4, 5), (9, 10))
_SMALLEST: Final = 1 / 1000
_ABOUT_ONE: Final = (0.95, 1.05)


def share_text(share: float, whole: str) -> str:
    """A share as a student reads it: ``1/40 of layer 4``, ``less than 1/1000 of layer 4``, ``1.3 times layer 4``."""
    text = short_share(share)
    if text.endswith("×"):
        return f"{text[:-1]} times {whole}"
    return f"about {whole}" if text == "1" else f"{text.replace('<', 'less than ')} of {whole}"


def short_share(share: float) -> str:
    """A share in up to seven characters: ``2/3``, ``1/40``, ``<1/1000``, ``1.3×``."""
    if share == 0 or not math.isfinite(share):
        return f"{share:g}"
    if share >= _ABOUT_ONE[0]:
        large = f"{share:.2g}" if share < 99.5 else f"{share:.0e}".replace("e+0", "e").replace("e+", "e")
        return "1" if share < _ABOUT_ONE[1] else f"{large}×"
    if share < _SMALLEST * 0.999:
        return "<1/1000"
    parts = 1 / share
    if parts < 3.25:
        over, under = min(_FRACTIONS, key=lambda pair: abs(share - pair[0] / pair[1]))
        return f"{over}/{under}"
    step = 5 * 10 ** (math.floor(math.log10(parts)) - 1) if parts >= 19.5 else 1
    return f"1/{step * round(parts / step):.0f}"


def power_text(value: float) -> str:
    """A number that is far from 1, as the table of the gradients has it: ``3.2e-6``."""
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent and value else f"{value:g}"


def _health(snapshot: Snapshot, number: int) -> LayerHealth:
    layer, known = snapshot.layers[number - 1], gradients_are_known(snapshot, number)
    if not layer.is_finite or (known and not math.isfinite(layer.grad_norm)):
        return LayerHealth(None, (LayerRemark("not finite", "diverged: not finite any more"),), "ill")
    share = share_of_last(snapshot, number) if known else None
    wrong = [*_gradients(snapshot, number, share)] if known else []
    wrong += [*_units(layer)] if number < len(snapshot.layers) else []
    wrong += [*_updates(snapshot, layer)] if snapshot.has_updates and not wrong else []
    if wrong:
        return LayerHealth(share, tuple(wrong), "ill")
    if not known:
        return LayerHealth(None, (LayerRemark("–", "no gradient before the first step"),), "unknown")
    state: State = "weak" if share is not None and share < WEAK else "healthy"
    return LayerHealth(share, (_told(state, snapshot, number, share),), state)


def _gradients(snapshot: Snapshot, number: int, share: float | None) -> Iterator[LayerRemark]:
    layer, hidden = snapshot.layers[number - 1], range(number, len(snapshot.layers))
    blocking = next((other for other in hidden if snapshot.layers[other - 1].activation == "step"), None)
    if blocking is not None:
        yield LayerRemark("cannot learn", f"cannot learn: layer {blocking}'s step has slope 0")
    elif is_exploding(snapshot, layer):
        yield LayerRemark("exploding", f"exploding, ‖∂L/∂W‖ {power_text(layer.grad_norm)}")
    elif layer.grad_norm == 0:
        full = "no gradient: all weights' are 0" if layer.bias_grads.any() else "no gradient: all are 0"
        yield LayerRemark("no gradient", full)
    elif share is not None and share < VANISHING:
        yield _told("vanishing", snapshot, number, share)


def _units(layer: LayerSnapshot) -> Iterator[LayerRemark]:
    if layer.activation == "step":
        return
    for count, what in ((dead_units(layer), "dead"), (saturated_units(layer), "saturated")):
        if count:
            yield LayerRemark(f"{count}/{layer.biases.size} {what}", f"{count} of {layer.biases.size} units {what}")


def _updates(snapshot: Snapshot, layer: LayerSnapshot) -> Iterator[LayerRemark]:
    if snapshot.metrics.is_solved:
        return
    ratio = layer.update_ratio
    if ratio > LARGE_UPDATE:
        yield LayerRemark("jumps", f"jumps, ΔW/W {power_text(ratio)} a step")
    elif ratio < SMALL_UPDATE:
        yield LayerRemark("stands still", f"stands still, ΔW/W {power_text(ratio)} a step")


def _told(word: str, snapshot: Snapshot, number: int, share: float | None) -> LayerRemark:
    """A word; the long form adds how the layer compares with the last one."""
    last = len(snapshot.layers)
    if share is None or number == last:
        return LayerRemark(word, word, compares=True)
    return LayerRemark(word, f"{word}, {short_share(share)} of layer {last}'s", compares=True)


PLATEAU_EPOCHS: Final = 1000
"""A run that has been as it is for fewer epochs is given time."""
PLATEAU_SHARE: Final = 0.3
"""The part of the epochs since the last change, counted back from now, over which the loss is compared."""
PLATEAU_IMPROVEMENT: Final = 0.02
"""A loss that fell by a smaller share than this has not moved.

Measured over 200 seeds of XOR 2-2-1 with the default Experiment: every run that never gets there is found, at a median
of 1,900 epochs, and one in ten of the others is named for a while before it breaks away.
"""


def find_plateau(snapshot: Snapshot) -> tuple[Finding, ...]:
    """A finding when the loss has not fallen since long after the last change, while the network is still wrong."""
    history, metrics = snapshot.history, snapshot.metrics
    now = history.epochs[-1]
    window = PLATEAU_SHARE * (now - snapshot.changed_at[1])
    if window < PLATEAU_SHARE * PLATEAU_EPOCHS or has_arrived(metrics) or is_at_noise(snapshot):
        return ()
    since = int(np.searchsorted(history.epochs, now - window))
    earlier, epochs = history.losses[since], int(now - history.epochs[since])
    # A change late in a long run may have no recorded loss behind it yet.
    if 2 * epochs < window or earlier - metrics.loss >= PLATEAU_IMPROVEMENT * earlier:
        return ()
    cause = f"stuck near loss {metrics.loss:.2g} for {rounded_down(epochs):,} epochs{_why_stuck(snapshot)}"
    return (Finding("stuck", cause, numbers=(metrics.loss, epochs)),)


def _why_stuck(snapshot: Snapshot) -> str:
    if len(snapshot.layers) == 1:
        return "; without a hidden layer all is straight"
    if is_straight(snapshot):
        return "; linear layers stay straight"
    experiment = snapshot.experiment
    is_drawn = INITIALIZERS[experiment.initializer].is_random or experiment.weights
    return "" if is_drawn else "; units that began alike stay alike"


VANISHED: Final = 1e-4
"""Where no layer's gradient has a larger norm, it is not the learning rate that is too small."""
LARGE_BIAS_UPDATE: Final = 1.0
"""Where nothing but biases learns, a step as long as this carries an output from one class to the other."""
UNPREDICTED_EPOCHS: Final = 20
UNPREDICTED_STEPS: Final = 100
"""A younger run may not have come to a rare class yet."""
RARE: Final = 0.5
"""A class with less than this part of its equal share of the samples is rare."""

_ORDER: Final[tuple[FindingKind, ...]] = get_args(FindingKind)
NO_SAMPLES: Final = Finding("no samples", "no samples: nothing can be learned")


def find_all(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Everything that is to be said about a snapshot: what helps most comes first, and a cause before its effects."""
    return tuple(sorted(_find_all(snapshot), key=lambda finding: _ORDER.index(finding.kind)))


def _find_all(snapshot: Snapshot) -> tuple[Finding, ...]:
    broken = find_divergence(snapshot)
    if broken is not None and not snapshot.is_finite:
        return (broken,)
    if not len(snapshot.dataset.X):
        return (NO_SAMPLES,)
    scale = tuple(find_scale(snapshot))
    # Tiny weights have tiny gradients and updates, which are no news then.
    causes = scale or (*find_steps(snapshot), *find_gradients(snapshot))
    units, updates = tuple(find_units(snapshot)), () if scale else tuple(find_updates(snapshot))
    if broken is not None:
        # Dead units, and whatever else there is, come of it; only gradients that explode are before it.
        return (broken, *(cause for cause in causes if cause.kind == "exploding"))
    plateau, rest = find_plateau(snapshot), (*find_unpredicted(snapshot), *find_overfitting(snapshot))
    if plateau and is_straight(snapshot):
        # What is straight has arrived where it can get, and has no gradients there.
        return (*units, *plateau, *rest)
    causes = (*(() if scale else find_rate(snapshot)), *causes, *updates)
    # A loss that stands still has its cause, where there is one; and where there is none it is a plateau.
    return (*units, *(causes or plateau or find_slowness(snapshot)), *rest)


def is_straight(snapshot: Snapshot) -> bool:
    """Whether no hidden layer bends anything."""
    return all(layer.activation == "linear" for layer in snapshot.layers[:-1])


def find_steps(snapshot: Snapshot) -> Iterator[Finding]:
    """A finding when a layer's activation lets no gradient through."""
    for number, layer in enumerate(snapshot.layers, start=1):
        if layer.activation == "step":
            below = "it" if number == 1 else f"layers 1 to {number}"
            cause = f"layer {number}'s step has slope 0 everywhere: {below} cannot learn"
            yield Finding("step", cause, number)


def find_gradients(snapshot: Snapshot) -> Iterator[Finding]:
    """Gradients that vanish on their way back, explode, or are nowhere to be found."""
    if not snapshot.has_gradients:
        return
    numbered = enumerate(snapshot.layers, start=1)
    exploding = next((number for number, layer in numbered if is_exploding(snapshot, layer)), None)
    if exploding is not None:
        norm = snapshot.layers[exploding - 1].grad_norm
        cause = f"layer {exploding}'s gradients explode (norm {norm:.0e})"
        yield Finding("exploding", cause, exploding, (norm,))
        return
    share = share_of_last(snapshot, 1)
    if snapshot.metrics.is_solved:
        return
    if _has_no_gradients(snapshot) and not _is_within_margins(snapshot):
        yield _no_gradients(snapshot)
    if share is not None and share < VANISHING and not any(layer.activation == "step" for layer in snapshot.layers):
        compared = share_text(share, "the last layer's")
        cause = f"layer 1's gradients vanish ({compared})"
        yield Finding("vanishing", cause, 1, (share,))


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def find_units(snapshot: Snapshot) -> Iterator[Finding]:
    """Hidden units that let no gradient through for any sample seen."""
    samples = "all samples" if snapshot.metrics.of is None else f"all {snapshot.metrics.samples:,} samples seen"
    for number, layer in enumerate(snapshot.layers[:-1], start=1):
        if layer.activation == "step":
            continue
        units = layer.biases.size
        if dead := dead_units(layer):
            cause = f"{dead} of {units} units in layer {number} {_are(dead)} dead: slope 0 for {samples}"
            yield Finding("dead", cause, number, (dead, units))
        # What has learned all its samples has saturated units as a rule, and is none the worse for it.
        if (saturated := saturated_units(layer)) and not snapshot.metrics.is_solved:
            small = f"slope < {SATURATED}" if snapshot.metrics.of is None else f"slope < {SATURATED} for {samples}"
            cause = f"{saturated} of {units} units in layer {number} {_are(saturated)} saturated ({small})"
            yield Finding("saturated", cause, number, (saturated, units))


def find_updates(snapshot: Snapshot) -> Iterator[Finding]:
    """Steps that are far too large or too small for the weights."""
    if not snapshot.has_updates or snapshot.metrics.is_solved or _has_no_gradients(snapshot):
        return
    ratios = [layer.update_ratio for layer in snapshot.layers]
    largest = int(np.argmax(ratios))
    ratio = ratios[largest]
    if ratio > LARGE_UPDATE:
        size = f"{rounded_down(100 * ratio):,}%" if ratio < _BEYOND else "a multiple"
        cause = f"steps are too large: layer {largest + 1}'s weights change by {size} in one"
        yield Finding("jumping", cause, largest + 1, (ratio,))
    elif ratio < SMALL_UPDATE and not has_arrived(snapshot.metrics):
        cause = "steps are tiny: no layer's weights change by a millionth in one"
        yield Finding("standing still", cause, numbers=(ratio,))


def find_unpredicted(snapshot: Snapshot) -> Iterator[Finding]:
    """Rare classes, or labels, that no sample is taken for although some samples have them."""
    metrics = snapshot.metrics
    if snapshot.epochs_unchanged < UNPREDICTED_EPOCHS or snapshot.steps_unchanged < UNPREDICTED_STEPS:
        return
    if metrics.confusion is not None:
        kind, names = "class", snapshot.dataset.class_names
        there, predicted = metrics.confusion.sum(axis=1), metrics.confusion.sum(axis=0)
    elif metrics.label_confusions is not None:
        kind, names = "label", snapshot.dataset.target_names
        there, predicted = metrics.label_confusions[:, 1].sum(axis=1), metrics.label_confusions[:, :, 1].sum(axis=1)
    else:
        return
    is_rare = there * max(2, len(there)) < RARE * metrics.samples
    missed = np.flatnonzero((there > 0) & (predicted == 0) & is_rare).tolist()
    if missed:
        first, samples = shown_name(names[missed[0]]), int(there[missed[0]])
        more = f", nor {len(missed) - 1} more" if len(missed) > 1 else ""
        cause = f"{kind} {first} is never predicted{more} ({samples:,} of {metrics.samples:,} samples)"
        yield Finding("never predicted", cause, numbers=(samples, metrics.samples))


def _no_gradients(snapshot: Snapshot) -> Finding:
    """The biases may still have gradients, such as those of an output layer whose inputs are all 0."""
    if biases_jump(snapshot):
        cause = "all gradients of weights are 0, and biases jump"
    elif any(layer.bias_grads.any() for layer in snapshot.layers):
        cause = "all gradients of weights are 0: only biases learn"
    else:
        cause = "all gradients are 0: nothing can learn any more"
    return Finding("no gradients", cause)


def _is_within_margins(snapshot: Snapshot) -> bool:
    """Whether the last batch may have no gradients because all its samples are right by more than a margin."""
    return snapshot.has_margins and (snapshot.batches_per_epoch > 1 or has_arrived(snapshot.metrics))


def biases_jump(snapshot: Snapshot) -> bool:
    """Whether a bias is thrown from one class to the other by a single step."""
    return any(np.abs(layer.bias_updates).max(initial=0) > LARGE_BIAS_UPDATE for layer in snapshot.layers)


def _has_no_gradients(snapshot: Snapshot) -> bool:
    return all(layer.grad_norm == 0 for layer in snapshot.layers)
