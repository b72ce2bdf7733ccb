"""What is there to be used from Python, as somebody would who imports tuinet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, assert_type

import numpy as np
import pytest
from numpy.typing import NDArray

import tuinet
from tests.manual.written import blocks
from tests.terminal import CTRL_Q, Terminal
from tuinet import Configure, Dataset, Experiment, Session, TuinetError, load
from tuinet.export.exporting import export
from tuinet.manual.pages import find_page
from tuinet.session.timeline import SavedSession

ROOT = Path(__file__).parents[1]
EXAMPLES = blocks("python", find_page("python").text)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 4


@pytest.mark.parametrize("number", range(4))
def test_the_examples_of_the_manual(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a comment behind a line of ``print`` says is what it prints."""
    monkeypatch.chdir(tmp_path)
    code = EXAMPLES[number]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    said = [line.partition("# ")[2].strip() for line in code.splitlines() if line.startswith("print(")]
    assert done.stdout.splitlines() == said


def test_each_name_is_found_and_listed() -> None:
    for name in tuinet.__all__:
        assert getattr(tuinet, name).__name__ == name
    assert set(tuinet.__all__) <= set(dir(tuinet))
    with pytest.raises(AttributeError, match="module 'tuinet' has no attribute 'nonsense'"):
        _ = tuinet.nonsense
    assert (ROOT / "tuinet" / "py.typed").exists()


