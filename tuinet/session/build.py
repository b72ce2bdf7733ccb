"""From an Experiment to its data, made or read once, and to the parts that train."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from itertools import pairwise
from typing import Final, TypeVar, cast

import numpy as np

from tuinet.data.dataset import Dataset, with_points
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec, DecimalSign, Missing, Reading, TaskName, is_path
from tuinet.errors import DataError, ExperimentError
from tuinet.experiment.defaults import arithmetic_name, is_file, l2_in_force
from tuinet.experiment.experiment import AUTO, MAX_PARAMETERS, Experiment, picture_shape
from tuinet.nn.arithmetic import ARITHMETICS, Arithmetic
from tuinet.nn.initializers import initialize
from tuinet.nn.optimizers import OPTIMIZERS, Optimizer, OptimizerSettings
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Array, Parameters
from tuinet.nn.regularizers import Dropout
from tuinet.nn.schedules import Schedule
from tuinet.nn.training import Batches, Regularization
from tuinet.terminal_text import shown_name


def take_over_parameters(new: Parameters, old: Parameters) -> None:
    """Give neurons that stay their old weights and biases; those that are new keep their own.

    Hidden layers are matched from the inputs on, and the output layer with the output layer where the layer before it
    is the same one: other rows would mean other neurons.
    """
    hidden = min(len(new.blocks), len(old.blocks)) - 1
    pairs = [(index, index) for index in range(hidden)]
    if len(new.blocks) == len(old.blocks):
        pairs.append((-1, -1))
    for ours, theirs in pairs:
        _copy(new.weights[ours], old.weights[theirs])
        _copy(new.biases[ours], old.biases[theirs])


def take_over_memory(new: Optimizer, old: Optimizer) -> None:
    """Give an optimizer of the same kind and size what another remembers, and its last gradients and updates."""
    new.grads.vector[:] = old.grads.vector
    new.updates.vector[:] = old.updates.vector
    for name, slot in new.slots.items():
        if name in old.slots:
            slot[...] = old.slots[name]


def _copy(target: Array, source: Array) -> None:
    common = tuple(slice(0, min(sizes)) for sizes in zip(target.shape, source.shape, strict=True))
    target[common] = source[common]


_INITIALIZATION, _SHUFFLES, _DROPOUT = range(3)


def data_spec(experiment: Experiment) -> DataSpec:
    """The data that an Experiment asks for.

    They are portable unless the Experiment says fast: the size on which ``auto`` depends is that of the data.
    """
    return DataSpec(
        dataset=experiment.dataset,
        samples=experiment.samples,
        noise=experiment.noise,
        test_share=experiment.test_share,
        standardize=experiment.standardize,
        features=experiment.features,
        standardize_target=_standardizes_target(experiment),
        reading=reading_of(experiment),
        shuffle=experiment.shuffle,
        seed=experiment.data_seed,
        is_portable=experiment.arithmetic != "fast" and not _is_only_read(experiment),
    )


def _standardizes_target(experiment: Experiment) -> bool | None:
    """Whether numbers to predict are standardized; bounded outputs could not reach them."""
    is_bounded = experiment.output not in (AUTO, "linear")
    return False if experiment.standardize_target is None and is_bounded else experiment.standardize_target


def reading_of(experiment: Experiment) -> Reading:
    """How the Experiment wants a file to be read.

    Whoever asks for linear outputs without a loss of classes wants numbers.
    """
    return Reading(
        target=experiment.target,
        inputs=experiment.inputs,
        task=cast(TaskName, experiment.task),
        missing=cast(Missing, experiment.missing),
        decimal=cast(DecimalSign, experiment.decimal),
        picture=picture_shape(experiment.picture),
        prefers_numbers=experiment.output == "linear" and experiment.loss != "hinge",
    )


def _is_only_read(experiment: Experiment) -> bool:
    """Whether the arithmetic makes no difference to the data: it is a file, and no input is a sine."""
    return is_file(experiment) and not any("sin" in feature for feature in experiment.features)


def make_arithmetic(experiment: Experiment, dataset: Dataset) -> Arithmetic:
    """That in which the network is computed."""
    return ARITHMETICS[arithmetic_name(experiment, dataset)]()


@DIVERGING_IS_NO_ERROR
def make_parameters(experiment: Experiment, dataset: Dataset) -> tuple[Parameters, tuple[str, ...]]:
    """Parameters at their start, by the initializer or from the file of weights; and what was taken for granted."""
    require_size(experiment, dataset)
    sizes = _layer_sizes(experiment, dataset)
    parameters = Parameters(sizes, np.dtype(experiment.dtype), train_biases=experiment.biases == "trained")
    generator = np.random.default_rng([experiment.seed, _INITIALIZATION])
    is_portable = arithmetic_name(experiment, dataset) == "portable"
    initialize(parameters, experiment.initializer, experiment.init_scale, generator, is_portable=is_portable)
    notes: tuple[str, ...] = ()
    if experiment.weights:
        from tuinet.session.weights import read_weights  # noqa: PLC0415 - JSON and ZIP are for those who have files

        notes = read_weights(experiment.weights, parameters, experiment.weights_layout)
    return _without_biases(parameters) if experiment.biases == "none" else parameters, notes


def _layer_sizes(experiment: Experiment, dataset: Dataset) -> tuple[int, ...]:
    return (len(dataset.input_names), *experiment.hidden, dataset.y.shape[1])


def require_size(experiment: Experiment, dataset: Dataset) -> None:
    """Refuse a network with too many parameters by an ExperimentError that names its size."""
    sizes = _layer_sizes(experiment, dataset)
    if sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes)) > MAX_PARAMETERS:
        raise ExperimentError("hidden", f"{'-'.join(map(str, sizes))} has more than {MAX_PARAMETERS:,} parameters")


def reshaped_parameters(experiment: Experiment, dataset: Dataset, old: Parameters) -> Parameters:
    """Parameters for other hidden layers, another precision or other biases, with the values of neurons that stay."""
    parameters, _ = make_parameters(replace(experiment, weights=""), dataset)
    take_over_parameters(parameters, old)
    return _without_biases(parameters) if experiment.biases == "none" else parameters


def _without_biases(parameters: Parameters) -> Parameters:
    for biases in parameters.biases:
        biases[:] = 0.0
    return parameters


def optimizer_settings(experiment: Experiment, arithmetic: Arithmetic) -> OptimizerSettings:
    """The constants of the optimizer, the Experiment's where that names them."""
    defaults = OPTIMIZERS[experiment.optimizer].defaults
    optional = {key: getattr(experiment, key) for key in ("beta2", "epsilon", "weight_decay")}
    given = {key: value for key, value in optional.items() if value is not None}
    return defaults._replace(momentum=experiment.momentum, beta1=experiment.beta1, arithmetic=arithmetic, **given)


