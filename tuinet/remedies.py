"""What helps a run with a finding: edits of its Experiment, chosen for that very run, and perhaps new weights.

Each has been measured on runs that show the finding (`scripts/measure_remedies.py`). A single remedy is offered, in
place of three of which one might help.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import numpy as np

from tuinet.causes import FAR, LEAST_TESTED, first_unchanged, has_arrived, has_risen, usual_rate
from tuinet.data.recipe import is_path
from tuinet.experiment.defaults import l2_in_force, resolved
from tuinet.experiment.experiment import MAX_LAYER_SIZE, Experiment
from tuinet.experiment.ladders import LEARNING_RATES, simplest
from tuinet.experiment.presets import default_value
from tuinet.health import VANISHED, biases_jump, is_straight
from tuinet.nn.initializers import INITIALIZERS
from tuinet.observe.finding import Finding, FindingKind, Remedy
from tuinet.observe.snapshot import Snapshot
from tuinet.progress import progress_of
from tuinet.session.edits import START_ANEW

_CLOSE: Final = 1e-9
_FACTOR: Final = 10
"""Between a learning rate and a better one, where that of the dataset's own network is no better."""
_MORE: Final = 3
"""So many times the rate learns faster, where it is not far beyond the usual one already."""
_FEW_LAYERS: Final = 2
"""So many hidden layers learn with weights of the usual size, whatever their activation is."""
_LARGE_GAIN: Final = 4.0
"""Initial weights of such a norm for each unit saturate it: √fan_in times a typical weight, which is 1 for LeCun's."""
_STRONG: Final = 0.01
"""A factor of a penalty from here on can be the reason why next to nothing is learned."""
_ENOUGH, _SHARE = 100, 0.3
"""Samples, and the share of them that is kept for tests, which make `LEAST_TESTED` of them."""
_STEADY: Final[Mapping[str, Any]] = {"initializer": "glorot_uniform", "init_scale": 1.0, "weights": ""}
"""Initial weights that neither saturate nor vanish, through many layers of tanh."""


def with_remedies(findings: Iterable[Finding], snapshot: Snapshot) -> tuple[Finding, ...]:
    """Findings, each with what helps in this very case; what comes of a graver one needs nothing of its own."""
    told, is_whole = [], False
    for finding in findings:
        is_told = is_whole and finding.kind in _OF_UNITS
        told.append(finding if is_told else finding._replace(remedy=remedy_for(finding, snapshot)))
        is_whole = is_whole or finding.kind == "no gradients"
    return tuple(told)


def remedy_for(finding: Finding, snapshot: Snapshot) -> Remedy | None:
    """What helps a run with a finding; ``None`` where nothing is known that does, or the run has arrived as it is."""
    found = _common(finding.kind, snapshot) or _REMEDIES[finding.kind](snapshot)
    if found is None:
        return None
    changes = {name: value for name, value in found.changes if getattr(snapshot.experiment, name) != value}
    draws_anew = found.draws_anew and not START_ANEW & changes.keys()
    remedy = found._replace(changes=tuple(changes.items()), draws_anew=draws_anew)
    return remedy if remedy != Remedy() else None


def _common(kind: FindingKind, snapshot: Snapshot) -> Remedy | None:
    """What helps whatever else could have brought a finding about; ``None`` where nothing does."""
    if kind in _OF_A_RATE and has_risen(snapshot):
        return _smaller_rate(snapshot)
    experiment = snapshot.experiment
    if kind in _OF_A_PENALTY and max(l2_in_force(experiment, snapshot.dataset), experiment.l1) >= _STRONG:
        return _anew(l1=0.0, l2=0.0)
    return None


def _of(**changes: Any) -> Remedy:
    return Remedy(tuple(changes.items()))


def _anew(**changes: Any) -> Remedy:
    """Changes, and new weights."""
    return Remedy(tuple(changes.items()), draws_anew=True)


def _smaller_rate(snapshot: Snapshot) -> Remedy:
    """The rate of the dataset's own network, or a tenth of the present one; what a large rate has broken stays so."""
    return _anew(learning_rate=_rung_below(_better_rate(snapshot, -1)))


def _larger_rate(snapshot: Snapshot) -> Remedy:
    if snapshot.learning_rate < snapshot.experiment.learning_rate / _FACTOR:
        return _of(schedule="constant")
    return _of(learning_rate=_rung_above(_better_rate(snapshot, 1)))


def _better_rate(snapshot: Snapshot, direction: int) -> float:
    usual, present = usual_rate(snapshot), snapshot.experiment.learning_rate
    tenfold = present * float(_FACTOR) ** direction
    is_far = usual > 2 * present if direction > 0 else usual < present / 2
    return usual if is_far else tenfold


