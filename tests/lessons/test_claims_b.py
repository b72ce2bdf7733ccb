"""What lessons claim that no condition can express."""

from __future__ import annotations

import numpy as np

from tests.lessons.factories import bundled_lesson
from tuinet.lessons.claims import bundled_folder
from tuinet.lessons.lesson import LessonStep
from tuinet.session.edits import Configure
from tuinet.session.session import Session


def step_of(file: str, title: str) -> LessonStep:
    lesson = bundled_lesson(bundled_folder() / file)
    return next(step for step in lesson.steps if step.title == title)


def test_the_ravine_is_213_times_as_steep_as_its_floor_and_the_rate_is_limited_to_0_0115() -> None:
    step = step_of("09-momentum-adam.md", "A long valley")
    data = Session(step.present).snapshot().dataset
    inputs = data.encode(data.X)
    design = np.hstack([inputs, np.ones((len(inputs), 1))])
    curvatures = np.linalg.eigvalsh(2 * design.T @ design / len(design))
    assert 20 < inputs.max() <= 25
    assert round(curvatures[-1] / curvatures[0]) == 213
    assert round(2 / curvatures[-1], 4) == 0.0115


def test_the_principal_plane_of_iris_holds_73_and_23_percent_of_the_variance() -> None:
    data = Session(step_of("11-softmax-iris.md", "Four dimensions, flat").present).snapshot().dataset
    variances = np.linalg.eigvalsh(np.cov(data.encode(data.X).T))[::-1]
    assert [round(share, 2) for share in (variances / variances.sum())[:2].tolist()] == [0.73, 0.23]


def test_the_five_dead_units_come_back_with_a_leaky_relu_and_more_of_them_with_elu() -> None:
    step = step_of("08-dead-relus.md", "Too large a step")
    session = Session(step.present)
    session.advance(103)
    for change, epochs, least, most in (
        (("learning_rate", 0.1), 1897, 220, 220),
        (("activation", ("leaky_relu",)), 500, 220, 222),
        (("activation", ("elu",)), 300, 236, 250),
    ):
        session.edit(Configure((change,)))
        session.advance(epochs)
        correct = session.snapshot().metrics.correct
        assert correct is not None
        assert least <= correct <= most


def test_eight_is_most_often_taken_for_one_and_four_digits_are_never_mistaken() -> None:
    session = Session(step_of("12-digits.md", "Who is taken for whom?").present)
    session.advance(30)
    metrics = session.snapshot().test_metrics
    assert metrics is not None
    assert metrics.confusion is not None
    wrong = metrics.confusion - np.diag(np.diag(metrics.confusion))
    recall = np.diag(metrics.confusion) / metrics.confusion.sum(axis=1)
    assert divmod(int(wrong.argmax()), 10) == (8, 1)
    assert [int(wrong[8, 1]), int(metrics.confusion[8].sum())] == [4, 44]
    assert np.flatnonzero(recall == 1).tolist() == [0, 2, 6, 7]
    assert [int(recall.argmin()), int(metrics.confusion[3, 3]), int(metrics.confusion[3].sum())] == [3, 40, 46]
    assert (wrong > 0).sum() < 45
