"""Every dataset on the screen: real snapshots, no thread."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.factories import StubRunner, make_frame
from tests.screen import is_whole
from tests.tui.test_app import make_app, screen_text
from tuinet.data.generators import DATASETS
from tuinet.experiment.presets import make_experiment
from tuinet.session.session import Session
from tuinet.tui.panels.base import CellPanel

OTHERS = ("rings:5", "blobs:7", "blobs:10", "parity:6", "parity:2")
FILES = ("wide.csv", "one-binary.csv", "one-classes.csv", "wide-numbers.csv", "many-classes.csv")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CSV files: 30 columns, and one; two classes, several, and numbers."""
    path = tmp_path_factory.mktemp("data")
    generator = np.random.default_rng(1)
    wide, one = generator.normal(size=(60, 30)), generator.normal(size=(60, 1))
    labels = np.array(["benign", "malignant", "neither of the two"])
    write(path / FILES[0], wide, labels[(wide[:, 0] > 0).astype(int)])
    write(path / FILES[1], one, labels[(one[:, 0] > 0).astype(int)])
    write(path / FILES[2], one, labels[np.digitize(one[:, 0], [-0.5, 0.5])])
    write(path / FILES[3], wide, wide[:, 0] * 1e6)
    write(path / FILES[4], wide[:, :2], np.array([f"class {index % 15}" for index in range(60)]))
    return path


def write(path: Path, X: np.ndarray, y: np.ndarray) -> None:
    header = ",".join([*(f"a rather long name {index}" for index in range(X.shape[1])), "what it is"])
    rows = [",".join([*(f"{value:.4f}" for value in sample), str(target)]) for sample, target in zip(X, y, strict=True)]
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", [*DATASETS, *OTHERS, *FILES])
async def test_every_dataset_on_the_screen(name: str, folder: Path) -> None:
    dataset = str(folder / name) if name in FILES else name
    session = Session(make_experiment(dataset=dataset))
    session.advance(2)
    runner = StubRunner(make_frame(session.snapshot()))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        for size in ((80, 24), (120, 36)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            runner.change(snapshot=session.snapshot(runner.views[-1] if runner.views else None))
            await pilot.pause(0.06)
            for panel in pilot.app.screen.query(CellPanel):
                rows = [panel.render_line(line) for line in range(panel.size.height)]
                assert {row.cell_length for row in rows} <= {panel.size.width}
            assert is_whole(screen_text(pilot), *size), screen_text(pilot)
