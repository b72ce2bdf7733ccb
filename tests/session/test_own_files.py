"""Runs on files of one's own: units, order, single samples, several targets, and what is saved of the data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.nn.parameters import Array
from tuinet.observe.planes import Surface
from tuinet.observe.view import GalleryView, View
from tuinet.session.edits import ClearPoints, RemovePoint
from tuinet.session.session import Session
from tuinet.storage import session_file


def write(folder: Path, name: str, rows: Array, header: str) -> str:
    lines = [header, *(",".join(map(repr, row)) for row in rows.tolist())]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(folder / name)


def table(samples: int = 40, unit: float = 1.0) -> Array:
    X = np.random.default_rng(5).normal(size=(samples, 2))
    y = unit * (2 * X[:, 0] - X[:, 1] + 3)
    return np.column_stack([X, y])


@pytest.mark.parametrize("unit", [1e-3, 10.0, 1e3, 1e5, 1e6])
def test_the_unit_of_the_target_makes_no_difference(unit: float, tmp_path: Path) -> None:
    sessions = [
        Session(make_experiment(dataset=write(tmp_path, f"{one}.csv", table(unit=one), "a,b,y"))) for one in (1.0, unit)
    ]
    for session in sessions:
        session.advance(60)
    plain, scaled = (session.metrics() for session in sessions)
    assert plain.r2 is not None and plain.r2 > 0.9
    assert scaled.r2 == pytest.approx(plain.r2, abs=1e-9)
    assert scaled.rmse == pytest.approx(unit * (plain.rmse or 0), rel=1e-6)


def test_every_number_that_is_shown_is_in_the_unit_of_the_file(tmp_path: Path) -> None:
    rows = table(unit=1000.0)
    session = Session(make_experiment(dataset=write(tmp_path, "prices.csv", rows, "a,b,price")))
    session.advance(80)
    dataset = session.run.dataset
    assert dataset.target_scale is not None
    gallery = session.snapshot(View(gallery=GalleryView(first=0, samples=5, on_test=False))).gallery
    assert gallery is not None
    np.testing.assert_array_equal(gallery.targets, dataset.y[gallery.numbers])
    learned = session.run.train_samples.targets
    np.testing.assert_allclose(learned.mean(), 0, atol=1e-12)
    np.testing.assert_allclose(learned.std(), 1)
    np.testing.assert_allclose(gallery.outputs, gallery.targets, atol=700)
    surface = session.snapshot(View(8, 6)).surface
    assert isinstance(surface, Surface)
    assert np.abs(surface.values).max() > 1000
    np.testing.assert_allclose(surface.train.answers, surface.train.targets, atol=700)


def test_bounded_outputs_learn_targets_as_they_are(tmp_path: Path) -> None:
    path = write(tmp_path, "t.csv", np.column_stack([table()[:, :2], np.linspace(0.1, 0.9, 40)]), "a,b,y")
    assert Session(make_experiment(dataset=path, output="sigmoid")).run.dataset.target_scale is None
    assert Session(make_experiment(dataset=path, standardize_target=False)).run.dataset.target_scale is None


MAZUR = {
    "weights": [[[0.15, 0.25], [0.20, 0.30]], [[0.40, 0.50], [0.45, 0.55]]],
    "biases": [[0.35, 0.35], [0.60, 0.60]],
}


def test_a_single_sample_is_a_file_as_well(tmp_path: Path) -> None:
    """The example of M. Mazur, "A Step by Step Backpropagation Example" (2015), with his biases that stay."""
    path = write(tmp_path, "mazur.csv", np.array([[0.05, 0.10, 0.01, 0.99]]), "i1,i2,o1,o2")
    (tmp_path / "w.json").write_text(json.dumps(MAZUR), encoding="utf-8")
    session = Session(
        Experiment(
            dataset=path,
            target="o1,o2",
            hidden=(2,),
            output="sigmoid",
            loss="sse",
            weights=str(tmp_path / "w.json"),
            biases="frozen",
        )
    )
    assert session.metrics().loss == pytest.approx(0.298371109, abs=1e-9)
    session.advance(1)
    assert session.run.parameters.weights[1][0, 0] == pytest.approx(0.35891648, abs=1e-8)
    assert session.run.parameters.weights[0][0, 0] == pytest.approx(0.149780716, abs=1e-9)
    assert session.metrics().loss == pytest.approx(0.291027774, abs=1e-9)


def test_the_order_of_the_file_is_kept_where_that_is_asked_for(tmp_path: Path) -> None:
    rows = table(30)
    path = write(tmp_path, "t.csv", rows, "a,b,y")
    session = Session(make_experiment(dataset=path, shuffle=False, test_share=0.0, batch_size=10))
    np.testing.assert_array_equal(session.run.dataset.X, rows[:, :2])
    for _ in range(7):
        session.advance_steps(1)
        np.testing.assert_array_equal(session.run.batches.order, np.arange(30))


def test_samples_of_several_targets_are_removed_and_cleared(tmp_path: Path) -> None:
    rows = np.column_stack([table(24), table(24)[:, 2] ** 2])
    session = Session(make_experiment(dataset=write(tmp_path, "t.csv", rows, "a,b,y1,y2"), target="y1,y2"))
    before = session.run.dataset
    session.edit(RemovePoint(3))
    np.testing.assert_array_equal(session.run.dataset.y, np.delete(before.y, 3, axis=0))
    session.edit(ClearPoints())
    assert session.run.dataset.y.shape == (0, 2)


def test_a_saved_run_holds_what_its_data_are(tmp_path: Path) -> None:
    content = "city,age,price\n" + "".join(f"{'ABC'[n % 3]},{n},{n * n * 10}\n" for n in range(30))
    (tmp_path / "t.csv").write_text(content.replace("A,9,", "A,,"), encoding="utf-8")
    session = Session(make_experiment(dataset=str(tmp_path / "t.csv"), missing="mean"))
    session.advance(2)
    session_file.write(tmp_path / "run.npz", session.save())
    (tmp_path / "t.csv").unlink()
    saved, ours = session_file.read(tmp_path / "run.npz").dataset, session.run.dataset
    assert saved is not None
    assert (saved.columns, saved.feature_names, saved.task) == (ours.columns, ours.feature_names, ours.task)
    assert saved.columns[1].fill is not None
    np.testing.assert_array_equal(saved.encode(ours.X), ours.encode(ours.X))
    np.testing.assert_array_equal(saved.encode_targets(ours.y), ours.encode_targets(ours.y))
    np.testing.assert_array_equal(saved.decode(saved.encode_targets(ours.y)), ours.decode(ours.encode_targets(ours.y)))
