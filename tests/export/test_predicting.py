"""Exported scripts and models answer as tuinet does."""

from __future__ import annotations

import csv
import io
import json
import runpy
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from tests.export.scripts import TORCH_PYTHON, has_torch, losses, printed
from tests.own_tables import own_run, write_rows
from tuinet.cli.main import cli
from tuinet.data.dataset import FEATURES
from tuinet.experiment.experiment import CHOICES
from tuinet.experiment.presets import make_experiment
from tuinet.export.exporting import export, write_folder
from tuinet.export.plan import make_plan
from tuinet.export.predicting import feature_code
from tuinet.nn.arithmetic import FAST
from tuinet.session.predictor import predictor_of_run
from tuinet.session.session import Session
from tuinet.storage import session_file

TORCH_SEEDS = [*range(6), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(6, 20))]
Rows = list[list[str]]


def script_answers(folder: Path, file: Path, name: str = "train_numpy.py") -> Rows:
    """What a script prints about the rows of a file."""
    with np.errstate(), redirect_stdout(io.StringIO()) as printed:
        runpy.run_path(str(folder / name))["write_answers"](str(file))
    return list(csv.reader(io.StringIO(printed.getvalue())))


def own_answers(session: Session, file: Path, folder: Path) -> Rows:
    """What tuinet predict prints about them, without what is right."""
    session_file.write(folder / "run.npz", session.save())
    done = CliRunner().invoke(cli, ["predict", str(folder / "run.npz"), str(file), "--format", "csv"])
    assert done.exit_code == 0, done.output
    names, *rows = csv.reader(io.StringIO(done.stdout))
    width = len([name for name in names if not name.startswith("right")])
    return [row[:width] for row in [names, *rows]]


def assert_alike(found: Rows, wanted: Rows, tolerance: float) -> None:
    assert found[0] == wanted[0] and len(found) == len(wanted)
    for ours, theirs in zip(found[1:], wanted[1:], strict=True):
        for text, right, name in zip(ours, theirs, wanted[0], strict=True):
            if name == "prediction" or not right:
                assert text == right
            else:
                assert float(text) == pytest.approx(float(right), rel=tolerance, abs=tolerance)


@pytest.mark.parametrize("seed", range(20))
def test_the_numpy_script_answers_alike(seed: int, tmp_path: Path) -> None:
    session = own_run(seed, tmp_path)
    file = Path(session.run.experiment.dataset)
    write_folder(tmp_path / "run", export(session, ["numpy"]).files)
    assert_alike(script_answers(tmp_path / "run", file), own_answers(session, file, tmp_path), 1e-12)


