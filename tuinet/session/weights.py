"""Exact initial weights from a file: into the network's own shapes, whichever way round its matrices are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from tuinet.data.place import Place
from tuinet.errors import DataError, ExperimentError
from tuinet.nn.parameters import Array, Parameters
from tuinet.session.weight_files import FoundLayer, Layout, WeightFile, read_weight_file

_AUTO: Final = "auto"
_SHAPES: Final[dict[Layout, str]] = {"in-out": "(in, out)", "out-in": "(out, in)"}


def read_weights(path: str, parameters: Parameters, layout: str = _AUTO) -> tuple[str, ...]:
    """Set all weights and biases from a file.

    Parameters
    ----------
    path
        JSON or NPZ, see `read_weight_file`.
    parameters
        Written in place once everything has been checked.
    layout
        ``in-out`` for matrices of shape (fan_in, fan_out), ``out-in`` for the transposed ones of PyTorch. ``auto``
        takes the one that fits the network; where all matrices are square, the one that the names in the file tell, or
        else (fan_in, fan_out).

    Returns
    -------
    tuple of str
        What was taken for granted, a sentence each, short enough for a line of the screen.

    Raises
    ------
    ExperimentError
        If the file cannot be used; the message names it and the layer.
    """
    place = Place(path)
    try:
        file = read_weight_file(path)
        _require_layers(file, parameters, place)
        blocks = list(zip(file.layers, parameters.blocks, strict=True))
        weights = [_weights(place, number, layer, block) for number, (layer, block) in enumerate(blocks, start=1)]
        biases = [_biases(place, number, layer, block) for number, (layer, block) in enumerate(blocks, start=1)]
        chosen, note = _choose_layout(place, file, weights, parameters, layout)
    except DataError as error:
        raise ExperimentError("weights", str(error)) from error
    for block, matrix, vector in zip(parameters.blocks, weights, biases, strict=True):
        block[:-1], block[-1] = matrix if chosen == "in-out" else matrix.T, vector
    without = [str(number) for number, layer in enumerate(file.layers, start=1) if layer.biases is None]
    start = f"the file of weights has no biases of layer {', '.join(without)}, which start at 0"
    return tuple(said for said in (note, start if without else "") if said)


def _require_layers(file: WeightFile, parameters: Parameters, place: Place) -> None:
    given, wanted = len(file.layers), len(parameters.blocks)
    if given == wanted:
        return
    sizes = [size for layer in file.layers[:-1] if (size := _length(layer.biases))]
    right = f"hidden {','.join(map(str, sizes)) or 'none'} gives it as many" if len(sizes) == given - 1 else ""
    raise place.error(f"it has {given} layers, the network {wanted}{f'; {right}' if right else ''}")


def _length(vector: Any) -> int:
    """How many values there are, one for each neuron; 0 for what is no vector."""
    is_vector = isinstance(vector, list) or (isinstance(vector, np.ndarray) and vector.ndim == 1)
    return len(vector) if is_vector else 0


def _weights(place: Place, number: int, layer: FoundLayer, block: Array) -> Array:
    matrix = _numbers(place, _name(number, layer), layer.weights, _shape(block))
    if matrix.ndim != 2:
        raise _misfit(place, _name(number, layer), matrix, f"{_sizes(_shape(block))} (in × out)")
    return matrix


def _biases(place: Place, number: int, layer: FoundLayer, block: Array) -> Array:
    wanted = (block.shape[1],)
    if layer.biases is None:
        return np.zeros(wanted)
    name = f"biases of layer {number}"
    vector = _numbers(place, name, layer.biases, wanted)
    if vector.shape != wanted:
        raise _misfit(place, name, vector, _sizes(wanted))
    return vector


def _name(number: int, layer: FoundLayer) -> str:
    return f"weights of layer {number}{f' ({layer.names})' if layer.names else ''}"


def _shape(block: Array) -> tuple[int, int]:
    """Inputs and outputs of a layer, from its block of weights and biases."""
    return block.shape[0] - 1, block.shape[1]


def _sizes(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape)) or "a single number"


def _misfit(place: Place, name: str, values: Array, wanted: str) -> DataError:
    return place.error(f"{name}: {_sizes(values.shape)} where the network has {wanted}")


def _numbers(place: Place, name: str, values: Any, shape: Sequence[int]) -> Array:
    try:
        with np.errstate(over="ignore"):
            numbers: Array = np.asarray(values)
            if numbers.dtype.kind not in "iuf":
                raise ValueError
            numbers = numbers.astype(np.float64)
    except (ValueError, OverflowError, TypeError):
        raise place.error(f"{name}: not a table of numbers, {_sizes(shape)}") from None
    if not np.isfinite(numbers).all():
        raise place.error(f"{name}: there is a number that is not finite")
    return numbers


def _choose_layout(
    place: Place, file: WeightFile, weights: Sequence[Array], parameters: Parameters, asked: str
) -> tuple[Layout, str]:
    """The layout that is asked for or that fits, and what is to be said of it."""
    fitting: list[Layout] = [layout for layout in _SHAPES if _first_misfit(weights, parameters, layout) is None]
    wanted = [layout for layout in fitting if asked in (_AUTO, layout)]
    if not wanted:
        raise _fault(place, file, weights, parameters, asked)
    if asked != _AUTO:
        return wanted[0], ""
    if len(wanted) == 1:
        transposed = "weights were transposed: those of the file are (out, in), as PyTorch has them"
        return wanted[0], transposed if wanted[0] == "out-in" else ""
    chosen: Layout = file.layout or "in-out"
    if all((matrix == matrix.T).all() for matrix in weights):
        return chosen, ""
    other: Layout = "in-out" if chosen == "out-in" else "out-in"
    reason = "by their names" if file.layout else "all are square"
    return chosen, f"weights were taken as {_SHAPES[chosen]}, {reason}; --weights-layout {other} turns them"


def _first_misfit(weights: Sequence[Array], parameters: Parameters, layout: Layout) -> int | None:
    """The first layer, from 0, whose matrix does not fit the network in this layout."""
    for index, (matrix, block) in enumerate(zip(weights, parameters.blocks, strict=True)):
        shape = _shape(block)
        if matrix.shape != (shape if layout == "in-out" else shape[::-1]):
            return index
    return None


def _fault(place: Place, file: WeightFile, weights: Sequence[Array], parameters: Parameters, asked: str) -> DataError:
    """Which layer does not fit, and what would."""
    misfits = {layout: _first_misfit(weights, parameters, layout) for layout in _SHAPES}
    for layout, index in misfits.items():
        if layout == asked and index is not None:
            other: Layout = "in-out" if layout == "out-in" else "out-in"
            shape = _shape(parameters.blocks[index])
            wanted = _sizes(shape if layout == "in-out" else shape[::-1])
            hint = f"; --weights-layout {other} fits" if misfits[other] is None else ""
            return _misfit(
                place, _name(index + 1, file.layers[index]), weights[index], f"{wanted} {_SHAPES[layout]}{hint}"
            )
    for index, matrix in enumerate(weights):
        shape = _shape(parameters.blocks[index])
        if matrix.shape not in (shape, shape[::-1]):
            wanted = f"{_sizes(shape)} (in × out)" + ("" if shape[0] == shape[1] else f", or {_sizes(shape[::-1])}")
            return _misfit(place, _name(index + 1, file.layers[index]), matrix, wanted)
    first, second = sorted(index for index in misfits.values() if index is not None)
    kinds = ("(out, in)", "(in, out)") if misfits["in-out"] == first else ("(in, out)", "(out, in)")
    return place.error(
        f"the weights of layer {first + 1} are {kinds[0]}, those of layer {second + 1} {kinds[1]}; transpose one"
    )
