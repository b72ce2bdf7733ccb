"""Answers to new samples have the bits of the run's own, whatever file they come from and how many there are."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.own_tables import own_run, write_rows
from tuinet.cli.main import cli
from tuinet.data.new_samples import samples_of_file
from tuinet.errors import TuinetError
from tuinet.experiment.presets import make_experiment
from tuinet.nn.training import Evaluation
from tuinet.observe.samples import Encoding
from tuinet.session.edits import SetParameter
from tuinet.session.predictor import BLOCK, predictor_of_run, predictor_of_state
from tuinet.session.session import Session
from tuinet.storage import session_file

SEEDS = range(20)


def own_outputs(session: Session, X: np.ndarray) -> np.ndarray:
    """What the run computes for raw features, all at once."""
    run = session.run
    encoding = Encoding(run.network.loss.output_activation, run.experiment.dtype)
    return Evaluation(run.network, encoding.inputs(run.dataset, X)).run().copy()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_saved_run_without_its_data_answers_with_the_bits_of_the_session(seed: int, tmp_path: Path) -> None:
    session = own_run(seed, tmp_path)
    data = Path(session.run.experiment.dataset)
    session_file.write(tmp_path / "run.npz", session.save())
    moved = data.rename(tmp_path / f"moved{data.suffix}")
    saved = session_file.read(tmp_path / "run.npz")
    assert saved.dataset is not None
    predictor = predictor_of_state(saved.present, saved.dataset)
    notes: list[str] = []
    parts = list(samples_of_file(str(moved), predictor.dataset, notes.append))
    X = np.concatenate([part.X[part.answerable] for part in parts])
    known = {row.tobytes() for row in X}
    assert all(row.tobytes() in known for row in session.run.dataset.X)

    outputs, own = predictor.outputs(X), own_outputs(session, X)
    if session.run.arithmetic == "portable":
        assert outputs.tobytes() == own.tobytes()
    else:
        whole = len(X) // BLOCK * BLOCK
        assert outputs[:whole].tobytes() == own[:whole].tobytes()
        np.testing.assert_allclose(outputs, own, rtol=1e-12, atol=1e-14)
    assert outputs.tobytes() == predictor_of_run(session.run).outputs(X).tobytes()
    assert_written(tmp_path / "run.npz", moved, predictor.answer(X).outputs, predictor.answer(X).probabilities)


def assert_written(run: Path, file: Path, outputs: np.ndarray, probabilities: np.ndarray | None) -> None:
    """The command writes the same numbers in all their digits."""
    done = CliRunner().invoke(cli, ["predict", str(run), str(file), "--format", "csv"])
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    heads = [name for name in rows[0] if name.startswith("P(")] or [
        name for name in rows[0] if not name.startswith("right(")
    ]
    found = np.array([[float(row[name]) for name in heads] for row in rows if row[heads[0]]])
    assert found.tobytes() == (outputs if probabilities is None else probabilities).tobytes()


@pytest.mark.parametrize("arithmetic", ["portable", "fast"])
@pytest.mark.parametrize("dataset", ["xor", "iris", "digits"])
def test_an_answer_does_not_depend_on_the_samples_beside_it(dataset: str, arithmetic: str) -> None:
    session = Session(make_experiment(dataset=dataset, arithmetic=arithmetic, hidden=(13, 5), activation=("gelu",) * 2))
    session.advance(1)
    predictor, X = predictor_of_run(session.run), session.run.dataset.X[:70]
    together = predictor.outputs(X)
    for start, stop in ((0, 1), (3, 5), (2, 40), (len(X) - 1, len(X))):
        assert predictor.outputs(X[start:stop]).tobytes() == together[start:stop].tobytes()
    assert predictor.outputs(X[::-1]).tobytes() == together[::-1].tobytes()


def test_the_measures_are_those_of_the_session() -> None:
    session = Session(make_experiment(dataset="iris"))
    session.advance(5)
    data, test = session.run.dataset, session.test_metrics()
    assert test is not None
    assert predictor_of_run(session.run).metrics(data.X_test, data.y_test).to_dict() == test.to_dict()


@pytest.mark.parametrize("options", [{"class_weight": "balanced"}, {"reduction": "sum"}])
def test_the_loss_of_new_samples_is_of_the_kind_of_the_run(options: dict[str, str], tmp_path: Path) -> None:
    """Weights are those of the training set, which has other shares of the classes than any other set."""
    path, table = tmp_path / "run.npz", tmp_path / "rare.csv"
    X = np.random.default_rng(1).normal(size=(200, 2))
    write_rows(table, [["a", "b", "kind"], *([*x, "yes" if sum(x) > 1.5 else "no"] for x in X.tolist())])
    session = Session(make_experiment(dataset=str(table), **options))
    session.advance(5)
    data, test = session.run.dataset, session.test_metrics()
    assert test is not None
    session_file.write(path, session.save())
    saved = session_file.read(path)
    assert saved.dataset is not None
    again = predictor_of_state(saved.present, saved.dataset)
    for predictor in (predictor_of_run(session.run), again):
        assert predictor.metrics(data.X_test, data.y_test).to_dict() == test.to_dict()
    done = CliRunner().invoke(cli, ["predict", str(path), str(table), "--format", "table"])
    said = {"class_weight": "200 samples: weighted loss ", "reduction": "200 samples: summed loss "}
    assert said[next(iter(options))] in done.output


def test_made_features_are_made_in_the_arithmetic_of_the_run(tmp_path: Path) -> None:
    for arithmetic in ("portable", "fast"):
        session = Session(make_experiment(dataset="circle", features=("x1", "sin x1", "x1·x2"), arithmetic=arithmetic))
        session.advance(2)
        session_file.write(tmp_path / "run.npz", session.save())
        saved = session_file.read(tmp_path / "run.npz")
        assert saved.dataset is not None
        predictor, X = predictor_of_state(saved.present, saved.dataset), session.run.dataset.X
        assert predictor.outputs(X).tobytes() == predictor_of_run(session.run).outputs(X).tobytes()


def test_auto_is_the_arithmetic_of_the_run_though_its_data_are_not_there() -> None:
    for dataset in ("iris", "digits"):
        session = Session(make_experiment(dataset=dataset))
        saved = session.save()
        nobody = replace(session.run.dataset, X=session.run.dataset.X[:0], y=session.run.dataset.y[:0])
        assert predictor_of_state(saved.present, nobody).network.arithmetic is session.run.network.arithmetic


def test_a_change_within_a_step_counts(tmp_path: Path) -> None:
    session = Session(make_experiment())
    session.advance(2)
    session.step("phase")
    session.edit(SetParameter(1, 0, 0, 3.25))
    saved = session.save()
    predictor = predictor_of_state(saved.present, session.run.dataset)
    assert predictor.network.parameters.vector.tobytes() == session.run.parameters.vector.tobytes()


def test_a_state_of_another_network_is_refused() -> None:
    saved = Session(make_experiment()).save()
    with pytest.raises(TuinetError, match="parameters"):
        predictor_of_state(saved.present, Session(make_experiment(dataset="iris")).run.dataset)


def test_an_old_file_that_says_nothing_of_its_data_loads_them(tmp_path: Path) -> None:
    session = Session(make_experiment(dataset="iris"))
    session.advance(2)
    session_file.write(tmp_path / "old.npz", session.save()._replace(dataset=None))
    done = CliRunner().invoke(cli, ["predict", str(tmp_path / "old.npz"), "5", "3", "1", "0.2"])
    assert done.exit_code == 0
    wanted = predictor_of_run(session.run).answer(np.array([[5, 3, 1, 0.2]])).probabilities
    assert wanted is not None
    assert done.stdout.splitlines()[1].split(",")[1:] == list(map(repr, wanted[0].tolist()))


def test_a_file_that_is_not_there_any_more_is_no_hindrance(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "line.csv", [["x", "y"], *([number, 2 * number] for number in range(30))])
    session = Session(make_experiment(dataset=str(path)))
    session.advance(3)
    session_file.write(tmp_path / "run.npz", session.save())
    path.unlink()
    done = CliRunner().invoke(cli, ["predict", str(tmp_path / "run.npz"), "-1.5"])
    assert done.exit_code == 0 and done.stdout.splitlines()[0] == "y"
