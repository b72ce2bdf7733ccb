"""Every network of a stack has the bits of its single run, whatever is trained; and which runs make a stack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.factories import dataset_of
from tuinet.beside.landscape import StackedLosses
from tuinet.data.dataset import Dataset, fit_target_scale
from tuinet.data.generators import load
from tuinet.data.recipe import DataSpec
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.nn.activations import ACTIVATIONS
from tuinet.nn.initializers import INITIALIZERS
from tuinet.nn.losses import LOSSES
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.nn.parameters import Array
from tuinet.nn.schedules import SCHEDULES
from tuinet.session import build
from tuinet.session.build import DatasetCache
from tuinet.session.edits import Configure
from tuinet.session.session import Session
from tuinet.session.stacked import WORTHWHILE, stack_key, stacked_run, stacks, trained_at_once
from tuinet.session.stacked_run import RunsInTurn, StackedRun

CLASSES = 9
"""So many that NumPy would sum the outputs of a single sample in pairs."""


def _dataset(task: str, outputs: int) -> Dataset:
    generator = np.random.default_rng(5)
    X = generator.standard_normal((21, 3))
    values = X @ generator.standard_normal((3, outputs)) + 0.3
    if task == "classes":
        y = np.eye(outputs)[values.argmax(axis=1)]
    else:
        y = values * 7 + 3 if task == "regression" else (values > 0).astype(float)
    whole = dataset_of(X, y, task)  # type: ignore[arg-type]
    scale = fit_target_scale(y) if task == "regression" else None
    return replace(whole, X=X[:13], y=y[:13], X_test=X[13:], y_test=y[13:], target_scale=scale)


DATASETS = {
    "binary": _dataset("binary", 1),
    "classes": _dataset("classes", CLASSES),
    "labels": _dataset("labels", 3),
    "regression": _dataset("regression", 2),
}


def _losses() -> Iterator[tuple[str, str, str]]:
    """Loss, output activation, task."""
    for name, by_output in LOSSES.items():
        for output, loss in by_output.items():
            for task in loss.tasks or ("binary", "classes", "regression"):
                needs_one, has_one = output == "sigmoid" and name == "cross-entropy", task == "binary"
                if (output == "softmax" or needs_one) and has_one != needs_one and task != "labels":
                    continue
                if name == "cross-entropy" and task == "labels":
                    continue
                yield name, output, task


NUMBERS: dict[str, Sequence[Any]] = {
    "learning_rate": (0.1, 0.3, 0.02),
    "momentum": (0.9, 0.5),
    "beta1": (0.9, 0.8),
    "beta2": (0.99, 0.999, 0.9),
    "epsilon": (1e-8, 1e-6),
    "init_scale": (1.0, 0.5, 2.0),
    "decay_rate": (0.9, 0.7),
    "decay_epochs": (3, 5),
    "warmup_epochs": (0, 2, 3),
}
"""What the networks of one stack have in turn."""
REGULARIZATION: tuple[dict[str, Sequence[float]], ...] = (
    {},
    {"l1": (0.01, 0.001)},
    {"l2": (0.01, 0.1, 0.001)},
    {"clip_norm": (0.5, 0.1)},
    {"dropout": (0.3, 0.1)},
    {"weight_decay": (0.01, 0.1)},
    {"l1": (0.01,), "l2": (0.1, 0.01), "clip_norm": (1.0,), "dropout": (0.2,), "weight_decay": (0.001,)},
)
SHARED: dict[str, Sequence[Any]] = {
    "optimizer": tuple(OPTIMIZERS),
    "batch_size": (0, 4, 1, 6, 13),
    "dtype": ("float64", "float32"),
    "biases": ("trained", "frozen", "none"),
    "hidden": ((4,), (3, 5), (), (9, 2)),
    "reduction": ("mean", "sum"),
    "class_weight": ("none", "balanced", "none"),
    "shuffle": (True, True, False),
    "schedule": tuple(SCHEDULES),
    "initializer": tuple(name for name in INITIALIZERS if name not in ("zeros", "constant")),
}


def _cases(sizes: Sequence[int]) -> Iterator[tuple[list[Experiment], Dataset]]:
    """Every activation with every loss; all else goes round, in cycles that do not keep step."""
    turning = {name: cycle(values) for name, values in SHARED.items()}
    rules, counts = cycle(REGULARIZATION), cycle(sizes)
    for number, (activation, (loss, output, task)) in enumerate(product(ACTIVATIONS, _losses())):
        own = {name: next(values) for name, values in turning.items()}
        if not number % 3:
            next(turning["optimizer"])
        count, rule = next(counts), next(rules)
        if task in ("labels", "regression"):
            own["class_weight"] = "none"
        shared = Experiment(activation=(activation,), loss=loss, output=output, arithmetic="portable", **own)
        networks = []
        for place in range(count):
            numbers = {name: values[place % len(values)] for name, values in (NUMBERS | rule).items()}
            networks.append(replace(shared, seed=place + number, **numbers))
        yield networks, replace(DATASETS[task], name=shared.dataset)


def bits(values: Array) -> bytes:
    """What is not a number counts as one value: its sign is nobody's."""
    return np.where(np.isnan(values), np.nan, values).tobytes()