def make_regularization(
    experiment: Experiment, dataset: Dataset, before: Regularization | None = None
) -> Regularization:
    """Penalties, clipping and dropout, whose draws go on where there was dropout before."""
    dropout = None
    if experiment.dropout and experiment.hidden:
        dropout = Dropout(experiment.dropout, dropout_generator(experiment))
        if before is not None and before.dropout:
            dropout.generator.bit_generator.state = before.dropout.generator.bit_generator.state
    return Regularization(experiment.l1, l2_in_force(experiment, dataset), experiment.clip_norm, dropout)


def dropout_generator(experiment: Experiment) -> np.random.Generator:
    """The source of the masks of dropout."""
    return np.random.default_rng([experiment.seed, _DROPOUT])


def make_schedule(experiment: Experiment, arithmetic: Arithmetic) -> Schedule:
    """The learning-rate schedule."""
    kind, rate, length = experiment.schedule, experiment.decay_rate, experiment.decay_epochs
    return Schedule(kind, rate, length, experiment.warmup_epochs, arithmetic)


def make_batches(experiment: Experiment, dataset: Dataset, generator: np.random.Generator) -> Batches:
    """The training set in batches, whose order the generator decides."""
    return Batches(len(dataset.X), experiment.batch_size, generator, are_shuffled=experiment.shuffle)


def shuffle_generator(experiment: Experiment) -> np.random.Generator:
    """The source of the batches' order."""
    return np.random.default_rng([experiment.seed, _SHUFFLES])


Key = TypeVar("Key")

_KEPT: Final = 8

_Points = tuple[tuple[tuple[float, ...], ...], tuple[int, ...], bool]


class DatasetCache:
    """Gives the same Dataset for the same Experiment, so that going back in time needs no file a second time.

    Parameters
    ----------
    given
        Its dataset without points of one's own, when it is not the one that the Experiment names.
    """

    def __init__(self, experiment: Experiment | None = None, given: Dataset | None = None) -> None:
        self.reads_files = True
        """Whether data that are not here yet may be read from a file; not so where a stranger names it."""
        self._given: dict[DataSpec, Dataset] = {}
        if experiment is not None and given is not None:
            spec = data_spec(experiment)
            for is_portable in (False, True):
                self.put(replace(spec, is_portable=is_portable), given)
        self._loaded: OrderedDict[DataSpec, Dataset] = OrderedDict()
        self._changed: OrderedDict[tuple[DataSpec, _Points], Dataset] = OrderedDict()

    def get(self, experiment: Experiment) -> Dataset:
        """The dataset of an Experiment; a DataError where it cannot be made or read."""
        spec = data_spec(experiment)
        points = (experiment.added, experiment.removed, experiment.cleared)
        if (spec, points) not in self._changed:
            self._changed[spec, points] = with_points(self._base(spec), *points)
            _drop_oldest(self._changed)
        self._changed.move_to_end((spec, points))
        return self._changed[spec, points]

    def put(self, spec: DataSpec, dataset: Dataset) -> None:
        """Have this for what would otherwise be made or read."""
        self._given[spec] = dataset

    def given(self, experiment: Experiment) -> Dataset | None:
        """What was given for the dataset of an Experiment; ``None`` where that is made or read."""
        return self._given.get(data_spec(experiment))

    def base(self, experiment: Experiment) -> Dataset:
        """The dataset of an Experiment without points of one's own."""
        return self._base(data_spec(experiment))

    def _base(self, spec: DataSpec) -> Dataset:
        if spec in self._given:
            return self._given[spec]
        if spec not in self._loaded:
            if not self.reads_files and is_path(spec.dataset):
                raise DataError(f"dataset: {shown_name(spec.dataset)} is a file, and no file is read here")
            self._loaded[spec] = load(spec)
            _drop_oldest(self._loaded)
        self._loaded.move_to_end(spec)
        return self._loaded[spec]


def _drop_oldest(kept: OrderedDict[Key, Dataset]) -> None:
    if len(kept) > _KEPT:
        kept.popitem(last=False)
