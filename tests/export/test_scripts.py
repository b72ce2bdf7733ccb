"""Exported scripts run with nothing but NumPy (or PyTorch) and print the losses of the engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.export.scripts import (
    TORCH_PYTHON,
    Losses,
    has_torch,
    losses,
    printed,
    random_experiment,
    trained,
)
from tests.session.factories import dataset_of
from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import CHOICES, Experiment
from tuinet.experiment.presets import DEFAULTS, make_experiment
from tuinet.export.exporting import export, write_folder
from tuinet.export.numpy_script import numpy_script
from tuinet.export.parts import data_files
from tuinet.export.plan import Plan, make_plan
from tuinet.nn.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS
from tuinet.nn.initializers import INITIALIZERS
from tuinet.nn.losses import LOSSES
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.nn.schedules import SCHEDULES
from tuinet.session.build import DatasetCache
from tuinet.session.commands import Reinitialize
from tuinet.session.edits import AddPoint, Configure
from tuinet.session.session import Session

SHORT, LONG = range(6), range(6, 26)
SEEDS = [*SHORT, *(pytest.param(seed, marks=pytest.mark.long) for seed in LONG)]
TORCH_SEEDS = [*range(3), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 23))]


@pytest.fixture
def torch_python() -> str:
    if not has_torch():
        pytest.skip("no PyTorch; TORCH_PYTHON names an interpreter that has it")
    return TORCH_PYTHON


def assert_same_bits(found: Losses, wanted: Losses) -> None:
    assert {step: tuple(map(repr, values)) for step, values in found.items()} == {
        step: tuple(map(repr, values)) for step, values in wanted.items()
    }


def drift(session: Session, plan: Plan) -> Losses:
    """How far the run's own losses part where its products are rounded otherwise: some runs are chaotic."""
    both = [
        losses(session, replace(plan, experiment=replace(plan.experiment, arithmetic=name), notes=("another run",)))
        for name in ("fast", "portable")
    ]
    return {step: tuple(map(abs, np.subtract(both[0][step], both[1][step]))) for step in both[0]}


def assert_agrees(found: Losses, wanted: Losses, parted: Losses, relative: float) -> None:
    assert found.keys() == wanted.keys()
    for step, values in wanted.items():
        for ours, theirs, apart in zip(found[step], values, parted[step], strict=True):
            assert ours == pytest.approx(theirs, rel=relative, abs=relative + 100 * np.nan_to_num(apart), nan_ok=True)


