"""What can be asked: rows, steps and categories; and what is answered, against the network's own forward pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_dataset
from tuinet.data.dataset import Dataset, InputColumn
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.nn.parameters import Array
from tuinet.observe.answer import PROFILE_POINTS, first_question, input_rows, next_multiple, round_step, sample_question
from tuinet.observe.view import View
from tuinet.session.session import Session
from tuinet.storage import session_file

FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "linear": lambda z: z,
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(),
}


def mixed_dataset() -> Dataset:
    X = np.array([[1.5, 1.0, 0.0, 3.0], [2.5, 0.0, 1.0, 7.0], [5.5, 0.0, 0.0, 1.0]])
    columns = (InputColumn("size"), InputColumn("city", ("Köln", "Ulm")), InputColumn("rooms"))
    names = tuple(name for column in columns for name in column.input_names)
    y = np.array([[1.0], [2.0], [3.0]])
    return make_dataset(4, task="regression", X=X, y=y, feature_names=names, columns=columns)


@pytest.mark.parametrize(
    ("low", "high", "are_whole", "step"),
    [(0, 1, False, 0.05), (2, 4.4, False, 0.1), (0, 1, True, 1.0), (0, 255, True, 10.0), (143.5, 2501, False, 100.0)],
)
def test_a_step_is_round_and_suits_the_range(low: float, high: float, are_whole: bool, step: float) -> None:
    assert round_step(low, high, are_whole=are_whole) == step


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300), st.floats(allow_nan=False, allow_infinity=False))
def test_any_range_has_a_step_and_any_value_a_next_one(low: float, high: float, value: float) -> None:
    step = round_step(*sorted((low, high)))
    assert step > 0
    assert next_multiple(value, step, 1) >= value or abs(value) > 1e11 * step
    assert next_multiple(value, step, -1) <= value or abs(value) > 1e11 * step


def test_steps_lead_to_multiples_and_back() -> None:
    assert next_multiple(5.13, 0.1, 1) == 5.2
    assert next_multiple(5.2, 0.1, 1) == 5.3
    assert next_multiple(5.13, 0.1, -1) == 5.1
    assert next_multiple(0.3, 0.1, -1) == 0.2


def test_a_row_is_a_column_of_the_file() -> None:
    dataset = mixed_dataset()
    size, city, rooms = input_rows(dataset)
    question = first_question(dataset)
    assert question == (1.5, 1.0, 0.0, 3.0)
    assert (size.low, size.high, rooms.step) == (1.5, 5.5, 1.0)
    assert city.category(question) == 0
    assert city.moved(question, 1) == (1.5, 0.0, 1.0, 3.0)
    assert city.moved(question, -1) == (1.5, 0.0, 1.0, 3.0)
    assert city.category((1.5, 0.0, 0.0, 3.0)) is None
    assert rooms.moved(question, 1) == (1.5, 1.0, 0.0, 4.0)
    assert rooms.moved(question, 1, 0.1)[-1] == 3.1
    assert size.is_outside(5.6)
    assert not size.is_outside(5.5)


@pytest.mark.parametrize("dataset", ["xor", "iris", "digits", "sine", "hills"])
@pytest.mark.parametrize("arithmetic", ["fast", "portable"])
def test_an_answer_is_the_networks_own_forward_pass(dataset: str, arithmetic: str) -> None:
    session = Session(make_experiment(dataset=dataset, hidden=(5, 4), arithmetic=arithmetic))
    session.advance(3)
    run, data = session.run, session.run.dataset
    run.observer.train.metrics()
    for row in (0, len(data.X) - 1):
        answer = session.snapshot(View(question=sample_question(data, row))).answer
        assert answer is not None
        x = data.encode(data.X[row : row + 1]).astype(run.parameters.vector.dtype)
        for weights, biases, told, layer in zip(
            run.parameters.weights, run.parameters.biases, answer.activations, session.snapshot().layers, strict=True
        ):
            z = x @ weights + biases
            expected = FUNCTIONS[layer.activation](z)
            np.testing.assert_allclose(told, expected[0], rtol=1e-6, atol=1e-7)
            x = expected
        np.testing.assert_allclose(answer.outputs, data.decode(answer.activations[-1][None])[0], rtol=1e-12)
        if data.task == "regression":
            assert answer.predicted is None
        else:
            assert answer.predicted == run.observer.train.seen.answers(np.array([row]))[0]
            assert answer.shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("options", [{"loss": "hinge"}, {"loss": "mse", "output": "tanh"}])
def test_the_share_of_a_signed_output_is_half_where_two_classes_part(options: dict[str, str]) -> None:
    session = Session(make_experiment(dataset="circle", **options))
    session.advance(2)
    for row in range(20):
        answer = session.snapshot(View(question=sample_question(session.run.dataset, row))).answer
        assert answer is not None
        assert answer.shares.tolist() == pytest.approx([(1 - answer.outputs[0]) / 2, (1 + answer.outputs[0]) / 2])
        assert answer.predicted == answer.shares.argmax()


def test_asking_changes_nothing_of_the_training() -> None:
    asked, other = (Session(Experiment(dropout=0.5, hidden=(4,), batch_size=2)) for _ in range(2))
    for session in (asked, other):
        session.advance(5)
        session.step("phase")
    for _ in range(3):
        asked.snapshot(View(question=(0.3, 0.4), pointed=(0.1, 0.2)))
    for session in (asked, other):
        session.advance(5)
    assert asked.run.parameters.vector.tobytes() == other.run.parameters.vector.tobytes()


def test_a_question_with_other_features_has_no_answer_and_is_not_kept() -> None:
    session = Session(Experiment())
    assert session.snapshot(View(question=(1.0,) * 5)).answer is None
    assert session.question is None


def test_what_was_asked_last_is_saved_with_the_run(tmp_path: Path) -> None:
    session, path = Session(Experiment()), tmp_path / "run.npz"
    session.advance(2)
    session.snapshot(View(question=(0.25, 1.0)))
    session_file.write(path, session.save())
    again = Session.from_saved(session_file.read(path))
    assert again.snapshot().question == (0.25, 1.0)
    again.begin(Experiment())
    assert again.snapshot().question is None


@pytest.mark.parametrize("dataset", ["xor", "iris", "sine", "hills"])
def test_profiles_are_the_answers_to_samples_that_differ_in_one_value(dataset: str) -> None:
    session = Session(make_experiment(dataset=dataset))
    session.advance(20)
    data, question = session.run.dataset, sample_question(session.run.dataset, 1)
    answer = session.snapshot(View(question=question)).answer
    assert answer is not None
    assert [profile.column for profile in answer.profiles] == list(range(data.X.shape[1]))
    for row, profile in zip(input_rows(data), answer.profiles, strict=True):
        assert profile.ends == (row.low, row.high)
        for place in (0, 17, PROFILE_POINTS - 1):
            changed = row.with_number(question, float(profile.values[place]))
            other = session.snapshot(View(question=changed)).answer
            assert other is not None
            np.testing.assert_allclose(profile.outputs[place], other.outputs, rtol=1e-9, atol=1e-12)


def test_profiles_reach_as_far_as_the_value_that_is_asked_about() -> None:
    session = Session(make_experiment(dataset="xor"))
    answer = session.snapshot(View(question=(-3.0, 7.0))).answer
    assert answer is not None
    assert [profile.ends for profile in answer.profiles] == [(-3.0, 1.0), (0.0, 7.0)]


def test_pictures_have_no_profiles() -> None:
    session = Session(make_experiment(dataset="digits", samples=200))
    answer = session.snapshot(View(question=sample_question(session.run.dataset, 0))).answer
    assert answer is not None
    assert answer.profiles == ()
