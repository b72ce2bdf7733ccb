"""Files of exact initial weights: JSON or NPZ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, BinaryIO, Final

import numpy as np

from tuinet.data.archive import archive_in, open_data, read_array
from tuinet.data.place import Place
from tuinet.errors import DataError, ExperimentError
from tuinet.files.opened import MOST_WEIGHTS_JSON, WEIGHTS, ParseError, parse_json, size_text
from tuinet.nn.parameters import Array, Parameters

_ARCHIVE: Final = b"PK\3\4"


def read_weights(path: str, parameters: Parameters) -> None:
    """Set all weights and biases from a file.

    Parameters
    ----------
    path
        JSON, ``{"weights": [matrix, …], "biases": [vector, …]}`` with a matrix of shape (fan_in, fan_out) and a vector
        of length fan_out for each layer; or NPZ with arrays weights_1, biases_1, weights_2, …
    parameters
        Written in place once everything has been checked.

    Raises
    ------
    ExperimentError
        If the file cannot be used; the message names it and the layer.
    """
    try:
        with open_data(path, WEIGHTS) as file:
            read = _from_npz if file.read(4) == _ARCHIVE else _from_json
            file.seek(0)
            blocks = read(file, path, parameters)
    except DataError as error:
        raise ExperimentError("weights", str(error)) from error
    for block, values in zip(parameters.blocks, blocks, strict=True):
        block[:] = values


def _from_npz(file: BinaryIO, path: str, parameters: Parameters) -> list[Array]:
    place = Place(path)
    with archive_in(file, place) as archive:

        def read(name: str, layer: int) -> Any:
            return read_array(archive, f"{name}_{layer}", "iuf", place, as_table=False)

        return [_block(path, layer, block, read) for layer, block in enumerate(parameters.blocks, start=1)]


def _from_json(file: BinaryIO, path: str, parameters: Parameters) -> list[Array]:
    document = _parse(file, Place(path))
    if not isinstance(document, dict) or document.keys() != {"weights", "biases"}:
        raise Place(path).error('it is not of the form {"weights": [matrix, …], "biases": [vector, …]}')
    layers = len(parameters.blocks)
    for name, values in document.items():
        if not isinstance(values, list) or len(values) != layers:
            given = len(values) if isinstance(values, list) else "no"
            raise Place(path).error(f"{name} has {given} layers, the network {layers}")

    def read(name: str, layer: int) -> Any:
        return document[name][layer - 1]

    return [_block(path, layer, block, read) for layer, block in enumerate(parameters.blocks, start=1)]


def _parse(file: BinaryIO, place: Place) -> Any:
    data = file.read(MOST_WEIGHTS_JSON + 1)
    if len(data) > MOST_WEIGHTS_JSON:
        raise place.error(f"it is larger than {size_text(MOST_WEIGHTS_JSON)}; save the weights as NPZ")
    try:
        return parse_json(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise place.error("it is neither JSON in UTF-8 nor NPZ") from None
    except ParseError as error:
        where = replace(place, line=error.line or None, column=error.column or None)
        raise where.error(f"it is no JSON of weights: {error.reason}") from None


def _block(path: str, layer: int, block: Array, read: Callable[[str, int], Any]) -> Array:
    fan_in, fan_out = block.shape[0] - 1, block.shape[1]
    weights = _numbers(path, f"weights of layer {layer}", read("weights", layer), (fan_in, fan_out))
    biases = _numbers(path, f"biases of layer {layer}", read("biases", layer), (fan_out,))
    return np.vstack([weights, biases])


def _numbers(path: str, name: str, values: Any, shape: Sequence[int]) -> Array:
    place, wanted = Place(path), " × ".join(map(str, shape))
    try:
        with np.errstate(over="ignore"):
            numbers: Array = np.asarray(values)
            if numbers.dtype.kind not in "iuf":
                raise ValueError
            numbers = numbers.astype(np.float64)
    except (ValueError, OverflowError, TypeError):
        raise place.error(f"{name}: not a table of numbers, {wanted}") from None
    if numbers.shape != tuple(shape):
        given = " × ".join(map(str, numbers.shape)) or "a single number"
        raise place.error(f"{name}: {given} where the network has {wanted}")
    if not np.isfinite(numbers).all():
        raise place.error(f"{name}: there is a number that is not finite")
    return numbers
