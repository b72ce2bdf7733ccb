"""Samples one by one, and those that a unit responds to: by hand, bounded, and without a trace in the training."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tuinet
from tests.session.factories import dataset_of
from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.nn.activations import ACTIVATIONS
from tuinet.nn.losses import LOSSES
from tuinet.nn.network import Network
from tuinet.nn.parameters import Parameters
from tuinet.observe import samples
from tuinet.observe.gallery import Gallery, GalleryProbe, Responses, ResponsesProbe
from tuinet.observe.metrics import class_shares
from tuinet.observe.samples import Encoding, choose_set, most_samples
from tuinet.observe.view import GalleryView, ResponsesView, View
from tuinet.session.session import Session


def network_of(output: str, *blocks: list[list[float]], activation: str = "relu") -> Network:
    """A network with these blocks of weights, the biases as last row of each."""
    arrays = [np.array(block) for block in blocks]
    sizes = (arrays[0].shape[0] - 1, *(block.shape[1] for block in arrays))
    parameters = Parameters(sizes, np.dtype("float64"))
    for here, block in zip(parameters.blocks, arrays, strict=True):
        here[:] = block
    loss = LOSSES["cross-entropy" if output in ("sigmoid", "softmax") else "mse"][output]
    assert activation in ACTIVATIONS
    return Network(parameters, [activation] * (len(blocks) - 1), loss)


def gallery(network: Network, dataset: Dataset, view: GalleryView) -> Gallery:
    output = network.activations[-1].name
    return GalleryProbe(network, dataset, Encoding(output, "float64")).look(view)


def column(*values: float) -> np.ndarray:
    return np.array(values)[:, None]


IDENTITY = [[1.0], [0.0]]
"""One input, one output that is it."""


def test_the_verdicts_on_two_classes() -> None:
    dataset = dataset_of(column(0.0, 2.0, -1.0), column(0, 1, 1))
    seen = gallery(network_of("sigmoid", IDENTITY), dataset, GalleryView(0, 9))
    assert seen.verdicts is not None
    assert seen.numbers.tolist() == [0, 1, 2]
    assert seen.verdicts.actual.tolist() == [0, 1, 1]
    assert seen.verdicts.predicted.tolist() == [0, 1, 0]
    assert seen.verdicts.wrong.tolist() == [False, False, True]
    high = 1 / (1 + np.exp(-2.0))
    np.testing.assert_allclose(seen.verdicts.confidences, [0.5, high, 1 / (1 + np.exp(-1.0))])
    np.testing.assert_allclose(seen.outputs[1], [high])
    assert (seen.total, seen.among, seen.wrong, seen.is_test) == (3, 3, None, False)


def test_a_tanh_parts_classes_at_zero() -> None:
    dataset = dataset_of(column(-1.0, 0.25, 0.5), column(0, 0, 1))
    seen = gallery(network_of("tanh", IDENTITY), dataset, GalleryView(0, 3))
    assert seen.verdicts is not None
    assert seen.verdicts.predicted.tolist() == [0, 1, 1]
    np.testing.assert_allclose(seen.verdicts.confidences[:2], [(1 - np.tanh(-1)) / 2, (1 + np.tanh(0.25)) / 2])


def test_shares_of_classes() -> None:
    assert class_shares(np.array([[0.25]]), is_signed=False).tolist() == [[0.75, 0.25]]
    assert class_shares(np.array([[0.5]]), is_signed=True).tolist() == [[0.25, 0.75]]
    assert class_shares(np.array([[-1.0, 0.0, 1.0]]), is_signed=True).tolist() == [[0.0, 0.5, 1.0]]
    assert class_shares(np.array([[0.1, 1.2]]), is_signed=False).tolist() == [[0.1, 1.2]]


def test_the_wrong_ones_come_first_and_of_them_the_most_confident() -> None:
    dataset = dataset_of(column(3.0, -0.5, 1.0, -2.0, 4.0), column(1, 1, 0, 1, 1))
    network = network_of("sigmoid", IDENTITY)
    seen = gallery(network, dataset, GalleryView(0, 9, wrong_first=True))
    assert seen.numbers.tolist() == [3, 2, 1, 0, 4]
    assert seen.wrong == 3
    page = gallery(network, dataset, GalleryView(2, 2, wrong_first=True))
    assert page.numbers.tolist() == [1, 0]
    assert page.wrong == 3
    assert page.targets.tolist() == [[1], [1]]
    np.testing.assert_array_equal(page.outputs, seen.outputs[2:4])


def test_of_numbers_the_largest_errors_come_first() -> None:
    dataset = dataset_of(column(1.0, 2.0, 3.0), column(1.5, 0.0, 3.0), "regression")
    seen = gallery(network_of("linear", IDENTITY), dataset, GalleryView(0, 3, wrong_first=True))
    assert seen.numbers.tolist() == [1, 0, 2]
    assert (seen.verdicts, seen.wrong) == (None, None)
    assert seen.outputs.tolist() == [[2], [1], [3]]


def test_the_test_set_is_looked_at_where_there_is_one() -> None:
    training = dataset_of(column(0.0, 1.0), column(0, 1))
    both = Dataset(
        "both", "binary", training.X, training.y, ("x1",), ("0", "1"), X_test=column(5.0), y_test=column(1.0)
    )
    network = network_of("sigmoid", IDENTITY)
    assert gallery(network, both, GalleryView(0, 9)).is_test
    assert gallery(network, both, GalleryView(0, 9)).total == 1
    assert gallery(network, both, GalleryView(0, 9, on_test=False)).total == 2
    assert not gallery(network, training, GalleryView(0, 9)).is_test
    assert (choose_set(both, True).name, choose_set(training, True).name) == ("test set", "training set")


def test_a_diverged_network_has_verdicts_all_the_same() -> None:
    dataset = dataset_of(column(1.0, 2.0), column(0, 1))
    broken = network_of("sigmoid", [[np.nan], [0.0]])
    seen = gallery(broken, dataset, GalleryView(0, 2, wrong_first=True))
    assert seen.verdicts is not None
    assert seen.numbers.tolist() == [1, 0]
    assert np.isnan(seen.verdicts.confidences).all()
    numbers = dataset_of(column(1.0, 2.0), column(0.5, 1.5), "regression")
    assert (
        len(gallery(network_of("linear", [[np.inf], [0.0]]), numbers, GalleryView(0, 2, wrong_first=True)).numbers) == 2
    )


@settings(max_examples=60)
@given(st.integers(-5, 60), st.integers(-5, 60), st.booleans())
def test_a_page_is_a_part_of_the_whole(first: int, count: int, wrong_first: bool) -> None:
    generator = np.random.default_rng(3)
    X = generator.normal(size=(40, 2))
    dataset = dataset_of(X, (generator.random((40, 1)) > 0.5).astype(float))
    network = network_of("sigmoid", [[1.0], [-1.0], [0.1]])
    probe = GalleryProbe(network, dataset, Encoding("sigmoid", "float64"))
    whole = probe.look(GalleryView(0, 40, wrong_first))
    page = probe.look(GalleryView(first, count, wrong_first))
    start = max(first, 0)
    assert page.numbers.tolist() == whole.numbers[start : start + max(count, 0)].tolist()
    np.testing.assert_allclose(page.outputs, whole.outputs[start : start + max(count, 0)], rtol=1e-12)


def test_the_work_of_a_frame_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = network_of("sigmoid", IDENTITY), network_of("sigmoid", [[0.0] * 3] * 11, [[0.0]] * 4)
    assert most_samples(small) == 2000
    monkeypatch.setattr(samples, "_WORK", 500 * large.parameters.vector.size)
    assert most_samples(large) == 500
    monkeypatch.setattr(samples, "_WORK", 1)
    assert most_samples(large) == 256
    monkeypatch.undo()
    X = np.linspace(-1, 1, 3000)[:, None]
    dataset = dataset_of(X, (X < 0).astype(float))
    seen = gallery(small, dataset, GalleryView(0, 5000, wrong_first=True))
    assert (seen.total, seen.among, len(seen.numbers), seen.numbers.max()) == (3000, 2000, 2000, 1999)
    assert len(gallery(small, dataset, GalleryView(2990, 5000)).numbers) == 10
    responses = ResponsesProbe(small, dataset, Encoding("sigmoid", "float64")).look(ResponsesView((1, 0), 5000))
    assert (responses.total, responses.among, len(responses.largest)) == (3000, 2000, 2000)


def test_buffers_are_kept_as_long_as_the_same_samples_are_looked_at() -> None:
    dataset = dataset_of(column(0.0, 1.0, 2.0), column(0, 1, 1))
    evaluation = samples.StretchEvaluation(network_of("sigmoid", IDENTITY), dataset, Encoding("sigmoid", "float64"))
    chosen = choose_set(dataset, True)
    workspace = evaluation.run(chosen, 0, 2)
    assert evaluation.run(chosen, 0, 2) is workspace
    assert evaluation.run(chosen, 1, 3) is not workspace


def test_what_a_unit_responds_to() -> None:
    dataset = dataset_of(column(1.0, -3.0, 2.0, 0.5), column(0, 1, 1, 0))
    network = network_of("sigmoid", [[1.0, -1.0], [0.0, 0.25]], [[1.0], [1.0], [0.0]])
    probe = ResponsesProbe(network, dataset, Encoding("sigmoid", "float64"))
    seen = probe.look(ResponsesView((1, 1), 2))
    assert (seen.largest.tolist(), seen.largest_activations.tolist()) == ([1, 3], [3.25, 0.0])
    # relu is 0 for three of them, of which the third has the smallest pre-activation.
    assert (seen.smallest.tolist(), seen.smallest_activations.tolist()) == ([2, 0], [0.0, 0.0])
    assert probe.look(ResponsesView((2, 0), 1)).largest.tolist() == [1]
    assert probe.look(ResponsesView((9, 9), 1)).unit == (2, 0)
    assert probe.look(ResponsesView((0, -1), -1)).unit == (1, 0)
    assert len(probe.look(ResponsesView((1, 0), 99)).largest) == 4


def test_what_is_no_number_is_neither_large_nor_small() -> None:
    dataset = dataset_of(column(1.0, 0.0, 2.0), column(0, 1, 1))
    network = network_of("sigmoid", [[np.inf], [0.0]], [[1.0], [0.0]])
    seen = ResponsesProbe(network, dataset, Encoding("sigmoid", "float64")).look(ResponsesView((1, 0), 3))
    assert seen.largest[-1] == seen.smallest[-1] == 1


VIEW = View(
    gallery=GalleryView(3, 12, wrong_first=True),
    predictions=GalleryView(0, 20, on_test=False),
    responses=ResponsesView((1, 2), 4),
)


def arrays_of(value: Any) -> list[np.ndarray]:
    names = [field.name for field in fields(value)] if is_dataclass(value) else getattr(value, "_fields", ())
    parts = [getattr(value, name) for name in names]
    found = [part for part in parts if isinstance(part, np.ndarray)]
    return found + [array for part in parts for array in arrays_of(part)]


@pytest.mark.parametrize(
    "experiment",
    [
        make_experiment(dataset="digits", hidden=(8,), optimizer="adam", samples=200, dropout=0.25),
        make_experiment(dataset="plane", samples=90, batch_size=7),
        Experiment(),
    ],
    ids=lambda experiment: experiment.dataset,
)
def test_looking_leaves_no_trace_in_the_training(experiment: Experiment) -> None:
    watched, alone = Session(experiment), Session(experiment)
    for _ in range(9):
        watched.step("phase")
        alone.step("phase")
        watched.snapshot(VIEW)
    watched.advance(3)
    watched.snapshot(VIEW)
    watched.advance(2)
    alone.advance(5)
    for mine, other in zip(watched.run.parameters.weights, alone.run.parameters.weights, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_what_leaves_is_frozen() -> None:
    snapshot = Session(make_experiment(dataset="digits", hidden=(8,), samples=200)).snapshot(VIEW)
    assert isinstance(snapshot.gallery, Gallery)
    assert isinstance(snapshot.predictions, Gallery)
    assert isinstance(snapshot.responses, Responses)
    for part in (snapshot.gallery, snapshot.predictions, snapshot.responses):
        arrays = arrays_of(part)
        assert len(arrays) >= 4
        assert not any(array.flags.writeable for array in arrays)
    nothing = Session(Experiment()).snapshot()
    assert (nothing.gallery, nothing.predictions, nothing.responses) == (None, None, None)


def test_outputs_are_those_of_the_metrics() -> None:
    session = Session(make_experiment(dataset="iris"))
    session.advance(20)
    snapshot = session.snapshot(View(gallery=GalleryView(0, 500), predictions=GalleryView(0, 500, on_test=False)))
    for seen, metrics in ((snapshot.gallery, snapshot.test_metrics), (snapshot.predictions, snapshot.metrics)):
        assert seen is not None and seen.verdicts is not None and metrics is not None
        assert (~seen.verdicts.wrong).sum() == metrics.correct


def test_responses_of_an_output_are_in_the_unit_of_the_targets() -> None:
    X = np.linspace(-1, 1, 30)[:, None]
    data = tuinet.dataset(X, 1e5 * X[:, 0] + 2e5)
    session = Session(Experiment(hidden=(2,)), data)
    responses = session.snapshot(View(responses=ResponsesView((2, 0), 3))).responses
    assert responses is not None
    wanted = session.predict((data.X_test if responses.is_test else data.X)[responses.largest])
    np.testing.assert_allclose(responses.largest_activations, wanted, rtol=1e-9)
