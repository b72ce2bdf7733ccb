"""What a Dataset is besides its samples, as plain values for JSON: names, task, and how it is encoded and decoded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tuinet.data.dataset import FEATURES, Dataset, Encoder, InputColumn, TargetScale
from tuinet.data.place import MAX_COLUMNS, MAX_ROWS
from tuinet.nn.parameters import Array
from tuinet.observe.samples import class_counts
from tuinet.storage.records import checked


def dataset_facts(dataset: Dataset) -> dict[str, Any]:
    """Everything but the samples, and the arithmetic in which features are made."""
    encoder, scale = dataset.encoder, dataset.target_scale
    facts: dict[str, Any] = {
        "name": dataset.name,
        "task": dataset.task,
        "feature_names": list(dataset.feature_names),
        "class_names": list(dataset.class_names),
        "target_names": list(dataset.target_names),
        "image_shape": None if dataset.image_shape is None else list(dataset.image_shape),
        "features": list(encoder.features),
        "shift": None if encoder.shift is None else encoder.shift.tolist(),
        "scale": None if encoder.scale is None else encoder.scale.tolist(),
        "shown": [list(bounds) for bounds in dataset.shown],
    }
    of_a_file = {
        "target_shift": None if scale is None else scale.shift.tolist(),
        "target_scale": None if scale is None else scale.scale.tolist(),
        "columns": [[column.name, list(column.categories), column.fill] for column in dataset.columns],
        "target_columns": list(dataset.target_columns),
        "notes": list(dataset.notes),
    }
    return facts | {name: value for name, value in of_a_file.items() if value}


def facts_alone(dataset: Dataset) -> dict[str, Any]:
    """The same where no samples are kept beside it: how many of each class there were, too."""
    counts = {"class_counts": class_counts(dataset).tolist()} if dataset.class_names else {}
    return dataset_facts(dataset) | counts


def read_facts(record: Mapping[str, Any], samples: Mapping[str, Array]) -> Dataset:
    """The inverse of both, with samples by the names X, y, X_test and y_test; without them there are none.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the record is none, or does not go with the samples.
    """
    names = {name: checked(record[name], tuple[str, ...]) for name in ("feature_names", "class_names", "target_names")}
    outputs = len(names["class_names"]) if record["task"] == "classes" else len(names["target_names"]) or 1
    none = {"X": np.empty((0, len(names["feature_names"]))), "y": np.empty((0, outputs))}
    arrays = {**none, **samples}
    dataset = Dataset(
        name=checked(record["name"], str),
        task=record["task"],
        X=arrays["X"],
        y=arrays["y"],
        feature_names=names["feature_names"],
        class_names=names["class_names"],
        target_names=names["target_names"],
        X_test=arrays.get("X_test", arrays["X"][:0]),
        y_test=arrays.get("y_test", arrays["y"][:0]),
        image_shape=checked(record["image_shape"], tuple[int, int] | None),
        encoder=_encoder(record),
        target_scale=_target_scale(record),
        columns=tuple(_column(*values) for values in record.get("columns", ())),
        target_columns=checked(record.get("target_columns", []), tuple[str, ...]),
        notes=checked(record.get("notes", []), tuple[str, ...]),
        shown=checked(record["shown"], tuple[tuple[float, float], ...]),
        class_counts=checked(record.get("class_counts", []), tuple[int, ...]),
    )
    _require_consistent(dataset)
    return dataset


def _column(name: Any, categories: Any, fill: Any) -> InputColumn:
    return InputColumn(checked(name, str), checked(categories, tuple[str, ...]), checked(fill, float | None))


def _require_consistent(dataset: Dataset) -> None:
    features, outputs = dataset.X.shape[1], dataset.y.shape[1]
    made = len(dataset.encoder.features) or features
    numbers = (outputs, 0, outputs)
    names = {"binary": (1, 2, 0), "classes": (outputs, outputs, 0), "regression": numbers, "labels": numbers}
    found = outputs, len(dataset.class_names), len(dataset.target_names)
    pixels = features if dataset.image_shape is None else math.prod(dataset.image_shape)
    scales = [array.shape for array in (dataset.encoder.shift, dataset.encoder.scale) if array is not None]
    inputs = sum(len(column.input_names) for column in dataset.columns)
    if (
        not 0 < features <= MAX_COLUMNS
        or len(dataset.feature_names) != features
        or (dataset.encoder.features and features != 2)
        or found != names[dataset.task]
        or not outputs
        or pixels != features
        or any(shape != (made,) for shape in scales)
        or (dataset.target_scale is not None and dataset.target_scale.scale.shape != (outputs,))
        or (dataset.columns and inputs != features)
        or len(dataset.shown) not in (0, features)
        or any(low >= high for low, high in dataset.shown)
        or len(dataset.class_counts) not in (0, len(dataset.class_names))
        or any(not 0 <= count <= MAX_ROWS for count in dataset.class_counts)
    ):
        raise ValueError("the samples and what they are do not go together")


def _encoder(record: Mapping[str, Any]) -> Encoder:
    features = checked(record["features"], tuple[str, ...])
    if not set(features) <= set(FEATURES):
        raise ValueError(f"{features} are not among {', '.join(FEATURES)}")
    return Encoder(features, _numbers(record, "shift"), _scale(record, "scale"))


def _target_scale(record: Mapping[str, Any]) -> TargetScale | None:
    shift, scale = _numbers(record, "target_shift"), _scale(record, "target_scale")
    if shift is None or scale is None:
        return None
    if shift.shape != scale.shape:
        raise ValueError("the targets are shifted and scaled by different numbers of values")
    return TargetScale(shift, scale)


def _scale(record: Mapping[str, Any], name: str) -> Array | None:
    scale = _numbers(record, name)
    if scale is not None and not (scale > 0).all():
        raise ValueError("what is divided by is not above 0")
    return scale


def _numbers(record: Mapping[str, Any], name: str) -> Array | None:
    if record.get(name) is None:
        return None
    return np.array(checked(record[name], tuple[float, ...]), np.float64)
