"""The start of an Experiment of which only the dataset, or the optimizer, is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from tuinet.data.generators import FILE_TEST_SHARE, find_recipe
from tuinet.data.recipe import is_path
from tuinet.experiment.experiment import AUTO, Experiment
from tuinet.nn.optimizers import OPTIMIZERS

DEFAULTS: Final = 3
"""The generation of all defaults: these presets, and what a dataset or an optimizer has as its own. A line that was
shared names it, so whoever changes a default keeps the present ones under this number."""
BEFORE_FILES: Final = {"standardize_target": False}
"""What generations 1 and 2 made of data that say nothing of it."""
OLDER: Final[Mapping[int, Mapping[str, Any]]] = {1: {"arithmetic": "fast", **BEFORE_FILES}, 2: BEFORE_FILES}
"""By generation the defaults that were others, whatever the dataset is."""
BEFORE: Final[Mapping[str, Any]] = OLDER[1]
"""The values of fields that a file does not have, since it is older than they are."""

_GATE: Final[Mapping[str, Any]] = {}
_PLANE: Final[Mapping[str, Any]] = {
    "hidden": (8, 8),
    "activation": ("tanh",),
    "initializer": "glorot_uniform",
    "learning_rate": 0.03,
    "batch_size": 10,
}
_FITS: Final[Mapping[str, Any]] = {**_PLANE, "hidden": (16, 16), "learning_rate": 0.05}
_FILE: Final[Mapping[str, Any]] = {**_PLANE, "hidden": (32,), "learning_rate": 0.05, "batch_size": 16, "l2": None}
"""Of every file, since it is chosen before the file is read; only l2 is left to the task that is found in it."""
_OLD_FILE: Final[Mapping[str, Any]] = {**_PLANE, "l2": 0.0, "test_share": FILE_TEST_SHARE}
OLDER_FILES: Final[Mapping[int, Mapping[str, Any]]] = {1: _OLD_FILE, 2: _OLD_FILE}
"""By generation what a file started with; it names all that the present preset names."""

PRESETS: Final[Mapping[str, Mapping[str, Any]]] = {
    **dict.fromkeys(("and", "or", "nand", "xor", "xnor"), _GATE),
    "parity": {"hidden": (8,), "activation": ("tanh",)},
    "iris": {**_PLANE, "hidden": (8,), "learning_rate": 0.1, "batch_size": 16},
    "digits": {**_PLANE, "hidden": (32,), "activation": ("relu",), "learning_rate": 0.1, "batch_size": 32},
    "hills": {**_PLANE, "hidden": (16, 16), "optimizer": "adam", "learning_rate": 0.01},
    "ravine": {**_PLANE, "hidden": (), "learning_rate": 0.9, "batch_size": 0},
    **dict.fromkeys(("sine", "step", "abs", "polynomial"), _FITS),
}
"""By the dataset's name up to a colon; files have their own, and what is not here starts as the two-input datasets."""

_ADAPTIVE_FACTOR: Final = 10
"""On networks this small, adaptive optimizers do well with ten times PyTorch's default learning rate."""


def make_experiment(**given: Any) -> Experiment:
    """An Experiment from what was given, the rest from its dataset and its optimizer.

    Plain gradient descent takes the dataset's learning rate; momentum and nesterov a tenth of it, since they add up
    about ten steps; the adaptive optimizers ten times PyTorch's default.
    """
    return Experiment(**suited_to(given), **given)


