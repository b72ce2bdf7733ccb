"""Names on the screen: those that differ can be told apart in every panel, and wide characters do not vanish."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from rich.cells import cell_len

from tests.factories import StubRunner, make_frame
from tests.tui.test_app import make_app
from tuinet.experiment.presets import make_experiment
from tuinet.observe.snapshot import Snapshot
from tuinet.session.session import Session
from tuinet.tui.draw.text import source_names, unit_names, weight_name
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.screens.dashboard import Dashboard

INPUTS = ("花萼长度", "花萼宽度", "🌸 大小")
CLASSES = ("山鸢尾🌺", "变色鸢尾", "维吉尼亚鸢尾")


@pytest.fixture(scope="module")
def wide_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A CSV file whose names are Chinese and emoji."""
    path = tmp_path_factory.mktemp("data") / "wide.csv"
    rows = [
        f"{number % 3 + number / 90:.2f},{number % 2},{number % 7},{CLASSES[number % 3]}"
        for number in np.arange(60).tolist()
    ]
    path.write_text("\n".join([",".join([*INPUTS, "类别"]), *rows]) + "\n", encoding="utf-8")
    return str(path)


def snapshot_of(dataset: str) -> Snapshot:
    return Session(make_experiment(dataset=dataset)).snapshot()


async def zoomed(dataset: str, key: str, size: tuple[int, int]) -> list[str]:
    """The rows of a panel on the full screen."""
    session = Session(make_experiment(dataset=dataset))
    session.advance(2)
    runner = StubRunner(make_frame(session.snapshot()))
    async with make_app(runner).run_test(size=size) as pilot:
        if key:
            await pilot.press(key)
        for _ in range(3):  # what a panel needs is asked for when it is shown, and drawn when it has come
            await pilot.pause()
            runner.change(snapshot=session.snapshot(runner.views[-1] if runner.views else None))
            screen = pilot.app.screen
            assert isinstance(screen, Dashboard)
            screen.poll()
        await pilot.pause()
        panels = [panel for panel in pilot.app.screen.query(CellPanel) if panel.size.height > 3]
        rows = [panel.render_line(line) for panel in panels for line in range(panel.size.height)]
        assert all(row.cell_length == cell_len(row.text) for row in rows)
        return [row.text for row in rows]


_WHOLE = ["h1: b ", ", sepal width ", ", petal length ", ", petal width "]
"""Names as long as above the neurons, where a neuron is put into words."""


@pytest.mark.parametrize(
    ("key", "size", "words"),
    [
        ("", (80, 24), ["●setos ○versi ◆virgi B wrong", "boundary ⠒⠒ · •b test", "setosa ", "versi ", "virgi "]),
        ("3", (80, 24), ["sepal length", "sepal width", "petal length", "petal width", "setosa versicolor  virginica"]),
        ("5", (120, 36), [*_WHOLE, "versicolor", "virginica"]),
        ("9", (120, 36), ["sepal length", "sepal width", "versicolor", "virginica"]),
        ("9", (80, 24), ["sep len   sep wid", "versicolor", "virginica"]),
    ],
)
async def test_iris(key: str, size: tuple[int, int], words: list[str]) -> None:
    shown = "\n".join(await zoomed("iris", key, size))
    assert [word for word in words if word not in shown] == []


@pytest.mark.parametrize("dataset", ["iris", "sine"])
async def test_the_network_says_what_its_lines_mean_and_keeps_off_the_frame(dataset: str) -> None:
    for size in ((80, 24), (120, 36)):
        rows = await zoomed(dataset, "5", size)
        assert any("weight > 0" in row for row in rows)
        assert {row[-2] for row in rows if row.startswith("│")} == {" "}


async def test_the_colours_of_weights_are_explained_where_some_have_no_room() -> None:
    shown = "\n".join(await zoomed("sine", "3", (120, 36)))
    assert "of 321 in sight" in shown and "colours:" in shown


@pytest.mark.parametrize("key", ["", "3", "5", "6", "8", "9", "slash"])
async def test_wide_names(key: str, wide_file: str) -> None:
    shown = "\n".join(await zoomed(wide_file, key, (80, 24)))
    words = ["山鸢", "变色", "维吉", *(["花", "🌸"] if key in ("3", "5", "9", "slash") else [])]
    assert [word for word in words if word not in shown] == []


@pytest.mark.parametrize(
    ("dataset", "outputs"),
    [
        ("iris", ["setosa", "versi", "virgi"]),
        ("xor", ["y"]),
        ("sine", ["y"]),
        ("digits", list("0123456789")),
    ],
)
def test_an_output_is_called_what_it_stands_for(dataset: str, outputs: list[str]) -> None:
    snapshot = snapshot_of(dataset)
    assert list(unit_names(snapshot, len(snapshot.layers))) == outputs
    assert len(snapshot.dataset.output_names) == snapshot.layers[-1].biases.size
    assert weight_name(snapshot, len(snapshot.layers) - 1, 0, 0).endswith(f", h1 → {outputs[0]}")


def test_numbers_and_labels_are_called_by_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("a,width,height\n" + "\n".join(f"{n},{n * 1.5},{-n / 3:.3f}" for n in range(1, 30)) + "\n")
    snapshot = Session(make_experiment(dataset=str(path), target="width,height")).snapshot()
    assert list(unit_names(snapshot, len(snapshot.layers))) == ["width", "height"]
    labels = tmp_path / "labels.csv"
    labels.write_text("a,red,round\n" + "\n".join(f"{n},{n % 2},{n // 15}" for n in range(30)) + "\n")
    snapshot = Session(make_experiment(dataset=str(labels), target="red,round", task="labels")).snapshot()
    assert list(unit_names(snapshot, len(snapshot.layers))) == ["red", "round"]


@pytest.mark.parametrize(("inputs", "bias"), [("a,c", "b"), ("a,b", "bias"), ("bias,b", "(bias)")])
async def test_the_biases_are_not_called_like_an_input(inputs: str, bias: str, tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text(f"{inputs},k\n" + "\n".join(f"{n},{n % 7},{'yn'[n % 2]}" for n in range(40)) + "\n")
    snapshot = snapshot_of(str(path))
    assert list(source_names(snapshot, 0)) == [*inputs.split(","), bias]
    assert source_names(snapshot, 1)[-1] == "b"
    assert weight_name(snapshot, 0, 2, 0) == f"layer 1, {bias} → h1"
    weights = await zoomed(str(path), "3", (80, 24))
    assert [row.strip("│ ").split()[0] for row in weights[3:6]] == [*inputs.split(","), bias]
    network = await zoomed(str(path), "5", (80, 24))
    assert any(f"h1: {bias} " in row for row in network)
