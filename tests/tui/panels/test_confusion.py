"""The confusion panel: matrices in numbers and as pictures, the worst mistake in words, predictions; and its keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.strip import Strip

from tests.factories import StubRunner, make_dataset, make_fit, make_frame, make_metrics, make_snapshot
from tuinet.experiment.presets import make_experiment
from tuinet.observe.gallery import Gallery
from tuinet.observe.metrics import Metrics
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import NOTHING, GalleryView, View
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.text import ink, width_of
from tuinet.tui.layout import CONFUSION
from tuinet.tui.panels.confusion import (
    ConfusionPanel,
    confusion_legend,
    confusion_rows,
    confusion_title,
)
from tuinet.tui.panels.confusion.matrix import ConfusionDrawing, cell_ink, heat
from tuinet.tui.panels.confusion.mistakes import Mistake, mistakes, worst_sentence
from tuinet.tui.panels.confusion.predictions import (
    prediction_legend,
    prediction_rows,
    prediction_title,
    prediction_window,
)
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.adapt import adapted
from tuinet.tui.style.theme import HEAT_LEVELS, Theme, find_theme
from tuinet.tui.terminal.detect import Terminal

DARK, LIGHT = find_theme("dark"), find_theme("light")
NO_COLOURS = Terminal(colours="none")
Compare = Callable[..., bool]
SMALL = np.array([[3, 0, 0], [0, 1, 2], [0, 0, 0]])


def texts(rows: list[Strip]) -> list[str]:
    return [row.text.rstrip() for row in rows]


def metrics_of(confusion: Any) -> Metrics:
    array = np.array(confusion)
    return Metrics(0.2, int(array.sum()), array)


def ten(right: int = 45) -> np.ndarray:
    """Ten classes: 3 of class 9 taken for 5, one of class 8 for 1."""
    confusion = np.eye(10, dtype=int) * right
    confusion[9, 5], confusion[8, 1] = 3, 1
    return confusion


def snapshot_of(confusion: Any, test: Any = None, names: tuple[str, ...] = ()) -> Snapshot:
    outputs = len(confusion)
    dataset = make_dataset(4, outputs, class_names=names or tuple(map(str, range(outputs))))
    test_metrics = None if test is None else metrics_of(test)
    metrics = metrics_of(confusion)
    return make_snapshot(inputs=4, outputs=outputs, dataset=dataset, metrics=metrics, test_metrics=test_metrics)


def test_mistakes_are_counted_by_pairs() -> None:
    confusion = np.array([[5, 2, 0], [2, 1, 3], [3, 0, 90]])
    assert mistakes(confusion, 9) == [
        Mistake(1, 2, 3, 6),
        Mistake(2, 0, 3, 93),
        Mistake(1, 0, 2, 6),
        Mistake(0, 1, 2, 7),
    ]
    assert mistakes(confusion, 1) == [Mistake(1, 2, 3, 6)]
    assert mistakes(np.eye(3, dtype=int), 9) == []


@pytest.mark.parametrize(
    ("width", "sentence"),
    [
        (80, "most often: 9 taken for 5 (3 of 48)"),
        (35, "most often: 9 taken for 5 (3 of 48)"),
        (31, "most often 9 for 5 (3 of 48)"),
        (28, "most often 9 for 5 (3 of 48)"),
        (20, "9 for 5 (3 of 48)"),
        (3, ""),
    ],
)
def test_the_worst_mistake_in_words(width: int, sentence: str) -> None:
    names = tuple("0123456789")
    assert worst_sentence(ten(), names, width) == sentence


def test_long_names_are_shortened_in_words() -> None:
    names = ("setosa", "versicolor", "virginica")
    confusion = np.array([[3, 0, 0], [0, 1, 2], [0, 0, 9]])
    assert worst_sentence(confusion, names, 60) == "most often: versicolor taken for virginica (2 of 3)"
    assert worst_sentence(confusion, names, 40) == "most often versi for virgi (2 of 3)"
    assert worst_sentence(confusion, names, 80, "test set") == (
        "most often in the test set: versicolor taken for virginica (2 of 3)"
    )
    assert worst_sentence(confusion, names, 60, "test set") == (
        "most often in the test set: versi taken for virgi (2 of 3)"
    )
    assert worst_sentence(confusion, names, 40, "test set") == "most often versi for virgi (2 of 3)"
    perfect = "none is mistaken in the test set: all 39 are right"
    assert worst_sentence(np.eye(3, dtype=int) * 13, names, 60, "test set") == perfect
    assert worst_sentence(np.eye(3, dtype=int) * 13, names, 40) == "none is mistaken: all 39 are right"
    assert worst_sentence(np.eye(3, dtype=int) * 13, names, 20) == "all 39 are right"


def test_a_matrix_in_numbers() -> None:
    assert texts(confusion_rows(snapshot_of(SMALL), DARK, 31, 9)) == [
        "most often 1 for 2 (2 of 3)",
        "",
        "    0    1    2      recall",
        "0   3    ·    ·        100%",
        "1   ·    1    2       33.3%",
        "2   ·    ·    ·           –",
        "   100% 100%  0%  precision",
    ]


def test_precision_and_sentence_go_first_where_it_is_low() -> None:
    snapshot = snapshot_of(SMALL)
    assert len(texts(confusion_rows(snapshot, DARK, 31, 5))) == 5
    assert texts(confusion_rows(snapshot, DARK, 31, 4))[0] == "    0    1    2      recall"
    said = "".join(text for text, _ in confusion_legend(snapshot, DARK, 31, 4, True, 28))
    assert said == "most often 1 for 2 (2 of 3)"
    said = "".join(text for text, _ in confusion_legend(snapshot, DARK, 31, 5, True, 28))
    assert said == "samples"


def test_rows_are_taller_where_there_is_room() -> None:
    rows = texts(confusion_rows(snapshot_of(SMALL), DARK, 31, 13))
    assert [index for index, row in enumerate(rows) if "recall" in row or "%" in row] == [2, 4, 7, 12]


def test_on_a_large_terminal_classes_are_tall_and_wide_and_bars_stay_in_sight() -> None:
    rows = texts(confusion_rows(snapshot_of(SMALL, SMALL), DARK, 196, 55))
    assert [index for index, row in enumerate(rows) if row.endswith(("1.00", "0.50", "0.00"))] == [9, 20, 31]
    assert rows[3].count("2") == 2
    assert rows[3].index("1") - rows[3].index("0") == 23
    assert any("test set: recall" in row and "training set: recall" in row for row in rows)


def test_a_single_matrix_has_its_bars_beside_it_where_it_is_wide() -> None:
    for width, are_beside in ((196, True), (100, False)):
        rows = texts(confusion_rows(snapshot_of(SMALL), DARK, width, 36))
        (bars,) = [index for index, row in enumerate(rows) if "training set: recall" in row]
        (precision,) = [index for index, row in enumerate(rows) if "100%" in row and "precision" in row]
        assert (bars < precision) == are_beside


def test_how_sure_it_is_stands_below_the_bars_once_the_samples_have_come() -> None:
    session = Session(make_experiment(dataset="iris"))
    session.advance(20)
    asked = View(predictions=GalleryView(0, 500))
    rows = texts(confusion_rows(session.snapshot(asked), DARK, 118, 31))
    assert any(row.startswith(" how sure the network is of 38 test samples") for row in rows)
    other_set = texts(confusion_rows(session.snapshot(asked), DARK, 118, 31, on_test=False))
    assert not any("how sure" in row for row in other_set), "these are of the test set"
    assert not any("how sure" in row for row in texts(confusion_rows(session.snapshot(), DARK, 118, 31)))


def test_counts_too_wide_are_shares_of_the_row() -> None:
    confusion = np.full((10, 10), 2)
    np.fill_diagonal(confusion, 130)
    confusion[0] = [130] + [0] * 9
    snapshot = snapshot_of(confusion)
    rows = texts(confusion_rows(snapshot, DARK, 33, 12))
    assert rows[1:4] == [
        "   0  1  2  3  4  5  6  7  8  9",
        "0  ●  ·  ·  ·  ·  ·  ·  ·  ·  ·",
        "1  1  88 1  1  1  1  1  1  1  1",
    ]
    assert "".join(text for text, _ in confusion_legend(snapshot, DARK, 33, 12, True, 28)) == "% of the row"


def test_in_the_lower_left_quarter_it_is_a_picture_with_the_worst_mistakes() -> None:
    rows = texts(confusion_rows(snapshot_of(ten()), DARK, 31, 6))
    assert rows[0] == "most often 9 for 5 (3 of 48)"
    assert [row[0] for row in rows[1:]] == ["0", "2", "4", "6", "8"]
    assert [row[23:] for row in rows[1:]] == ["9→5 3", "8→1 1", "", "", ""]
    without = texts(confusion_rows(snapshot_of(ten()), DARK, 31, 5))
    assert without == rows[1:]
    taller = texts(confusion_rows(snapshot_of(ten()), DARK, 31, 7))
    assert taller[1] == "  0 1 2 3 4 5 6 7 8 9"


@pytest.mark.parametrize("theme", [replace(DARK, spells=True), adapted(DARK, NO_COLOURS)], ids=["ascii", "colourless"])
def test_without_halves_of_cells_characters_say_which_class(theme: Theme) -> None:
    rows = texts(confusion_rows(snapshot_of(ten()), theme, 31, 5))
    assert [row[:22].rstrip() for row in rows] == [
        "0 ▀▀▄▄",
        "2     ▀▀▄▄",
        "4         ▀▀▄▄",
        "6             ▀▀▄▄",
        "8   ▀▀      ▄▄    ▀▀▄▄",
    ]


def test_without_colours_right_ones_are_marked_and_wrong_ones_are_bold() -> None:
    theme = adapted(DARK, NO_COLOURS)
    right, wrong = cell_ink(5, True, theme), cell_ink(5, False, theme)
    assert right.bgcolor != wrong.bgcolor
    assert wrong.bgcolor == ink(None, theme.background).bgcolor
    assert wrong.bold


def test_a_hundred_classes_are_a_list_or_a_picture() -> None:
    confusion = np.eye(100, dtype=int) * 9
    confusion[12, 55], confusion[7, 8] = 4, 2
    names = tuple(f"n{index}" for index in range(100))
    snapshot = snapshot_of(confusion, names=names)
    rows = texts(confusion_rows(snapshot, DARK, 78, 19))
    assert rows[:3] == [
        " most often: n12 taken for n55 (4 of 13)",
        "",
        " n12→n55 4 of 13",
    ] or "n12→n55 4 of 13" in "".join(rows)
    assert "n7→n8 2 of 11" in "\n".join(rows)
    wide = texts(confusion_rows(snapshot, DARK, 198, 55))
    assert sum("▀" in row for row in wide) == 50
    assert any("n12→n55 4 of 13" in row for row in wide)


def test_both_sets_beside_one_another_below_or_one_of_them() -> None:
    snapshot = snapshot_of(ten(100), ten(30))
    wide = texts(confusion_rows(snapshot, DARK, 118, 31))
    assert wide[2].split() == ["test", "set", "300/304", "training", "set", "1,000/1,004"]
    assert wide[0] == " most often in the test set: 9 taken for 5 (3 of 33)"
    high = texts(confusion_rows(snapshot, DARK, 78, 40))
    assert [row.strip() for row in high if "set  " in row] == ["test set  300/304", "training set  1,000/1,004"]
    one = texts(confusion_rows(snapshot, DARK, 78, 19))
    assert not any("set" in row for row in one)
    assert " 30 " in "".join(one)
    other = texts(confusion_rows(snapshot, DARK, 78, 19, on_test=False))
    assert "100" in "".join(other)
    assert other[0] == " most often: 9 taken for 5 (3 of 103)"


@pytest.mark.parametrize(
    ("width", "height", "on_test", "room", "title"),
    [
        (118, 31, True, 90, "confusion matrices · rows: true class, columns: predicted class"),
        (78, 19, True, 90, "confusion · test set 300/304 · rows: true class, columns: predicted class"),
        (78, 19, False, 60, "confusion · training set 1,000/1,004 · true ↓ predicted →"),
        (40, 13, True, 33, "confusion · test set 300/304"),
        (31, 6, True, 24, "confusion · test set"),
        (31, 6, True, 9, "confusion"),
    ],
)
def test_the_title(width: int, height: int, on_test: bool, room: int, title: str) -> None:
    assert confusion_title(snapshot_of(ten(100), ten(30)), width, height, on_test, room) == title


def test_the_heat_of_a_cell() -> None:
    top = HEAT_LEVELS - 1
    confusion = np.array([[100, 0, 0], [1, 98, 1], [50, 0, 50]])
    levels = heat(confusion)
    assert levels[0].tolist() == [top, 0, 0]
    assert levels[1].tolist() == [1, top - 1, 1]
    assert levels[2].tolist() == [int(np.ceil(np.sqrt(0.5) * top)), 0, top // 2]
    assert heat(np.array([[1, 999], [0, 0]])).tolist() == [[1, top], [0, 0]]


def test_one_and_two_inputs_have_a_matrix_too() -> None:
    for inputs in (1, 2):
        rows = texts(confusion_rows(make_snapshot(inputs=inputs, metrics=make_metrics(correct=3)), DARK, 31, 6))
        assert rows[0] == "most often 0 for 1 (1 of 4)"


names = st.lists(st.text("abcdefg表", min_size=1, max_size=14), min_size=2, max_size=100, unique=True).map(tuple)


@settings(max_examples=120)
@given(st.integers(0, 200), st.integers(0, 60), names, st.booleans(), st.booleans(), st.integers(0, 100_000))
def test_rows_have_the_width_of_their_panel(
    width: int, height: int, names: tuple[str, ...], has_test: bool, on_test: bool, largest: int
) -> None:
    confusion = np.random.default_rng(len(names)).integers(0, largest + 1, size=(len(names),) * 2)
    snapshot = snapshot_of(confusion, confusion.T if has_test else None, names)
    rows = confusion_rows(snapshot, DARK, width, height, on_test)
    assert [row.cell_length for row in rows] == [width] * len(rows)
    assert len(rows) <= height
    assert width_of(confusion_legend(snapshot, DARK, width, height, on_test, width)) <= width
    assert len(confusion_title(snapshot, width, height, on_test, width)) <= width


@settings(max_examples=200)
@given(st.integers(0, 200), st.integers(2, 60), st.integers(2, 12), st.booleans(), st.integers(1, 5000))
def test_no_class_is_cut_off(width: int, height: int, classes: int, has_test: bool, largest: int) -> None:
    confusion, names = np.eye(classes, dtype=int) * largest, tuple("abcdefghijkl"[:classes])
    drawing = ConfusionDrawing(snapshot_of(confusion, confusion if has_test else None, names), True, width, height)
    lines = ["".join(text for text, _ in line) for line in drawing.lines(DARK)]
    assert len(lines) <= height
    if drawing.is_share is not None:
        numbers = {str(largest), "100", "●"}
        shown = {line.split()[0] for line in lines if numbers & set(line.split()[1:])}
        assert set(names) <= shown


def make_predictions(snapshot: Snapshot, outputs: np.ndarray, is_test: bool = False) -> Gallery:
    count = len(outputs)
    return Gallery(GalleryView(0, 500), is_test, count, count, None, np.arange(count), snapshot.dataset.y[:count],
                   outputs, None)  # fmt: skip


def test_predictions_beside_their_targets() -> None:
    plain = make_snapshot(inputs=4, task="regression", test_metrics=make_fit(0.25, 0.5))
    snapshot = replace(plain, predictions=make_predictions(plain, plain.dataset.y + 0.125))
    rows = texts(prediction_rows(snapshot, DARK, 40, 5))
    assert rows[:3] == [
        " train R² 0.875 RMSE 0.4629",
        " test  R² 0.5 RMSE 0.5",
        "  sample        y1    output     error",
    ]
    target = snapshot.dataset.y[0, 0]
    assert rows[3].split() == ["1", f"{target:.3g}", f"{target + 0.125:.3g}", "0.125"]
    assert texts(prediction_rows(snapshot, DARK, 40, 5, first=2))[3].split()[0] == "3"
    assert len(rows) == 5
    assert texts(prediction_rows(plain, DARK, 80, 5)) == [" train R² 0.875 RMSE 0.4629   test R² 0.5 RMSE 0.5"]
    assert prediction_title(snapshot, True, 40) == "predictions · training set"


def test_prices_stand_in_full_beside_each_other() -> None:
    fit = make_fit()._replace(rmse=16_310.4)
    prices = make_dataset(4, task="regression", y=np.array([[211_315.0]] * 6), target_names=("price",))
    plain = make_snapshot(inputs=4, task="regression", dataset=prices, metrics=fit)
    snapshot = replace(plain, predictions=make_predictions(plain, plain.dataset.y + 932))
    rows = texts(prediction_rows(snapshot, DARK, 40, 5))
    assert rows[0].strip() == "train R² 0.875 RMSE 16,310"
    assert rows[2].split() == ["1", "211,315", "212,247", "932"]


def test_several_targets_have_an_output_each() -> None:
    plain = make_snapshot(inputs=3, outputs=3, task="regression")
    snapshot = replace(plain, predictions=make_predictions(plain, plain.dataset.y))
    heading = texts(prediction_rows(snapshot, DARK, 50, 5))[1]
    assert heading.split() == ["sample", "y1", "output", "y2", "output"]


def test_outputs_against_targets_where_it_is_wide() -> None:
    plain = make_snapshot(inputs=1, task="regression")
    snapshot = replace(plain, predictions=make_predictions(plain, plain.dataset.y))
    rows = texts(prediction_rows(snapshot, DARK, 78, 19))
    assert sum(row.count("●") for row in rows) == len(plain.dataset.y)
    assert any("⠁" <= character <= "⣿" for character in "".join(rows))
    legend = "".join(text for text, _ in prediction_legend(snapshot, DARK, 78, 19, 0, 73))
    assert legend == "● output ↑ by target →  ━ output = target  1–6 of 6"
    assert "●" not in "".join(texts(prediction_rows(snapshot, DARK, 60, 19)))


@settings(max_examples=80)
@given(st.integers(0, 160), st.integers(0, 60), st.integers(1, 6), st.integers(1, 5), st.booleans(), st.integers(0, 9))
def test_predictions_have_the_width_of_their_panel(
    width: int, height: int, inputs: int, outputs: int, diverged: bool, first: int
) -> None:
    plain = make_snapshot(inputs=inputs, outputs=outputs, task="regression")
    seen = plain.dataset.y * np.nan if diverged else plain.dataset.y * 1e300
    snapshot = replace(plain, predictions=make_predictions(plain, seen))
    rows = prediction_rows(snapshot, DARK, width, height, first)
    assert [row.cell_length for row in rows] == [width] * len(rows)
    assert len(rows) <= height
    assert width_of(prediction_legend(snapshot, DARK, width, height, first, width)) <= width
    assert prediction_window(snapshot, width, height, True)[0] <= max(height, 0)


@lru_cache
def plane(view: View = NOTHING) -> Snapshot:
    session = Session(make_experiment(dataset="plane"))
    session.advance(2)
    return session.snapshot(view)


@lru_cache
def digits(view: View = NOTHING) -> Snapshot:
    session = Session(make_experiment(dataset="digits", hidden=(8,), optimizer="adam", samples=300))
    session.advance(12)
    return session.snapshot(view)


def make_app(runner: StubRunner) -> TuinetApp:
    return TuinetApp(runner, DARK, [DARK, LIGHT])


def screen_text(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips())


async def follow(pilot: Pilot[None], runner: StubRunner, take: Callable[[View], Snapshot], *keys: str) -> str:
    """Press keys, and each time show what is asked for then."""
    for key in (*keys, ""):
        if key:
            await pilot.press(key)
        await pilot.pause()
        runner.change(snapshot=take(runner.views[-1] or NOTHING))
        dashboard = pilot.app.screen
        assert isinstance(dashboard, Dashboard)
        dashboard.poll()
        await pilot.pause()
    return screen_text(pilot)


async def test_the_other_set_is_a_key_away() -> None:
    runner = StubRunner(make_frame(digits()))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        shown = await follow(pilot, runner, digits)
        assert "confusion · test set" in shown
        assert "most often" in shown
        assert "confusion · training set" in await follow(pilot, runner, digits, "8", "E")
        assert "most often: " in screen_text(pilot)
        assert runner.views[-1] is not None
        assert runner.views[-1].predictions == GalleryView(0, 500, on_test=False)
        await follow(pilot, runner, digits, "8")
        assert runner.views[-1].predictions is None


async def test_predictions_scroll_and_are_asked_for_only_while_they_are_seen() -> None:
    runner = StubRunner(make_frame(plane()))

    def predictions() -> GalleryView | None:
        return runner.views[-1].predictions if runner.views[-1] else None

    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await follow(pilot, runner, plane)
        assert predictions() is None
        assert "1–17 of the first 500" in await follow(pilot, runner, plane, "8")
        assert predictions() == GalleryView(0, 500)
        assert "19–35 of the first 500" in await follow(pilot, runner, plane, "down", "pagedown")
        assert "484–500 of the first 500" in await follow(pilot, runner, plane, "end")
        assert "467–483 of the first 500" in await follow(pilot, runner, plane, "pageup")
        shown = await follow(pilot, runner, plane, "E")
        assert "predictions · training set" in shown
        assert "1–17 of the first 500" in shown
        await follow(pilot, runner, plane, "8")
        assert predictions() is None


async def test_the_footer_has_the_keys_that_do_something() -> None:
    runner = StubRunner(make_frame(digits()))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        footer = (await follow(pilot, runner, digits, "9", "8")).split("\n")[-1]
        assert "E set" in footer
        assert "predictions" not in footer
        footer = (await follow(pilot, runner, digits, "8")).split("\n")[-1]
        assert "space go on" in footer
        runner.change(snapshot=plane())
        footer = (await follow(pilot, runner, plane, "8")).split("\n")[-1]
        assert "▴/▾ predictions" in footer


@pytest.fixture
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_pictures_of_the_panel(snap_compare: Compare, plain_terminal: None, size: tuple[int, int]) -> None:
    async def show(pilot: Pilot[None]) -> None:
        await follow(pilot, runner, digits, "8")
        assert pilot.app.screen.query_one(f"#{CONFUSION}", ConfusionPanel).has_focus

    runner = StubRunner(make_frame(digits()))
    assert snap_compare(make_app(runner), run_before=show, terminal_size=size)
