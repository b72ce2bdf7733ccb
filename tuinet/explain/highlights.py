"""What a phase is about, for a picture of the network: the numbers on its neurons, and the weights that it uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tuinet.explain.focus import Focus, Numerals, Selection, floats, sample_title, weight_symbol
from tuinet.explain.story import phase_names
from tuinet.nn.training import PhaseKind, PhaseName
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Unit

_DIGITS: Final = 3
_ABOUT_A_NEURON: Final[tuple[PhaseKind, ...]] = ("forward", "backward", "regularize", "clip", "update")


@dataclass(frozen=True)
class NamedWeight:
    """A weight that the equations of the phase name."""

    source: Unit
    target: Unit
    symbol: str
    """As in ``w₃``."""
    change: float = 0.0
    """What the update added to it."""


@dataclass(frozen=True, eq=False)
class Highlights:
    """One phase of a step, one sample, one neuron, as they are seen in the network."""

    sample: str
    """As in ``sample 2 (x1 = 0, x2 = 1; y = 1)``."""
    unit: Unit | None
    """The neuron that the equations are about."""
    activations: tuple[tuple[float, ...], ...]
    """Of the layers that the step has come to, inputs first: what they pass on."""
    targets: tuple[float, ...]
    """Of the outputs."""
    deltas: dict[int, tuple[float, ...]]
    """∂L/∂z of the layers that the step has come back to."""
    lit: frozenset[int]
    """The layers, from 1, whose weights the phase uses."""
    weights: tuple[NamedWeight, ...]


def highlights(snapshot: Snapshot, selection: Selection) -> Highlights | None:
    """What is to be seen of the last phase; ``None`` where its numbers are not known."""
    if snapshot.phase is None or snapshot.step_detail is None:
        return None
    focus = Focus(snapshot, snapshot.step_detail, snapshot.phase, selection, Numerals(_DIGITS))
    kind, layer = focus.phase.kind, focus.layer_number
    done = _done(focus)
    layers, row = focus.detail.layers, focus.sample
    forward = [floats(one.outputs[row]) for number, one in enumerate(layers, 1) if PhaseName("forward", number) in done]
    return Highlights(
        sample=sample_title(focus),
        unit=(layer, focus.neuron) if kind in _ABOUT_A_NEURON else None,
        activations=tuple(map(tuple, [floats(layers[0].x[row]), *forward])),
        targets=tuple(floats(focus.detail.targets[row])),
        deltas={
            number: tuple(floats(one.deltas[row]))
            for number, one in enumerate(layers, 1)
            if PhaseName("backward", number) in done
        },
        lit=_lit(focus),
        weights=_named(focus),
    )


def _done(focus: Focus) -> frozenset[PhaseName]:
    """The phases of the step up to this one: what later ones write is left from the step before."""
    names = phase_names(focus.experiment, focus.n_layers)
    return frozenset(names[: names.index(focus.phase) + 1] if focus.phase in names else names)


def _lit(focus: Focus) -> frozenset[int]:
    layer = focus.layer_number
    match focus.phase.kind:
        case "batch" | "loss":
            return frozenset()
        case "forward":
            return frozenset({layer})
        case "backward":
            return frozenset({layer, min(layer + 1, focus.n_layers)})
    return frozenset(range(1, focus.n_layers + 1))


def _named(focus: Focus) -> tuple[NamedWeight, ...]:
    """The weights that lead to the neuron; in a backward phase those by which δ comes back to it, too."""
    kind, layer, neuron = focus.phase.kind, focus.layer_number, focus.neuron
    if kind not in _ABOUT_A_NEURON:
        return ()
    changes = floats(-focus.layer.updates[:-1, neuron]) if kind == "update" else [0.0] * focus.fan_in
    named = [
        NamedWeight((layer - 1, row), (layer, neuron), weight_symbol(focus, layer, row, neuron), change)
        for row, change in enumerate(changes)
    ]
    if kind == "backward" and layer < focus.n_layers:
        nexts = range(focus.layer_size(layer + 1))
        named += [
            NamedWeight((layer, neuron), (layer + 1, column), weight_symbol(focus, layer + 1, neuron, column))
            for column in nexts
        ]
    return tuple(named)