def _rung_below(rate: float) -> float:
    """The next rate that keys lead to, not above this one."""
    return next((rung for rung in reversed(LEARNING_RATES) if rung <= rate * (1 + _CLOSE)), LEARNING_RATES[0])


def _rung_above(rate: float) -> float:
    return next((rung for rung in LEARNING_RATES if rung >= rate * (1 - _CLOSE)), LEARNING_RATES[-1])


def _steady_weights(snapshot: Snapshot) -> Remedy:
    return _of(**_STEADY)


def _scaled_weights(snapshot: Snapshot) -> Remedy:
    """The scale alone, where that is what is wrong."""
    is_drawn = INITIALIZERS[snapshot.experiment.initializer].is_random and not snapshot.experiment.weights
    return _of(init_scale=1.0) if is_drawn else _steady_weights(snapshot)


def _broken(snapshot: Snapshot) -> Remedy:
    """For numbers that are too large: from the start, or because of the rate alone."""
    smaller = _smaller_rate(snapshot)
    return _of(**_STEADY, **dict(smaller.changes)) if snapshot.begins_absurd else smaller


def _without_steps(snapshot: Snapshot) -> Remedy:
    own = _own_network(snapshot.experiment).activation[0]
    return _anew(activation=_with("step", own, snapshot.experiment))


def _with(name: str, other: str, experiment: Experiment) -> tuple[str, ...]:
    """The activations of the hidden layers, one replaced by another."""
    return simplest(tuple(other if one == name else one for one in experiment.hidden_activations))


def _passing_on(snapshot: Snapshot) -> Remedy:
    """Slopes and weights that let gradients through many layers; where they are such already, fewer layers."""
    experiment = snapshot.experiment
    is_scaled = experiment.initializer.startswith(("glorot", "he_", "lecun", "orthogonal")) and not experiment.weights
    if is_scaled and experiment.init_scale >= 1 and "sigmoid" not in experiment.hidden_activations:
        return _fewer_layers(experiment)
    return _of(activation=("tanh",), **_STEADY)


def _fewer_layers(experiment: Experiment) -> Remedy:
    if len(experiment.hidden) > _FEW_LAYERS:
        return _anew(hidden=experiment.hidden[:_FEW_LAYERS], activation=experiment.activation[:_FEW_LAYERS])
    return _anew(activation=_with("relu", "leaky_relu", experiment))


def _flowing_again(snapshot: Snapshot) -> Remedy:
    """For gradients that are all 0."""
    experiment = snapshot.experiment
    if biases_jump(snapshot) or experiment.learning_rate >= FAR * usual_rate(snapshot):
        return _smaller_rate(snapshot)
    is_drawn = INITIALIZERS[experiment.initializer].is_random or experiment.weights
    return _fewer_layers(experiment) if is_drawn else _steady_weights(snapshot)


def _living_units(snapshot: Snapshot) -> Remedy | None:
    """A slope on both sides."""
    if has_arrived(snapshot.metrics):
        return None
    if "relu" not in snapshot.experiment.hidden_activations:
        return _unsaturated(snapshot)
    return _of(activation=_with("relu", "leaky_relu", snapshot.experiment))


def _unsaturated(snapshot: Snapshot) -> Remedy | None:
    if has_arrived(snapshot.metrics):
        return None
    if snapshot.experiment.weights or _initial_gain(snapshot) > _LARGE_GAIN:
        return _steady_weights(snapshot)
    is_of_rate = snapshot.experiment.learning_rate > 2 * usual_rate(snapshot)
    return _smaller_rate(snapshot) if is_of_rate else _unstuck(snapshot)


def _initial_gain(snapshot: Snapshot) -> float:
    """Of the hidden layer whose weights were the largest at the start: √fan_in times a typical weight."""
    shapes = (layer.weights.shape for layer in snapshot.layers[:-1])
    gains = [_gain(snapshot.experiment.initializer, fan_in, fan_out) for fan_in, fan_out in shapes]
    return snapshot.experiment.init_scale * max(gains, default=0.0)


@lru_cache(maxsize=64)
def _gain(initializer: str, fan_in: int, fan_out: int) -> float:
    drawn = INITIALIZERS[initializer].draw(fan_in, fan_out, np.random.default_rng(0))
    return math.sqrt(float(np.square(drawn).mean()) * fan_in)