def assert_numpy_agrees(session: Session, folder: Path) -> None:
    plan = make_plan(session.trajectory())
    write_folder(folder, export(session, ["numpy"]).files)
    found, wanted = printed(folder, "train_numpy.py"), losses(session, plan)
    if plan.is_portable:
        assert_agrees(found, wanted, drift(session, plan), 1e-9)
    else:
        assert_same_bits(found, wanted)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_numpy_script_prints_the_same_losses(seed: int, tmp_path: Path) -> None:
    arithmetic = ("portable", "fast")[seed // 2 % 2]
    given = {"optimizer": "sgd", "arithmetic": arithmetic} if seed % 2 else {"arithmetic": arithmetic}
    assert_numpy_agrees(trained(random_experiment(seed, **given), seed), tmp_path / "run")


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_float32_agrees_on_the_same_machine(seed: int, tmp_path: Path) -> None:
    experiment = random_experiment(seed, dtype="float32", arithmetic="fast")
    assert_numpy_agrees(trained(experiment, seed), tmp_path / "run")


@pytest.mark.parametrize("seed", TORCH_SEEDS)
def test_the_torch_script_agrees_up_to_rounding(seed: int, tmp_path: Path, torch_python: str) -> None:
    session = trained(random_experiment(100 + seed), seed)
    plan = make_plan(session.trajectory())
    write_folder(tmp_path / "run", export(session, ["torch"]).files)
    found, wanted = printed(tmp_path / "run", "train_torch.py", torch_python), losses(session, plan)
    assert_agrees(found, wanted, drift(session, plan), 1e-10)


LOSS_KINDS: list[dict[str, Any]] = [
    {"dataset": "iris", "loss": "hinge", "class_weight": "balanced"},
    {"dataset": "moons", "loss": "hinge", "class_weight": "balanced", "reduction": "sum"},
    {"dataset": "iris", "loss": "mse", "output": "tanh", "class_weight": "balanced", "batch_size": 0},
    {"dataset": "hills", "loss": "huber", "reduction": "sum", "dtype": "float32"},
]


@pytest.mark.parametrize("fields", LOSS_KINDS, ids=str)
def test_sums_and_weights_of_classes_are_in_the_scripts(fields: dict[str, Any], tmp_path: Path) -> None:
    session = Session(make_experiment(**fields, learning_rate=0.002, optimizer="sgd", arithmetic="fast"))
    session.advance(2)
    assert_numpy_agrees(session, tmp_path / "run")
    if has_torch() and session.run.experiment.dtype == "float64":
        plan = make_plan(session.trajectory())
        write_folder(tmp_path / "torch", export(session, ["torch"]).files)
        found, wanted = printed(tmp_path / "torch", "train_torch.py", TORCH_PYTHON), losses(session, plan)
        for step, values in wanted.items():
            np.testing.assert_allclose(found[step], values, rtol=1e-10, atol=1e-10)


def labelled() -> Dataset:
    X = np.random.default_rng(3).standard_normal((30, 2))
    y = np.stack([X[:, 0] > 0, X[:, 1] > 0, X.sum(axis=1) > 0.5], axis=1).astype(float)
    return dataset_of(X, y, "labels")


@pytest.mark.parametrize("reduction", CHOICES["reduction"])
def test_labels_are_in_the_scripts(reduction: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DatasetCache, "get", lambda cache, experiment: labelled())
    fields: dict[str, Any] = {"hidden": (3,), "batch_size": 8, "learning_rate": 0.05, "arithmetic": "fast"}
    session = Session(Experiment(**fields | {"reduction": reduction}))
    session.advance(3)
    assert_numpy_agrees(session, tmp_path / "run")
    assert "values / 3" in (tmp_path / "run" / "train_numpy.py").read_text() or reduction == "sum"


def test_every_choice_has_its_code() -> None:
    codes = {
        **{name: ACTIVATIONS[name].code for name in CHOICES["activation"]},
        **{name: OUTPUT_ACTIVATIONS[name].code for name in CHOICES["output"] if name != "auto"},
        **{name: OPTIMIZERS[name].own_code() for name in CHOICES["optimizer"]},
        **{name: INITIALIZERS[name].code for name in CHOICES["initializer"]},
        **{name: SCHEDULES[name].code for name in CHOICES["schedule"]},
        **{f"{name}, {output}": loss.code for name, losses in LOSSES.items() for output, loss in losses.items()},
    }
    assert [name for name, code in codes.items() if code is None] == []


def test_a_small_dataset_is_in_the_script_and_the_script_is_short() -> None:
    session = Session(Experiment())
    session.advance(3)
    files = export(session, ["numpy"]).files
    assert list(files) == ["train_numpy.py"]
    assert "[0.0, 1.0, 1.0]" in files["train_numpy.py"]
    options = {"optimizer": "nadam", "schedule": "cosine", "initializer": "orthogonal", "hidden": (4, 4, 4)}
    more = {"l1": 0.1, "l2": 0.1, "dropout": 0.1, "clip_norm": 1.0, "weight_decay": 0.1}
    largest = Session(make_experiment(dataset="iris", activation=("gelu", "silu", "elu"), **options, **more))
    assert numpy_script(make_plan(largest.trajectory())).count("\n") < 190


def test_weights_of_a_file_are_beside_the_script(tmp_path: Path) -> None:
    first = Session(make_experiment(dataset="moons"))
    first.advance(1)
    write_folder(tmp_path / "first", export(first, ["json"]).files)
    session = Session(make_experiment(dataset="moons", weights=str(tmp_path / "first" / "weights.json")))
    session.advance(2)
    assert_numpy_agrees(session, tmp_path / "run")
    assert (tmp_path / "run" / "start.csv").exists()


def test_points_by_hand_before_the_start_are_in_the_data(tmp_path: Path) -> None:
    session = Session(Experiment())
    session.edit(AddPoint((0.1, 1 / 3), 1.0))
    session.edit(Reinitialize())
    session.advance(5)
    assert_numpy_agrees(session, tmp_path / "run")


def test_what_a_script_cannot_do_is_said_in_its_head_and_beside_it(tmp_path: Path) -> None:
    session = Session(Experiment())
    session.advance(4)
    session.edit(Configure((("hidden", (3,)),)))
    session.advance(4)
    session.step("phase")
    session.edit(Configure.of(learning_rate=0.1))
    made = export(session, ["numpy", "torch"])
    assert len(made.notes) == 1 and "hidden=3" in made.notes[0] and "not those of the run" in made.notes[0]
    for name in ("train_numpy.py", "train_torch.py"):
        head = " ".join(made.files[name].partition('"""\n\n')[0].split())
        assert f"NOTE: {made.notes[0]}" in head
        line = f"tuinet --defaults {DEFAULTS} --dataset xor --hidden 3 --learning-rate 0.1 --seed 1 --at 8 --paused"
        assert line in head
    write_folder(tmp_path / "run", made.files)
    present = Session(session.run.experiment)
    present.advance(8)
    assert printed(tmp_path / "run", "train_numpy.py")[8] == pytest.approx((present.metrics().loss,), rel=1e-12)


def test_a_run_in_the_middle_of_a_step_ends_before_it(tmp_path: Path) -> None:
    session = Session(Experiment())
    session.advance(4)
    session.step("phase")
    made = export(session, ["numpy"])
    assert "1 phase into its next step" in made.notes[0]
    write_folder(tmp_path / "run", made.files)
    assert max(printed(tmp_path / "run", "train_numpy.py")) == 4


def test_a_name_cannot_break_out_of_the_head(tmp_path: Path) -> None:
    file = tmp_path / 'a"""\n+1\\.csv'
    file.write_text("a,b,c\n0,1,x\n1,0,y\n0.5,0.2,x\n1,1,y\n0.3,0.1,x\n")
    session = Session(make_experiment(dataset=str(file), hidden=(2,)))
    session.advance(2)
    assert_numpy_agrees(session, tmp_path / "run")
    assert set(data_files(make_plan(session.trajectory()))) <= {"train_samples.csv", "test_samples.csv"}
