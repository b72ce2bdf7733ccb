"""Whether two runs have the same loss with the same weights, and the same gradients of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from tuinet.data.dataset import Dataset
from tuinet.errors import ExperimentError
from tuinet.experiment.defaults import choose_loss, l2_in_force
from tuinet.experiment.experiment import Experiment

IsSame = Callable[[Experiment, str], bool]
"""Whether what an Experiment trained, on samples of this digest, had a certain loss."""


def loss_key(experiment: Experiment, dataset: Dataset) -> Hashable:
    """What decides the loss of any weights, without penalties: the same for two runs where the loss is.

    These are the samples, the sizes of all layers, their activations, and all that is set of the loss.

    Raises
    ------
    ExperimentError
        If the loss does not fit the data.
    """
    loss = choose_loss(experiment, dataset)
    sizes = (len(dataset.input_names), *experiment.hidden, dataset.y.shape[1])
    functions = (*experiment.hidden_activations, loss.output_activation, loss.name, loss.reduction)
    return dataset.digest, sizes, functions, experiment.class_weight, experiment.task


def gradient_key(experiment: Experiment, dataset: Dataset) -> Hashable:
    """What decides the gradients besides: the penalties, and whether the biases learn."""
    return experiment.l1, l2_in_force(experiment, dataset), experiment.biases == "trained"


def has_same_loss(experiment: Experiment, dataset: Dataset) -> IsSame:
    """Tells what had the same loss as this Experiment; each other one is looked at once.

    No data is made or read for that: where the samples are others, so is the loss.
    """
    own = loss_key(experiment, dataset)
    known: dict[int, tuple[Experiment, bool]] = {id(experiment): (experiment, True)}

    def is_same(other: Experiment, digest: str) -> bool:
        if digest != dataset.digest:
            return False
        if id(other) not in known:
            known[id(other)] = other, _has_key(other, dataset, own)
        return known[id(other)][1]

    return is_same


def _has_key(experiment: Experiment, dataset: Dataset, key: Hashable) -> bool:
    try:
        return loss_key(experiment, dataset) == key
    except ExperimentError:
        return False