def suited_to(given: Mapping[str, Any], preset: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The fields that are not given where their dataset, its preset or the optimizer has others than the Experiment."""
    preset = _preset(given) if preset is None else preset
    suited = {field: value for field, value in preset.items() if field not in given}
    optimizer = given.get("optimizer")
    if "learning_rate" not in given and optimizer in OPTIMIZERS:
        suited["learning_rate"] = _learning_rate(optimizer, preset)
    if "hidden" in given and "activation" not in given:
        suited["activation"] = suited.get("activation", Experiment.activation)[:1]
    return suited


def older_values(generation: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """What an older generation made of what was given, as far as the present one makes something else of it."""
    common = {**OLDER[generation], **given}
    return {**suited_to(common, OLDER_FILES[generation]), **common} if _preset(given) is _FILE else common


def as_kept(values: Mapping[str, Any], older: Mapping[str, Any] = BEFORE) -> dict[str, Any]:
    """All values of an Experiment, or of data alone, that were kept by this or an older generation.

    Before files had `standardize_target`, even the smallest one had a test set.

    Parameters
    ----------
    older
        The values of what is not among them.
    """
    kept = {**older, **values}
    is_older = "standardize_target" in older and "standardize_target" not in values
    if is_older and kept.get("test_share") is None and is_path(str(kept.get("dataset", ""))):
        kept["test_share"] = FILE_TEST_SHARE
    return kept


def _preset(given: Mapping[str, Any]) -> Mapping[str, Any]:
    name = given.get("dataset", Experiment.dataset)
    if not isinstance(name, str):
        return {}
    return _FILE if is_path(name) else PRESETS.get(name.partition(":")[0], _PLANE)


def default_value(field: str, experiment: Experiment) -> Any:
    """The default of a field with this dataset, and of the learning rate with this optimizer."""
    if field == "dataset":
        return Experiment.dataset
    given = {"optimizer": experiment.optimizer} if field == "learning_rate" else {}
    return getattr(make_experiment(dataset=experiment.dataset, **given), field)


_OF_THE_DATA: Final = (
    "samples",
    "noise",
    "test_share",
    "standardize",
    "standardize_target",
    "features",
    "target",
    "inputs",
    "task",
    "missing",
    "decimal",
    "picture",
    "weights",
    "weights_layout",
)
"""Fields whose values belong to one dataset."""
_OF_THE_PRESET: Final = ("hidden", "activation", "initializer", "batch_size")


def with_dataset(experiment: Experiment, name: str, task: str) -> Experiment:
    """The Experiment with another dataset, and with the network and the learning rate that suit it.

    How it is trained otherwise stays; the optimizer, too, unless it is the one that the present dataset has brought.
    Output and loss are left to the new task where that is another one than the present `task`; classes are weighted
    only where there are some.
    """
    is_usual = experiment.optimizer == default_value("optimizer", experiment)
    given = {} if is_usual else {"optimizer": experiment.optimizer}
    preset = make_experiment(dataset=name, **given)
    taken = ("dataset", "optimizer", "learning_rate", *_OF_THE_DATA, *_OF_THE_PRESET)
    changes = {field: getattr(preset, field) for field in taken}
    new = find_recipe(name).task
    if new != task:
        changes |= {"output": AUTO, "loss": AUTO}
    if experiment.l2 is None:
        changes |= {"l2": preset.l2}
    if new == "regression":
        changes |= {"class_weight": Experiment.class_weight}
    return replace(experiment, **changes)


def _learning_rate(optimizer: str, preset: Mapping[str, Any]) -> float:
    own = _PLANE if "optimizer" in preset else preset
    plain: float = own.get("learning_rate", Experiment.learning_rate)
    if optimizer == "sgd":
        return plain
    if optimizer in ("momentum", "nesterov"):
        return plain / 10
    return OPTIMIZERS[optimizer].default_learning_rate * _ADAPTIVE_FACTOR


_GATE_EPOCHS: Final = 3000
_EPOCHS: Final[Mapping[str, int]] = {"digits": 100, "iris": 200}


def default_epochs(experiment: Experiment) -> int:
    """For how many epochs `tuinet train` trains when nothing else ends it."""
    name = experiment.dataset.partition(":")[0]
    is_gate = PRESETS.get(name) is _GATE or name == "parity"
    return _GATE_EPOCHS if is_gate else _EPOCHS.get(name, 500)