@pytest.mark.parametrize("seed", TORCH_SEEDS)
def test_the_torch_script_answers_alike(seed: int, tmp_path: Path) -> None:
    if not has_torch():
        pytest.skip("no PyTorch; TORCH_PYTHON names an interpreter that has it")
    session = own_run(seed, tmp_path)
    file = Path(session.run.experiment.dataset)
    write_folder(tmp_path / "run", export(session, ["torch"]).files)
    command = [TORCH_PYTHON, "-I", "train_torch.py", "predict", str(file)]
    done = subprocess.run(command, cwd=tmp_path / "run", capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert_alike(list(csv.reader(io.StringIO(done.stdout))), own_answers(session, file, tmp_path), 1e-10)


def test_a_script_is_run_for_one_or_the_other(tmp_path: Path) -> None:
    """Standardized targets and all: the losses of the run, and answers in the file's unit."""
    session = own_run(1, tmp_path)
    file = Path(session.run.experiment.dataset)
    folder = tmp_path / "run"
    write_folder(folder, export(session, ["numpy"]).files)
    command = [sys.executable, "-I", "train_numpy.py", "predict", str(file)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert_alike(rows, own_answers(session, file, tmp_path), 1e-12)
    assert float(rows[1][0]) > 500
    found, wanted = printed(folder, "train_numpy.py"), losses(session, make_plan(session.trajectory()))
    assert session.run.dataset.target_scale is not None
    for step, values in wanted.items():
        assert found[step] == pytest.approx(values, rel=1e-9)


@pytest.mark.parametrize("dataset", ["xor", "digits", "circle"])
def test_functions_of_a_script_take_arrays(dataset: str, tmp_path: Path) -> None:
    features = {"features": ("x1", "sin x1", "x2²")} if dataset == "circle" else {}
    session = Session(make_experiment(dataset=dataset, **features))
    session.advance(3)
    made = export(session, ["numpy"]).files
    assert set(made) & {"trained.csv", "encoder.json"} == {
        "xor": set(),
        "digits": {"trained.csv", "encoder.json"},
        "circle": {"trained.csv"},
    }.get(dataset)
    write_folder(tmp_path / "run", made)
    with np.errstate():
        module = runpy.run_path(str(tmp_path / "run" / "train_numpy.py"))
        X, data = session.run.dataset.X[:9], session.run.dataset
        wanted = predictor_of_run(session.run).answer(X)
        assert wanted.classes is not None and wanted.probabilities is not None
        assert module["predict"](X).tolist() == [data.class_names[index] for index in wanted.classes]
        np.testing.assert_allclose(module["predict_proba"](X), wanted.probabilities, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dataset", ["circle", "iris"])
def test_scores_of_a_hinge_part_classes_in_a_script_as_they_do_in_the_run(dataset: str, tmp_path: Path) -> None:
    session = Session(make_experiment(dataset=dataset, loss="hinge", learning_rate=0.02))
    session.advance(3)
    write_folder(tmp_path / "run", export(session, ["numpy"]).files)
    with np.errstate():
        module = runpy.run_path(str(tmp_path / "run" / "train_numpy.py"))
        X = session.run.dataset.X
        outputs = predictor_of_run(session.run).answer(X).outputs
        assert dataset == "iris" or ((outputs > 0) & (outputs < 0.5)).any()
        assert module["predict"](X).tolist() == [str(name) for name in session.predict(X)]


def test_a_script_reads_what_spreadsheets_write(tmp_path: Path) -> None:
    session = own_run(0, tmp_path)
    write_folder(tmp_path / "run", export(session, ["numpy"]).files)
    rows = [["hours", "more", "city", "age"], ["20,5", "x", "São Paulo", "41"], ["", "x", "Oslo", "30"]]
    file = write_rows(tmp_path / "new.csv", rows, ";")
    for encoding in ("utf-8-sig", "cp1252", "utf-16"):
        file.write_text(file.read_text("utf-8"), encoding=encoding) if encoding == "utf-8-sig" else file.write_bytes(
            "".join(f"{';'.join(row)}\r\n" for row in rows).encode(encoding)
        )
        found = script_answers(tmp_path / "run", file)
        assert_alike(found, own_answers(session, file, tmp_path), 1e-12)
        assert found[2] == [""] * len(found[0])


def test_a_script_names_what_it_cannot_use(tmp_path: Path) -> None:
    session = own_run(0, tmp_path)
    write_folder(tmp_path / "run", export(session, ["numpy"]).files)
    cases: list[tuple[list[list[str]], str]] = [
        ([["age", "city"], ["4", "Oslo"]], "columns are missing: hours"),
        ([["age", "city", "hours"], ["4", "Oslo", "much"]], "hours: 'much' is not a number"),
        ([["age", "city", "hours"], ["4", "Oslo"]], "there are 2 fields in '4,Oslo'"),
    ]
    for rows, said in cases:
        with pytest.raises(SystemExit, match=said):
            script_answers(tmp_path / "run", write_rows(tmp_path / "bad.csv", rows))


def test_the_script_is_still_short() -> None:
    options: dict[str, Any] = {"optimizer": "nadam", "schedule": "cosine", "initializer": "orthogonal"}
    options |= {"hidden": (4, 4, 4), "activation": ("gelu", "silu", "elu"), "l1": 0.1, "l2": 0.1, "dropout": 0.1}
    session = Session(make_experiment(dataset="iris", clip_norm=1.0, weight_decay=0.1, **options))
    assert export(session, ["numpy"]).files["train_numpy.py"].count("\n") < 300


def test_a_run_that_has_diverged_can_be_exported(tmp_path: Path) -> None:
    session = Session(make_experiment(dataset="hills", learning_rate=1e300, optimizer="sgd"))
    session.advance(2)
    made = export(session, ["numpy"]).files
    assert "nan" in made["trained.csv"] or "inf" in made["trained.csv"]


@pytest.mark.parametrize("name", FEATURES)
def test_the_code_of_a_feature_makes_it(name: str) -> None:
    x1, x2 = np.random.default_rng(1).standard_normal((2, 5))
    made = eval(feature_code(name), {"np": np, "x1": x1, "x2": x2})
    assert made.tolist() == FEATURES[name](FAST, x1, x2).tolist()


@pytest.fixture
def run_model() -> Callable[[bytes, np.ndarray], np.ndarray]:
    """What onnxruntime makes of a model."""
    runtime = pytest.importorskip("onnxruntime", reason="no onnxruntime")
    pytest.importorskip("onnx", reason="no onnx")

    def run(model: bytes, X: np.ndarray) -> np.ndarray:
        (answers,) = runtime.InferenceSession(model, providers=["CPUExecutionProvider"]).run(None, {"X": X})
        return np.asarray(answers)

    return run


def assert_model_agrees(session: Session, run: Callable[[bytes, np.ndarray], np.ndarray], tolerance: float) -> None:
    model = export(session, ["onnx"]).binary["network.onnx"]
    X, wanted = session.run.dataset.X, predictor_of_run(session.run).answer(session.run.dataset.X)
    right = wanted.outputs if wanted.probabilities is None else wanted.probabilities
    np.testing.assert_allclose(run(model, X), right, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("activation", CHOICES["activation"])
def test_onnx_computes_every_activation(activation: str, run_model: Callable[[bytes, np.ndarray], np.ndarray]) -> None:
    session = Session(make_experiment(dataset="moons", activation=(activation,), hidden=(4,)))
    session.advance(1)
    assert_model_agrees(session, run_model, 1e-6 if activation == "gelu" else 1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_onnx_has_the_encoder(seed: int, tmp_path: Path, run_model: Callable[[bytes, np.ndarray], np.ndarray]) -> None:
    assert_model_agrees(own_run(seed, tmp_path, hidden=(3,), activation=("tanh",)), run_model, 1e-12)


def test_without_the_library_it_is_said_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    done = CliRunner().invoke(cli, ["export", "--to", "onnx", "--epochs", "1", "--out", str(tmp_path / "x")])
    assert "ONNX needs a library: pip install 'tuinet[onnx]'" in str(done.exception)
    assert not (tmp_path / "x").exists()


def test_names_in_the_encoder_are_names(tmp_path: Path) -> None:
    """Whatever a column is called, the script is the same program."""
    names = ["a'b\\", '"""x', "{y}\u2028", "price"]
    numbers: list[list[object]] = [[index, 2 * index, -index, 3 * index] for index in range(25)]
    rows: list[list[object]] = [[*names], *numbers]
    session = Session(make_experiment(dataset=str(write_rows(tmp_path / "odd.csv", rows))))
    session.advance(1)
    made = export(session, ["numpy"]).files
    write_folder(tmp_path / "run", made)
    module = runpy.run_path(str(tmp_path / "run" / "train_numpy.py"))
    assert [name for name, _, _ in module["COLUMNS"]] == [column.name for column in session.run.dataset.columns]
    json.dumps(module["ANSWERS"])
