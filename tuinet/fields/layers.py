"""Hidden layers one by one: sizes and activations that change together."""

from __future__ import annotations

from typing import Any

from tuinet.config import MAX_LAYER_SIZE, MAX_LAYERS, Experiment

Changes = dict[str, Any]
"""Fields and their new values; empty where nothing can be done."""


def resized(experiment: Experiment, layer: int, by: int) -> Changes:
    """So many neurons more in a layer, counted from 0; between 1 and the most."""
    sizes = list(experiment.hidden)
    if not 0 <= layer < len(sizes):
        return {}
    sizes[layer] = max(1, min(sizes[layer] + by, MAX_LAYER_SIZE))
    return {"hidden": tuple(sizes)}


def with_layer(experiment: Experiment, after: int) -> Changes:
    """Another layer behind this one (-1 for the first place), as large and with the same activation.

    The first layer of all has two neurons, as the smallest network that can learn XOR.
    """
    sizes, names = experiment.hidden, experiment.hidden_activations
    if len(sizes) >= MAX_LAYERS:
        return {}
    if not sizes:
        return {"hidden": Experiment.hidden, "activation": experiment.activation[:1] or Experiment.activation}
    place = max(0, min(after + 1, len(sizes)))
    model = max(place - 1, 0)
    return {
        "hidden": (*sizes[:place], sizes[model], *sizes[place:]),
        "activation": simplest((*names[:place], names[model], *names[place:])),
    }


def without_layer(experiment: Experiment, layer: int) -> Changes:
    """One layer less."""
    sizes, names = experiment.hidden, experiment.hidden_activations
    if not 0 <= layer < len(sizes):
        return {}
    left = (*names[:layer], *names[layer + 1 :]) or names[:1]
    return {"hidden": (*sizes[:layer], *sizes[layer + 1 :]), "activation": simplest(left)}


def with_hidden(experiment: Experiment, sizes: tuple[int, ...]) -> Changes:
    """Other layers: those that are new have the activation of the last one."""
    names = experiment.hidden_activations or experiment.activation or Experiment.activation
    followed = (*names, *names[-1:] * len(sizes))[: max(len(sizes), 1)]
    return {"hidden": sizes, "activation": simplest(followed)}


def with_activation(experiment: Experiment, layer: int | None, name: str) -> Changes:
    """Another activation in one layer, counted from 0, or with ``None`` in all."""
    names = list(experiment.hidden_activations)
    if layer is None or not names:
        return {"activation": (name,)}
    names[layer] = name
    return {"activation": simplest(tuple(names))}


def simplest(names: tuple[str, ...]) -> tuple[str, ...]:
    """A single name where all layers have the same."""
    return names[:1] if len(set(names)) == 1 else names
