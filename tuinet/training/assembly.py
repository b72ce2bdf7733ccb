"""From an Experiment and its data to the parts that train: the loss, the parameters, the optimizer."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from tuinet.config import MAX_PARAMETERS, Experiment
from tuinet.data.dataset import Dataset
from tuinet.data.spec import DataSpec
from tuinet.errors import ExperimentError
from tuinet.nn.initializers import initialize
from tuinet.nn.optimizers import OPTIMIZERS, Optimizer
from tuinet.nn.parameters import DIVERGING_IS_NO_ERROR, Parameters
from tuinet.nn.phases import Regularization
from tuinet.nn.regularizers import Dropout
from tuinet.nn.schedules import Schedule
from tuinet.training.checkpoint import Checkpoint
from tuinet.training.transfer import take_over_parameters

_INITIALIZATION, _SHUFFLES, _DROPOUT = range(3)


def data_spec(experiment: Experiment) -> DataSpec:
    """What to load for an Experiment."""
    return DataSpec(
        dataset=experiment.dataset,
        samples=experiment.samples,
        noise=experiment.noise,
        test_share=experiment.test_share,
        standardize=experiment.standardize,
        features=experiment.features,
        target=experiment.target,
        seed=experiment.data_seed,
    )


@DIVERGING_IS_NO_ERROR
def make_parameters(experiment: Experiment, dataset: Dataset) -> Parameters:
    """Parameters at their start, by the initializer or from the file of weights."""
    require_size(experiment, dataset)
    sizes = _layer_sizes(experiment, dataset)
    parameters = Parameters(sizes, np.dtype(experiment.dtype), train_biases=experiment.biases == "trained")
    generator = np.random.default_rng([experiment.seed, _INITIALIZATION])
    initialize(parameters, experiment.initializer, experiment.init_scale, generator)
    if experiment.weights:
        from tuinet.training.weights import read_weights  # noqa: PLC0415 - JSON and ZIP are for those who have files

        read_weights(experiment.weights, parameters)
    if experiment.biases == "none":
        for biases in parameters.biases:
            biases[:] = 0.0
    return parameters


def _layer_sizes(experiment: Experiment, dataset: Dataset) -> tuple[int, ...]:
    return (len(dataset.input_names), *experiment.hidden, dataset.y.shape[1])


def require_size(experiment: Experiment, dataset: Dataset) -> None:
    """Refuse a network with too many parameters.

    Raises
    ------
    ExperimentError
        Naming its size.
    """
    sizes = _layer_sizes(experiment, dataset)
    if sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes)) > MAX_PARAMETERS:
        raise ExperimentError("hidden", f"{'-'.join(map(str, sizes))} has more than {MAX_PARAMETERS:,} parameters")


def reshaped_parameters(experiment: Experiment, dataset: Dataset, old: Parameters) -> Parameters:
    """Parameters for other hidden layers, another precision or other biases, with the values of neurons that stay."""
    parameters = make_parameters(replace(experiment, weights=""), dataset)
    take_over_parameters(parameters, old)
    if experiment.biases == "none":
        for biases in parameters.biases:
            biases[:] = 0.0
    return parameters


def make_optimizer(experiment: Experiment, parameters: Parameters) -> Optimizer:
    """The optimizer at its start, its constants the Experiment's where that names them."""
    kind = OPTIMIZERS[experiment.optimizer]
    named = {"momentum": experiment.momentum, "beta1": experiment.beta1}
    optional = {key: getattr(experiment, key) for key in ("beta2", "epsilon", "weight_decay")}
    settings = replace(kind.defaults, **named, **{key: value for key, value in optional.items() if value is not None})
    return kind(parameters, parameters.like(), settings)


def make_regularization(experiment: Experiment) -> Regularization:
    """Penalties, clipping and dropout."""
    dropout = None
    if experiment.dropout and experiment.hidden:
        dropout = Dropout(experiment.dropout, np.random.default_rng([experiment.seed, _DROPOUT]))
    return Regularization(experiment.l1, experiment.l2, experiment.clip_norm, dropout)


def remade_regularization(experiment: Experiment, before: Regularization) -> Regularization:
    """The same for another Experiment; where there was dropout, its draws go on."""
    made = make_regularization(experiment)
    if made.dropout and before.dropout:
        made.dropout.generator.bit_generator.state = before.dropout.generator.bit_generator.state
    return made


def make_schedule(experiment: Experiment) -> Schedule:
    """The learning-rate schedule."""
    return Schedule(experiment.schedule, experiment.decay_rate, experiment.decay_epochs, experiment.warmup_epochs)


def parameters_of(parameters: Parameters, state: Checkpoint) -> Parameters:
    """The parameters of a checkpoint, laid out as the present ones are."""
    there = parameters.like()
    there.vector[:] = state.parameters
    return there


def shuffle_generator(experiment: Experiment) -> np.random.Generator:
    """The source of the batches' order."""
    return np.random.default_rng([experiment.seed, _SHUFFLES])
