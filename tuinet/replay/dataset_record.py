"""A Dataset as plain values and numbers for a file, and back, without trust."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from tuinet.config import tupled
from tuinet.data.dataset import FEATURES, Dataset, Encoder
from tuinet.data.place import MAX_COLUMNS
from tuinet.data.spec import DataSpec
from tuinet.replay.reel import AnyArray, Reel, number

_SETS: Final = ("X", "y", "X_test", "y_test")
_TASKS: Final = ("binary", "classes", "regression")


def spec_record(spec: DataSpec) -> dict[str, Any]:
    """What a dataset is made from."""
    return asdict(spec)


def read_spec(record: Mapping[str, Any]) -> DataSpec:
    """The inverse of `spec_record`.

    Raises
    ------
    DataError, TypeError
        If it is none.
    """
    plain: dict[str, Any] = {key: tupled(value) for key, value in record.items()}
    return DataSpec(**plain)


def dataset_record(dataset: Dataset, numbers: list[AnyArray]) -> dict[str, Any]:
    """What a dataset is besides its numbers, which are appended to a list."""
    arrays = [getattr(dataset, name) for name in _SETS]
    numbers += arrays
    encoder = dataset.encoder
    return {
        "name": dataset.name,
        "task": dataset.task,
        "shapes": [list(array.shape) for array in arrays],
        "feature_names": list(dataset.feature_names),
        "class_names": list(dataset.class_names),
        "target_names": list(dataset.target_names),
        "image_shape": None if dataset.image_shape is None else list(dataset.image_shape),
        "features": list(encoder.features),
        "shift": None if encoder.shift is None else encoder.shift.tolist(),
        "scale": None if encoder.scale is None else encoder.scale.tolist(),
        "shown": [list(bounds) for bounds in dataset.shown],
    }


def read_dataset(record: Mapping[str, Any], numbers: Reel) -> Dataset:
    """The inverse of `dataset_record`.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is none.
    """
    shapes = [[number(size) for size in shape] for shape in record["shapes"]]
    arrays = {name: numbers.table(rows, columns) for name, (rows, columns) in zip(_SETS, shapes, strict=True)}
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise ValueError("a sample has a number that is not finite")
    dataset = Dataset(
        name=_text(record["name"]),
        task=_one_of(record["task"], _TASKS),
        feature_names=_texts(record["feature_names"]),
        class_names=_texts(record["class_names"]),
        target_names=_texts(record["target_names"]),
        image_shape=_image_shape(record["image_shape"]),
        encoder=_encoder(record),
        shown=tuple(_bounds(*bounds) for bounds in record["shown"]),
        **arrays,
    )
    _require_consistent(dataset)
    return dataset


def _require_consistent(dataset: Dataset) -> None:
    features, outputs = dataset.X.shape[1], dataset.y.shape[1]
    columns = len(dataset.encoder.features) or features
    names = {"binary": (1, 2, 0), "classes": (outputs, outputs, 0), "regression": (outputs, 0, outputs)}
    found = outputs, len(dataset.class_names), len(dataset.target_names)
    pixels = features if dataset.image_shape is None else math.prod(dataset.image_shape)
    scales = [array.shape for array in (dataset.encoder.shift, dataset.encoder.scale) if array is not None]
    if (
        not 0 < features <= MAX_COLUMNS
        or len(dataset.feature_names) != features
        or (dataset.encoder.features and features != 2)
        or found != names[dataset.task]
        or not outputs
        or pixels != features
        or any(shape != (columns,) for shape in scales)
        or len(dataset.shown) not in (0, features)
        or not (len(dataset.X) or dataset.shown)
    ):
        raise ValueError("the samples and what they are do not go together")


def _encoder(record: Mapping[str, Any]) -> Encoder:
    features = tuple(_one_of(name, tuple(FEATURES)) for name in record["features"])
    shift, scale = (
        None if record[name] is None else np.array([_finite(value) for value in record[name]])
        for name in ("shift", "scale")
    )
    if scale is not None and not (scale > 0).all():
        raise ValueError("an input is divided by what is not above 0")
    return Encoder(features, shift, scale)


def _image_shape(value: Any) -> tuple[int, int] | None:
    if value is None:
        return None
    rows, columns = value
    return number(rows, 1), number(columns, 1)


def _bounds(low: Any, high: Any) -> tuple[float, float]:
    if not _finite(low) < _finite(high):
        raise ValueError(f"{low} is not below {high}")
    return low, high


def _finite(value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a finite number")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(map(_text, values))


def _one_of(value: Any, choices: tuple[str, ...]) -> Any:
    if value not in choices:
        raise ValueError(f"{value!r} is not one of {', '.join(choices)}")
    return value