def require_same_bits(experiments: Sequence[Experiment], dataset: Dataset, epochs: int) -> None:
    datasets = DatasetCache(experiments[0], dataset)
    together, in_turn = (kind(experiments, datasets) for kind in (StackedRun, RunsInTurn))
    for runs in (together, in_turn):
        runs.advance(epochs - 1)
        runs.advance()
    assert together.epoch == in_turn.epoch == epochs
    assert bits(together.vectors) == bits(in_turn.vectors), experiments[0]
    for on_test in (False, True) if len(dataset.X_test) else (False,):
        ours, theirs = (runs.metrics(on_test=on_test) for runs in (together, in_turn))
        assert bits(ours.losses) == bits(theirs.losses), experiments[0]
        for name in ("correct", "r2", "samples"):
            np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
    losses = together.metrics().losses
    np.testing.assert_array_equal(together.are_diverged(losses), in_turn.are_diverged(losses))
    assert bits(together.outputs(dataset.X[:1])) == bits(in_turn.outputs(dataset.X[:1]))
    assert bits(together.outputs(dataset.X)) == bits(in_turn.outputs(dataset.X))


def test_each_network_has_the_bits_of_its_single_run() -> None:
    for experiments, dataset in islice(_cases((1, 2, 3)), None, None, 5):
        require_same_bits(experiments, dataset, 3)


@pytest.mark.long
def test_each_network_has_the_bits_of_its_single_run_after_1000_epochs() -> None:
    for experiments, dataset in _cases((7, 1, 64)):
        require_same_bits(experiments, dataset, 1000)


@pytest.mark.parametrize("dataset", ["xor", "circle", "iris", "sine"])
def test_datasets_with_their_own_networks_have_the_same_bits(dataset: str) -> None:
    experiment = make_experiment(dataset=dataset, samples=60 if dataset in ("circle", "sine") else None)
    experiments = [replace(experiment, seed=seed) for seed in range(1, 8)]
    require_same_bits(experiments, DatasetCache().get(experiment), 5)