def _moving(snapshot: Snapshot) -> Remedy:
    """Tiny gradients are so by depth, or because the loss is at the bottom of a hollow; others want a larger rate."""
    are_tiny = max(layer.grad_norm for layer in snapshot.layers) <= VANISHED
    is_decayed = snapshot.learning_rate < snapshot.experiment.learning_rate / _FACTOR
    if is_decayed or not are_tiny:
        return _larger_rate(snapshot)
    if snapshot.experiment.clip_norm:
        return _of(clip_norm=0.0)
    return _passing_on(snapshot) if len(snapshot.experiment.hidden) > _FEW_LAYERS else _unstuck(snapshot)


def _faster(snapshot: Snapshot) -> Remedy | None:
    """A rate two rungs higher, or the usual one; more neurons where it is high already, or not the reason."""
    experiment, kind = snapshot.experiment, progress_of(snapshot).kind
    if kind == "rising":
        return None
    is_drawn = INITIALIZERS[experiment.initializer].is_random or experiment.weights
    if not is_drawn or (is_straight(snapshot) and kind == "still"):
        return _unstuck(snapshot)
    if snapshot.learning_rate < experiment.learning_rate / _FACTOR:
        return _of(schedule="constant")
    usual = usual_rate(snapshot)
    faster = _rung_below(min(max(_rung_above(_MORE * experiment.learning_rate), usual), FAR * usual))
    return _of(learning_rate=faster) if faster > experiment.learning_rate else _unstuck(snapshot)


def _unstuck(snapshot: Snapshot) -> Remedy:
    """More neurons in all layers leave a plateau where new weights alone may end on another."""
    experiment = snapshot.experiment
    if not experiment.hidden:
        own = _own_network(experiment)
        return _of(hidden=own.hidden, activation=own.activation)
    if is_straight(snapshot):
        return _of(activation=("tanh",))
    if not (INITIALIZERS[experiment.initializer].is_random or experiment.weights):
        return _steady_weights(snapshot)
    return _of(hidden=tuple(min(2 * size, MAX_LAYER_SIZE) for size in experiment.hidden))


def _own_network(experiment: Experiment) -> Experiment:
    """The Experiment with the hidden layers that suit its dataset; where that has none, the smallest for XOR."""
    hidden, activation = (default_value(field, experiment) for field in ("hidden", "activation"))
    return replace(experiment, hidden=hidden or Experiment.hidden, activation=activation)


def _balanced(snapshot: Snapshot) -> Remedy | None:
    return None if snapshot.metrics.confusion is None else _of(class_weight="balanced")


def _best_so_far(snapshot: Snapshot) -> Remedy:
    """Where the test loss was the lowest: a penalty may help or not, and going back always does."""
    history, begin = snapshot.history, first_unchanged(snapshot)
    assert history.test_losses is not None
    return Remedy(back_to=int(history.epochs[begin + np.argmin(history.test_losses[begin:])]))


def _more_tested(snapshot: Snapshot) -> Remedy | None:
    """As large a test set as tells something: a larger share, or more samples where they can be made."""
    experiment, dataset = snapshot.experiment, snapshot.dataset
    total = len(dataset.X) + len(dataset.X_test)
    if total >= 2 * LEAST_TESTED:
        return _of(test_share=math.ceil(10 * LEAST_TESTED / total) / 10)
    if is_path(experiment.dataset):
        return None
    share = resolved("test_share", experiment, dataset) or 0.0
    return _of(samples=_ENOUGH, **({"test_share": _SHARE} if share < _SHARE else {}))


_OF_A_RATE: Final = frozenset({"no gradients", "vanishing", "dead", "saturated", "standing still", "stuck"})
"""Where the loss has risen, these come of steps that were too large, whatever else could bring them about."""
_OF_UNITS: Final = frozenset({"dead", "saturated"})
_OF_A_PENALTY: Final = frozenset({"no gradients", "vanishing", "jumping", "standing still", "stuck", "slow"})
"""A strong penalty takes all weights to 0, where these are found; without it they stay there, until they are new."""
_REMEDIES: Final[Mapping[FindingKind, Callable[[Snapshot], Remedy | None]]] = {
    "diverged": _broken,
    "no samples": lambda snapshot: Remedy(adds_samples=True),
    "large rate": _smaller_rate,
    "tiny weights": _scaled_weights,
    "step": _without_steps,
    "exploding": _broken,
    "no gradients": _flowing_again,
    "vanishing": _passing_on,
    "dead": _living_units,
    "saturated": _unsaturated,
    "jumping": _smaller_rate,
    "standing still": _moving,
    "stuck": _unstuck,
    "slow": _faster,
    "never predicted": _balanced,
    "overfitting": _best_so_far,
    "few tested": _more_tested,
}