def test_to_import_it_loads_next_to_nothing_and_to_train_no_screen() -> None:
    code = """
import sys, numpy
import tuinet
print(sum(name.startswith("tuinet.") for name in sys.modules))
from tuinet import Experiment, Session, TuinetError, load, dataset, dashboard
session = Session(Experiment(), dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], test_share=0))
session.advance(2)
session.predict([[0, 1]])
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"textual", "rich", "plotext", "click"}))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "0\n\n"


def test_types_are_those_that_a_checker_sees() -> None:
    """`assert_type` does nothing when it runs: the type checker holds it."""
    session = assert_type(Session(Experiment(dataset="xor")), Session)
    assert_type(session.predict([[0, 1]]), NDArray[Any])
    assert_type(session.predict_proba([[0, 1]]), NDArray[np.floating[Any]])
    assert_type(session.score([[0, 1]], [1]), float)
    assert_type(session.save(), SavedSession)


def test_several_values_may_be_a_list_or_a_single_one() -> None:
    # The declared types are tuples; what a person types is taken all the same.
    values: dict[str, Any] = {"hidden": [4, 3], "activation": "relu", "features": ["x1", "x2"]}
    experiment = Experiment(**values)
    assert (experiment.hidden, experiment.activation, experiment.features) == ((4, 3), ("relu",), ("x1", "x2"))
    single: dict[str, Any] = {"hidden": 4}
    assert hash(Experiment(**single)) == hash(Experiment(hidden=(4,)))
    with pytest.raises(TuinetError, match="hidden: 'x' is not a whole number"):
        Experiment(hidden="x")  # type: ignore[arg-type]


def samples() -> tuple[NDArray[Any], NDArray[Any]]:
    X = np.random.default_rng(1).uniform(-1, 1, (80, 3))
    return X, np.where(X[:, 0] * X[:, 1] > 0, "same", "other")


def test_arrays_are_the_samples_of_the_same_arrays_in_a_file(tmp_path: Path) -> None:
    X, y = samples()
    np.savez(tmp_path / "mine.npz", X=X, y=y)
    from_file = Session(Experiment(dataset=str(tmp_path / "mine.npz"))).run.dataset
    assert tuinet.dataset(X, y).digest == from_file.digest
    assert tuinet.dataset(X, y).class_names == from_file.class_names == ("other", "same")
    assert tuinet.dataset(X.tolist(), y.tolist()).digest == from_file.digest
    assert tuinet.dataset(X, y.astype(object)).digest == from_file.digest


def test_arrays_can_be_kept_in_order_as_they_are() -> None:
    X, y = samples()
    data = tuinet.dataset(
        X, y, test_share=0, standardize=False, shuffle=False, feature_names=["u", "v", "w"], name="mine"
    )
    np.testing.assert_array_equal(data.X, X)
    np.testing.assert_array_equal(data.encode(X), X)
    assert (data.name, data.feature_names) == ("mine", ("u", "v", "w"))


@pytest.mark.parametrize(
    ("X", "y", "more", "said"),
    [
        ([1, 2, 3], [0, 1, 1], {}, r"arrays, X: its shape is \(3,\); reshape it to \(samples, features\)"),
        ([[1], [2]], [0, 1, 1], {}, "X has 2 samples, but y has 3"),
        ([[1], [2, 3]], [0, 1], {}, "different lengths"),
        ([["a"], ["b"]], [0, 1], {}, "encode what is text as numbers"),
        ([[1.0], [np.nan]], [0, 1], {}, "X.1, 0.: 'nan' is not a finite number"),
        ([[1], [2]], [None, 1], {}, "it holds 'object', not numbers or texts"),
        (np.empty((0, 2)), [], {}, "its shape is"),
        ([[1], [2]], [0, 1], {"test_share": 1.5}, "test_share: 1.5"),
        ([[1], [2]], [0, 1], {"test_share": 0, "feature_names": ["a", "b"]}, "2 feature_names for 1 columns"),
    ],
)
def test_what_is_no_data_says_so(X: Any, y: Any, more: dict[str, Any], said: str) -> None:
    with pytest.raises(TuinetError, match=said):
        tuinet.dataset(X, y, **more)


def test_a_session_is_saved_and_loaded_with_its_past(tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    session = Session(Experiment(dataset="moons", batch_size=10))
    session.advance(2)
    session.save(path)
    for again in (load(path), load(str(path))):
        for one in (session, again):
            one.edit(Configure.of(learning_rate=0.1))
            one.advance(2)
        np.testing.assert_array_equal(again.run.parameters.vector, session.run.parameters.vector)
        session = load(path)
    with pytest.raises(TuinetError, match=r"gone\.npz"):
        load(tmp_path / "gone.npz")
    with pytest.raises(TuinetError, match="cannot be written: No such file"):
        session.save(tmp_path / "gone" / "run.npz")


def test_a_session_on_arrays_is_loaded_with_them(tmp_path: Path) -> None:
    data: Dataset = tuinet.dataset(*samples())
    path = tmp_path / "run.npz"
    session = Session(Experiment(hidden=(4,)), data)
    session.advance(2)
    session.save(path)
    again = load(path, data)
    np.testing.assert_array_equal(again.predict(data.X), session.predict(data.X))
    with pytest.raises(TuinetError, match=r"run\.npz: dataset: 'arrays' is not one of"):
        load(path)


def test_other_data_never_stand_for_arrays() -> None:
    """What has to make the data anew says that it cannot; it trains nothing else in their place."""
    data: Dataset = tuinet.dataset(*samples(), name="mine")
    session = Session(Experiment(hidden=(4,)), data)
    session.advance(2)
    for change in ({"shuffle": False}, {"standardize": False}, {"data_seed": 7}):
        with pytest.raises(TuinetError, match="dataset: 'mine' is not one of"):
            session.edit(Configure.of(**change))
    session.edit(Configure.of(seed=7))
    session.advance(2)
    assert session.run.dataset is data
    session.edit(Configure.of(dataset="moons"))
    assert session.run.dataset.name == "moons"


def test_a_session_on_arrays_is_exported_with_them() -> None:
    session = Session(Experiment(hidden=(4,)), tuinet.dataset(*samples(), name="mine"))
    session.advance(2)
    made = export(session, ["numpy"])
    script = made.files["train_numpy.py"]
    assert script.startswith('"""mine, 3-4-') and "given in Python" in made.notes[0]
    with pytest.raises(TuinetError, match="mine: the data were given in Python, so that no line can lead there"):
        export(session, ["json"])
    session.begin(Experiment(dataset="moons"))
    assert export(session, ["numpy"]).notes == ()


def test_without_a_terminal_the_dashboard_says_so() -> None:
    with pytest.raises(TuinetError, match="is not a terminal"):
        tuinet.dashboard(Session(Experiment()))


@pytest.mark.terminal
def test_the_dashboard_shows_a_session_and_gives_it_back(tmp_path: Path) -> None:
    code = """
import tuinet
session = tuinet.Session(tuinet.Experiment(dataset="moons"))
session.advance(7)
tuinet.dashboard(session, running=False)
print("left at epoch", session.run.epoch, session.predict(session.run.dataset.X[:1]).shape)
"""
    env = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with Terminal([sys.executable, "-c", code], columns=80, rows=24, env=env, cwd=tmp_path) as terminal:
        terminal.wait_for("epoch 7")
        terminal.press("s")
        terminal.wait_for("epoch 8")
        terminal.press(CTRL_Q)
        terminal.wait_for("left at epoch 8 (1,)")
        assert terminal.exit_status() == 0