@given(
    numbers=st.lists(
        st.fixed_dictionaries(
            {
                "seed": st.integers(0, 9),
                "learning_rate": st.floats(1e-4, 1e3),
                "momentum": st.floats(0, 0.99),
                "l2": st.floats(1e-6, 1),
            }
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=20, deadline=None)
def test_rates_far_too_large_disturb_no_other_network(numbers: list[dict[str, Any]]) -> None:
    shared = Experiment(optimizer="momentum", activation=("relu",), loss="mse", output="linear")
    experiments = [replace(shared, **own) for own in numbers]
    together, in_turn = StackedRun(experiments), RunsInTurn(experiments)
    for runs in (together, in_turn):
        runs.advance(40)
    np.testing.assert_array_equal(together.vectors, in_turn.vectors)
    np.testing.assert_array_equal(together.metrics().losses, in_turn.metrics().losses)


@pytest.mark.parametrize("places", [[4], [0, 2], [5, 1, 3]])
def test_the_rest_goes_on_undisturbed(places: list[int]) -> None:
    experiment = make_experiment(dataset="moons", samples=40, batch_size=7, dropout=0.2, optimizer="nadam")
    experiments = [replace(experiment, seed=seed, beta1=0.8 + seed / 100) for seed in range(6)]
    together, in_turn = StackedRun(experiments), RunsInTurn(experiments)
    for runs in (together, in_turn):
        runs.advance(2)
        runs.keep(places)
        runs.advance(2)
        runs.keep([0])
        runs.advance(1)
    assert together.experiments == in_turn.experiments == (experiments[places[0]],)
    assert bits(together.vectors) == bits(in_turn.vectors)
    assert bits(together.starting_losses) == bits(in_turn.starting_losses)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_all_can_begin_where_a_run_is(optimizer: str) -> None:
    experiment = make_experiment(
        dataset="moons", samples=40, batch_size=7, dropout=0.2, optimizer=optimizer, schedule="exponential"
    )
    session = Session(experiment)
    session.advance(2)
    session.step("batch")
    start = session.run.checkpoint()
    experiments = [replace(experiment, learning_rate=rate) for rate in (0.01, experiment.learning_rate, 0.3)]
    together, in_turn = StackedRun(experiments, start=start), RunsInTurn(experiments, start=start)
    assert together.starting_losses[1] == session.metrics().loss
    for runs in (together, in_turn):
        runs.advance(3)
    session.advance(3)
    assert bits(together.vectors) == bits(in_turn.vectors)
    assert together.vectors[1].tobytes() == bits(session.run.parameters.vector)
    assert together.epoch == session.run.epoch


def test_what_differs_in_numbers_only_makes_one_stack() -> None:
    experiment, datasets = Experiment(), DatasetCache()
    numbers: dict[str, Any] = {
        "learning_rate": 0.1,
        "momentum": 0.5,
        "seed": 9,
        "init_scale": 2.0,
        "beta1": 0.5,
        "schedule": "cosine",
    }
    varied = [experiment, *(replace(experiment, **{name: value}) for name, value in numbers.items())]
    others = [replace(experiment, l2=0.1), replace(experiment, hidden=(3,)), replace(experiment, optimizer="adam")]
    assert stacks([*varied, *others], datasets) == [[*range(7)], [7], [8], [9]]
    assert isinstance(stacked_run(varied, datasets), StackedRun)
    assert type(stacked_run(others, datasets)) is RunsInTurn


def test_a_large_network_and_one_in_fast_arithmetic_are_trained_in_turn() -> None:
    datasets = DatasetCache()
    for experiment in (make_experiment(dataset="digits"), replace(Experiment(), arithmetic="fast")):
        dataset = datasets.get(experiment)
        assert trained_at_once(experiment, dataset) == 1
        assert type(stacked_run([experiment] * 2, datasets)) is RunsInTurn
    assert trained_at_once(Experiment(), datasets.get(Experiment())) > WORTHWHILE


def test_data_that_the_cache_does_not_keep_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    experiments = [
        replace(make_experiment(dataset="moons", samples=samples), seed=seed)
        for seed in range(3)
        for samples in range(20, 32)
    ]
    made: list[int | None] = []

    def counted(spec: DataSpec) -> Dataset:
        made.append(spec.samples)
        return load(spec)

    monkeypatch.setattr(build, "load", counted)
    assert len(stacks(experiments, DatasetCache())) == 12
    assert made == [*range(20, 32)]


def test_points_of_ones_own_make_another_stack() -> None:
    experiment, datasets = Experiment(), DatasetCache()
    with_point = replace(experiment, added=((0.5, 0.5, 1.0),))
    keys = {stack_key(one, datasets.get(one)) for one in (experiment, with_point)}
    assert len(keys) == 2


@pytest.mark.parametrize("dataset", ["xor", "iris", "sine"])
@pytest.mark.parametrize("arithmetic", ["portable", "fast"])
def test_losses_and_gradients_of_any_parameters_are_those_of_a_session(dataset: str, arithmetic: str) -> None:
    experiment = make_experiment(dataset=dataset, l2=0.01, arithmetic=arithmetic)
    session = Session(experiment)
    evaluated = StackedLosses(experiment, session.run.dataset)
    vectors = session.run.parameters.vector + np.random.default_rng(2).standard_normal((5, evaluated.size))
    losses, gradients = evaluated.losses(vectors), evaluated.gradients(vectors)
    full = Session(replace(experiment, batch_size=0))
    for vector, loss, gradient in zip(vectors, losses, gradients, strict=True):
        for one in (session, full):
            one.run.parameters.vector[:] = vector
        assert loss == pytest.approx(session.metrics().loss, rel=1e-13)
        full.advance()
        np.testing.assert_allclose(gradient, full.run.optimizer.grads.vector, rtol=1e-10, atol=1e-14)


def test_losses_can_be_taken_on_some_of_the_samples() -> None:
    experiment = make_experiment(dataset="digits", hidden=(5,))
    dataset = DatasetCache().get(experiment)
    evaluated = StackedLosses(experiment, dataset, samples=100)
    assert evaluated.samples == 100
    whole = StackedLosses(experiment, dataset)
    vectors = np.zeros((1, evaluated.size))
    assert evaluated.losses(vectors) == pytest.approx(whole.losses(vectors))


def test_an_edit_of_a_rate_on_the_way_is_no_part_of_the_start() -> None:
    session = Session(Experiment())
    session.advance(3)
    session.edit(Configure.of(learning_rate=0.7))
    runs = stacked_run([replace(session.run.experiment, learning_rate=0.7)] * 3, start=session.run.checkpoint())
    session.advance(4)
    runs.advance(4)
    assert runs.vectors[2].tobytes() == bits(session.run.parameters.vector)
