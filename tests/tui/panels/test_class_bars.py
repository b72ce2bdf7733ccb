"""The full screen of panel 8: bars of each class or label below the matrices, and how the errors of numbers spread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.strip import Strip

from tests.factories import StubRunner, make_frame
from tests.tui.panels.test_confusion import make_predictions, snapshot_of, ten
from tests.tui.panels.test_labels import session_of
from tests.tui.test_app import make_app, screen_text
from tuinet.experiment.presets import make_experiment
from tuinet.observe.metrics import Metrics
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import GalleryView, View
from tuinet.session.session import Session
from tuinet.tui.draw.text import width_of
from tuinet.tui.panels.confusion import confusion_rows
from tuinet.tui.panels.confusion.bars import bars_below, class_counts
from tuinet.tui.panels.confusion.predictions import ERROR_ROWS, error_rows
from tuinet.tui.style.theme import find_theme

DARK = find_theme("dark")
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
THREE = [[13, 0, 0], [0, 11, 2], [0, 1, 11]]
NAMES = ("setosa", "versicolor", "virginica")


def texts(rows: list[Strip]) -> list[str]:
    return [row.text.rstrip() for row in rows]


def metrics_of(**numbers: Any) -> Metrics:
    arrays: dict[str, Any] = {name: np.array(value) for name, value in numbers.items()}
    return Metrics(0.1, 38, **arrays)


def test_the_counts_of_classes_and_of_labels() -> None:
    classes = class_counts(metrics_of(confusion=THREE), NAMES)
    assert [(one.name, one.right, one.own, one.taken) for one in classes] == [
        ("setosa", 13, 13, 13),
        ("versicolor", 11, 13, 12),
        ("virginica", 11, 12, 13),
    ]
    # Of 10 with the label 7 are found, and 2 of the others are said to have it.
    (label,) = class_counts(metrics_of(label_confusions=[[[26, 2], [3, 7]]]), ["red"])
    assert (label.right, label.own, label.taken) == (7, 10, 9)
    assert class_counts(Metrics(0.1, 4, r2=0.5), ["y"]) == []


def test_bars_of_classes_with_long_names_stay_different() -> None:
    names = ("iris versicolor, wild", "iris versicolor, grown", "iris setosa")
    lines = bars_below((("training", metrics_of(confusion=THREE)),), names, DARK, 78, 20)
    said = [line[0][0] for line in lines[2:]]
    assert len(set(said)) == 3 and all(name.strip() for name in said)


def test_a_class_that_nothing_is_taken_for_has_a_dash() -> None:
    rows = texts(confusion_rows(snapshot_of([[0, 2], [0, 2]]), DARK, 78, 20))
    assert rows[-2].split()[0] == "0"
    assert rows[-2].split()[2:] == ["0/2", "─" * len(rows[-2].split()[3]), "–"]
    assert rows[-1].split()[2::2] == ["2/2", "2/4"]


@SIZES
async def test_classes_have_bars_on_the_full_screen(size: tuple[int, int]) -> None:
    runner = StubRunner(make_frame(snapshot_of(np.array(THREE) * 3, THREE, NAMES)))
    async with make_app(runner).run_test(size=size) as pilot:
        await pilot.press("8")
        rows = screen_text(pilot).splitlines()
    (at,) = [index for index, row in enumerate(rows) if "test set: recall" in row and "precision" in row]
    for row, (name, right, own, taken) in zip(
        rows[at + 1 :], (("setosa", 13, 13, 13), ("versicolor", 11, 13, 12), ("virginica", 11, 12, 13)), strict=False
    ):
        assert name in row
        assert f" {right}/{own} " in row
        assert f" {right}/{taken}" in row
    full, partly = rows[at + 1], rows[at + 2]
    assert "─" not in full.split("13/13")[0]
    assert "─" in partly.split("11/13")[0]
    # From 110 cells on, both sets.
    assert ("39/39" in full) == (size[0] >= 120)


@SIZES
async def test_ten_classes_have_bars_in_as_many_columns_as_they_need(size: tuple[int, int]) -> None:
    runner = StubRunner(make_frame(snapshot_of(ten(100), ten(30))))
    async with make_app(runner).run_test(size=size) as pilot:
        await pilot.press("8")
        screen = screen_text(pilot)
    assert all(screen.count(f" {number} ━") >= 1 for number in range(10))
    assert "30/33" in screen


@SIZES
async def test_labels_have_bars_on_the_full_screen(size: tuple[int, int]) -> None:
    snapshot = session_of("three").snapshot()
    runner = StubRunner(make_frame(snapshot))
    async with make_app(runner).run_test(size=size) as pilot:
        await pilot.press("8")
        rows = screen_text(pilot).splitlines()
    (at,) = [index for index, row in enumerate(rows) if "recall" in row and "precision" in row]
    metrics = snapshot.test_metrics
    assert metrics is not None
    for row, one in zip(rows[at + 1 :], class_counts(metrics, snapshot.dataset.target_names), strict=False):
        assert row.strip("│ ").startswith(one.name)
        assert f" {one.text(one.own)} " in row


def sine() -> Snapshot:
    session = Session(make_experiment(dataset="sine"))
    session.advance(3)
    return session.snapshot(View(predictions=GalleryView(0, 500)))


@SIZES
async def test_numbers_have_a_histogram_of_their_errors(size: tuple[int, int]) -> None:
    runner = StubRunner(make_frame(sine()))
    async with make_app(runner).run_test(size=size) as pilot:
        await pilot.press("8")
        rows = screen_text(pilot).splitlines()
    (at,) = [index for index, row in enumerate(rows) if "errors" in row and "output − target" in row]
    below = rows[at + 1 :]
    (axis,) = [index for index, row in enumerate(below) if row.count("┬") == 3]
    assert any(character in "▁▂▃▄▅▆▇█" for row in below[:axis] for character in row)
    assert axis >= 2
    # Zero stands below the middle of the axis.
    middle = below[axis].split("┬")
    assert below[axis + 1][len(middle[0]) + len(middle[1]) + 1] == "0"


def test_errors_count_where_they_are() -> None:
    snapshot = sine()
    count = len(snapshot.dataset.y)
    errors = np.r_[np.full(count - 2, 0.0), 0.9, -0.9][:, None]
    gallery = make_predictions(snapshot, snapshot.dataset.y + errors)
    rows = texts(error_rows(gallery, DARK, 41, 7))
    assert len(rows) == 7
    assert f"up to {count - 2} in a bar" in texts(error_rows(gallery, DARK, 90, 7))[0]
    lowest = rows[-3]
    filled = [index for index, character in enumerate(lowest) if character in "▁▂▃▄▅▆▇█"]
    # The bar of the others is in the middle, and one at either end.
    assert filled[0] + filled[-1] == 2 * (len(lowest) // 2) or filled[0] < 3
    assert lowest[len(rows[-2]) // 2] in "▇█"


def test_the_ends_of_the_axis_of_errors_say_where_larger_ones_count() -> None:
    snapshot = sine()
    count = len(snapshot.dataset.y)
    errors = np.r_[np.full(count - 2, 0.1), 0.12, -0.9][:, None]
    rows = texts(error_rows(make_predictions(snapshot, snapshot.dataset.y + errors), DARK, 60, 7))
    first, middle, last = rows[-1].split("  ")[0].strip(), "0", rows[-1].split()[-1]
    assert (first, middle in rows[-1].split(), last) == ("≤ -0.15", True, "0.15")


@pytest.mark.parametrize("values", [np.nan, np.inf, 0.0, 1e300, 1e-300, -1e308])
@pytest.mark.parametrize("size", [(28, ERROR_ROWS), (40, 9), (3, 5)])
def test_any_errors_can_be_drawn(values: float, size: tuple[int, int]) -> None:
    snapshot = sine()
    gallery = make_predictions(snapshot, np.full_like(snapshot.dataset.y, values))
    rows = error_rows(gallery, DARK, *size)
    assert {row.cell_length for row in rows} == {size[0]}
    assert len(rows) <= size[1]


@given(st.integers(1, 40), st.integers(0, 200), st.integers(-3, 60), st.booleans())
def test_bars_fit_or_are_left_out(classes: int, width: int, height: int, has_test: bool) -> None:
    one = metrics_of(confusion=np.eye(classes, dtype=int) * 7)
    sets = [("test set", one), ("training set", one)][: 1 + has_test]
    names = [f"class {index}" for index in range(classes)]
    lines = bars_below(sets, names, DARK, width, height)
    assert len(lines) <= max(height, 0)
    assert all(width_of(line) <= width + 4 for line in lines)
    shown = "".join(text for line in lines for text, _ in line)
    assert not lines or all(name in shown for name in names)


def test_where_it_is_low_matrices_go_first() -> None:
    snapshot = snapshot_of(np.array(THREE), names=NAMES)
    assert not any("━" in row for row in texts(confusion_rows(snapshot, DARK, 40, 7)))
    assert replace(snapshot, metrics=metrics_of(confusion=THREE)).metrics.correct == 35


def test_the_headings_of_both_bars_stand_apart() -> None:
    snapshot = snapshot_of(np.array(THREE) * 3, THREE, NAMES)
    headings = [row for width in range(60, 121) for row in texts(confusion_rows(snapshot, DARK, width, 20))]
    both = [row for row in headings if "test set: recall" in row and "precision" in row]
    assert both
    assert all("  precision" in row for row in both)


def test_columns_are_named_like_rows_where_there_is_room() -> None:
    snapshot = snapshot_of(np.array(THREE) * 3, THREE, NAMES)
    assert any(row.split()[:3] == list(NAMES) for row in texts(confusion_rows(snapshot, DARK, 78, 18)))
    assert any(row.split()[:3] == ["setosa", "versi", "virgi"] for row in texts(confusion_rows(snapshot, DARK, 44, 18)))


def test_where_a_single_row_is_missing_it_is_the_blank_one() -> None:
    session = session_of_spiral()
    snapshot = session.snapshot(View(predictions=GalleryView(0, 500, on_test=True)))
    rows = texts(confusion_rows(snapshot, DARK, 78, 19))
    assert len(rows) == 19
    assert rows[15].startswith(" how sure the network is of 250 test samples")
    assert [row.split()[0] for row in rows[13:15] + rows[16:18]] == ["0", "1", "right", "wrong"]
    assert not any("how sure" in row for row in texts(confusion_rows(snapshot, DARK, 78, 18)))


def session_of_spiral() -> Session:
    session = Session(make_experiment(dataset="spiral"))
    session.advance(3)
    return session
