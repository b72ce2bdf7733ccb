"""The samples panel: gallery, table, one sample large, weights and responses as pictures; and its keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from textual.pilot import Pilot
from textual.strip import Strip

from tests.factories import StubRunner, make_dataset, make_frame, make_layer, make_snapshot
from tuinet.data.dataset import Task
from tuinet.experiment.presets import make_experiment
from tuinet.observe.gallery import Gallery, Responses, Verdicts
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import NOTHING, GalleryView, ResponsesView, Unit, View
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.text import width_of
from tuinet.tui.messages import UnitChosen
from tuinet.tui.panels.base import framed
from tuinet.tui.panels.samples import NO_PICTURES, NO_TEST_SET, SamplesPanel, panel_legend, panel_title
from tuinet.tui.panels.samples.browsing import MODES, Browsing, fields_of, rows_of, window_of
from tuinet.tui.panels.samples.table import table_rows
from tuinet.tui.panels.samples.view import gallery_rows, response_rows, sample_rows, size_text, weight_picture_rows
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.theme import find_theme

DARK, LIGHT = find_theme("dark"), find_theme("light")
Compare = Callable[..., bool]


def texts(rows: list[Strip] | None) -> list[str]:
    assert rows is not None
    return [row.text.rstrip() for row in rows]


def make_gallery(
    snapshot: Snapshot, actual: list[int], predicted: list[int], confidences: list[float], **changes: Any
) -> Gallery:
    """The first samples of the training set, taken for these classes."""
    count = len(actual)
    values: dict[str, Any] = {
        "view": GalleryView(0, count),
        "is_test": False,
        "total": len(snapshot.dataset.X),
        "among": len(snapshot.dataset.X),
        "wrong": None,
        "numbers": np.arange(count),
        "targets": snapshot.dataset.y[:count],
        "outputs": np.full((count, snapshot.dataset.y.shape[1]), 0.25),
        "verdicts": Verdicts(np.array(actual), np.array(predicted), np.array(confidences)),
    }
    return Gallery(**{**values, **changes})


def make_pictures(**changes: Any) -> Snapshot:
    """Six pictures of 2 by 3 pixels of three classes, and a 6-4-3 network."""
    X = np.zeros((6, 6))
    X[np.arange(6), np.arange(6)] = 1.0
    dataset = make_dataset(6, 3, X=X, image_shape=(2, 3), class_names=("zero", "1", "2"))
    return make_snapshot(hidden=(4,), inputs=6, outputs=3, dataset=dataset, **changes)


def test_a_picture_has_its_classes_and_confidence_below_it() -> None:
    snapshot = make_pictures()
    gallery = make_gallery(snapshot, [0, 1, 2], [0, 2, 2], [1.0, 0.987, 0.5])
    assert texts(gallery_rows(snapshot, gallery, DARK, 31, 2)) == [
        " ▀          ▀          ▀",
        " zer 100% ✗1→2 99%   2→2 50%",
    ]


def test_ink_is_bright_on_dark_and_dark_on_light() -> None:
    snapshot = make_pictures()
    gallery = make_gallery(snapshot, [0], [0], [1.0])
    for theme, paper, full in ((DARK, DARK.greys[0], "#ffffff"), (LIGHT, LIGHT.greys[0], "#000000")):
        ((upper, lower), empty) = colours(gallery_rows(snapshot, gallery, theme, 31, 2)[0], 1, 2)
        assert (upper, lower) == (full, paper)
        assert empty[1] == paper


def colours(strip: Strip, *columns: int) -> list[tuple[str | None, str | None]]:
    """Colour and ground of cells."""
    cells = [style for segment in strip for style in [segment.style or Style()] * len(segment.text)]
    return [
        (style.color.name if style.color else None, style.bgcolor.name if style.bgcolor else None)
        for style in (cells[column] for column in columns)
    ]


def test_the_chosen_one_is_marked() -> None:
    snapshot = make_pictures()
    gallery = make_gallery(snapshot, [0, 1], [0, 2], [1.0, 0.9], view=GalleryView(3, 2))
    caption = gallery_rows(snapshot, gallery, DARK, 31, 2, place=4)[1]
    assert colours(caption, 1, 11) == [(DARK.foreground, DARK.background), (DARK.background, DARK.accent)]


def test_wrong_ones_have_a_glyph_and_a_colour() -> None:
    snapshot = make_pictures()
    gallery = make_gallery(snapshot, [1, 1], [1, 2], [0.9, 0.9])
    caption = gallery_rows(snapshot, gallery, DARK, 31, 2)[1]
    assert caption.text.count("✗") == 1
    assert colours(caption, 11)[0][0] == DARK.warning


def test_a_regression_of_pictures_has_target_and_output() -> None:
    dataset = make_dataset(4, 1, "regression", image_shape=(2, 2))
    snapshot = make_snapshot(inputs=4, task="regression", dataset=dataset)
    gallery = make_gallery(snapshot, [], [], [], numbers=np.array([2]), targets=np.array([[0.5]]),
                           outputs=np.array([[-0.25]]), verdicts=None, view=GalleryView(0, 1))  # fmt: skip
    assert texts(gallery_rows(snapshot, gallery, DARK, 31, 2))[1] == " 0.5→-0.25"


def test_linear_outputs_are_no_shares() -> None:
    layers = (*make_pictures().layers[:-1], make_layer(4, 3, "linear"))
    snapshot = make_pictures(layers=layers)
    gallery = make_gallery(snapshot, [1, 2], [1, 2], [1.204, np.nan])
    assert texts(gallery_rows(snapshot, gallery, DARK, 31, 2))[1] == " 1→1 1.20  2→2 nan"


def test_samples_that_are_no_pictures_are_a_table() -> None:
    X = np.array([[5.1, 3.5, 1.4], [6.0, -2.25, 1e6]])
    dataset = make_dataset(3, 3, X=X, y=np.eye(3)[[0, 1]], class_names=("setosa", "versicolor", "virginica"))
    snapshot = make_snapshot(inputs=3, outputs=3, dataset=dataset)
    gallery = make_gallery(snapshot, [0, 1], [0, 2], [0.999, 0.61])
    assert texts(table_rows(snapshot, gallery, DARK, 70, 9)) == [
        "           x1        x2        x3  true         predicted  confidence",
        " 1        5.1       3.5       1.4  setosa     → setosa            99%",
        "✗2          6     -2.25        1M  versicolor → virginica         61%",
    ]
    assert texts(table_rows(snapshot, gallery, DARK, 44, 2)) == [
        "    …  true         predicted  conf.",
        " 1  …  setosa     → setosa       99%",
    ]


def test_numbers_are_a_table_of_target_output_and_error() -> None:
    dataset = make_dataset(1, 1, "regression", X=np.array([[0.5], [1.0]]), y=np.array([[2.0], [3.0]]))
    snapshot = make_snapshot(inputs=1, task="regression", dataset=dataset)
    gallery = make_gallery(snapshot, [], [], [], numbers=np.array([1]), targets=np.array([[3.0]]),
                           outputs=np.array([[2.5]]), verdicts=None, view=GalleryView(1, 1))  # fmt: skip
    assert texts(table_rows(snapshot, gallery, DARK, 60, 9)) == [
        "           x1        y1    output     error",
        " 2          1         3       2.5      -0.5",
    ]


def test_where_there_is_room_each_sample_has_a_bar() -> None:
    dataset = make_dataset(3, 3, y=np.eye(3)[[0, 1]], X=np.zeros((2, 3)), class_names=("a", "b", "c"))
    snapshot = make_snapshot(inputs=3, outputs=3, dataset=dataset)
    gallery = make_gallery(snapshot, [0, 1], [0, 2], [0.75, 0.5])
    heading, *rows = table_rows(snapshot, gallery, DARK, 90, 9)
    assert heading.text.rstrip().endswith("confidence")
    length = rows[0].text.count("━") + rows[0].text.count("╸") + rows[0].text.count("─")
    assert [round(2 * row.text.count("━") + row.text.count("╸")) for row in rows] == [
        round(2 * length * share) for share in (0.75, 0.5)
    ]
    assert [colours(row, row.text.index("━"))[0][0] for row in rows] == [DARK.curve, DARK.warning]


@pytest.mark.parametrize("error", [np.nan, np.inf, -np.inf])
def test_errors_are_bars_to_both_sides(error: float) -> None:
    dataset = make_dataset(1, 1, "regression", X=np.zeros((4, 1)), y=np.zeros((4, 1)))
    snapshot = make_snapshot(inputs=1, task="regression", dataset=dataset)
    gallery = make_gallery(snapshot, [], [], [], numbers=np.arange(4), targets=np.zeros((4, 1)),
                           outputs=np.array([[-1.0], [0.5], [0.0], [error]]), verdicts=None,
                           view=GalleryView(0, 4))  # fmt: skip
    heading, *rows = texts(table_rows(snapshot, gallery, DARK, 90, 9))
    assert heading.endswith("error, from −1 to 1")
    middle = rows[2].index("│")
    half = rows[0].count("━")
    assert rows[0][middle - half : middle] == "━" * half
    assert rows[1][middle + 1 :] == "━" * round(half / 2)
    assert [row.count("━") for row in rows[2:]] == [0, 0]


def test_numbers_never_touch() -> None:
    dataset = make_dataset(1, 1, "regression", X=np.array([[-0.000123]]), y=np.array([[-0.000771]]))
    snapshot = make_snapshot(inputs=1, task="regression", dataset=dataset)
    gallery = make_gallery(snapshot, [], [], [], numbers=np.array([0]), targets=np.array([[-0.000771]]),
                           outputs=np.array([[-0.000999]]), verdicts=None, view=GalleryView(0, 1))  # fmt: skip
    assert texts(table_rows(snapshot, gallery, DARK, 60, 2))[1].split() == [
        "1", "-0.000123", "-0.000771", "-0.000999", "-0.000228"
    ]  # fmt: skip


def test_a_sample_large_has_a_bar_for_each_class() -> None:
    snapshot = make_pictures()
    outputs = np.array([[0.125, 0.25, 0.625]])
    gallery = make_gallery(snapshot, [1], [2], [0.625], outputs=outputs, view=GalleryView(0, 1))
    rows = texts(sample_rows(snapshot, gallery, 0, DARK, 43, 5))
    assert rows == [
        "                  zero ━╸───────────   12%",
        " ▀▀▀            ✓ 1    ━━━──────────   25%",
        "                ✗ 2    ━━━━━━━━─────   62%",
        " true      1",
        " predicted 2 ✗",
    ]


def test_bars_have_room_between_them_where_there_is_some() -> None:
    snapshot = make_pictures()
    gallery = make_gallery(snapshot, [1], [1], [0.25], view=GalleryView(0, 1))
    rows = texts(sample_rows(snapshot, gallery, 0, DARK, 60, 12))
    assert [index for index, row in enumerate(rows) if "━" in row] == [0, 2, 4]


def test_of_many_classes_the_likely_ones_and_the_true_one_have_bars() -> None:
    snapshot = make_snapshot(inputs=4, outputs=30)
    outputs = np.linspace(0, 0.06, 30)[None, :]
    gallery = make_gallery(snapshot, [3], [29], [0.06], outputs=outputs, numbers=np.array([0]))
    rows = texts(sample_rows(snapshot, gallery, 0, DARK, 60, 5))
    assert [row.split()[-1] for row in rows] == ["6%", "6%", "6%", "1%", "more"]
    assert "✗ 29" in rows[0]
    assert "✓ 3 " in rows[3]
    assert rows[4].endswith("… 26 more")


def test_a_single_output_has_two_bars() -> None:
    snapshot = make_snapshot()
    gallery = make_gallery(snapshot, [0], [0], [0.75], view=GalleryView(0, 1))
    rows = texts(sample_rows(snapshot, gallery, 0, DARK, 60, 6))
    assert [row.split()[-1] for row in rows if "%" in row] == ["75%", "25%"]
    assert "x2" in "".join(rows)


def test_weights_are_pictures_with_the_sign_in_their_colours() -> None:
    layer = make_layer(6, 2)
    weights = np.array([[-2.0, 0.5], [2.0, 0.0], [0.0, 0.25], [0.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    layers = (replace(layer, weights=weights), make_layer(2, 3, "softmax"))
    snapshot = make_pictures(layers=layers)
    rows = weight_picture_rows(snapshot, DARK, 31, 2)
    assert texts(rows)[1] == " h1 2      h2 0.5"
    middle = len(DARK.levels) // 2
    cells = colours(rows[0], 1, 2, 3)
    assert cells[0] == (DARK.levels[0], DARK.levels[middle])
    assert cells[1][0] == DARK.levels[-1]
    assert cells[1][1] == DARK.levels[int(0.75 * len(DARK.levels))]
    assert texts(weight_picture_rows(snapshot, DARK, 31, 2, first=1))[1] == " h2 0.5"


@pytest.mark.parametrize(
    ("value", "two", "one"),
    [
        (0.0, "0", "0"),
        (0.314, "0.31", "0.3"),
        (9.96, "10", "1e1"),
        (0.01, "0.01", "0.01"),
        (0.00234, "2.3e-3", "2e-3"),
        (1e-14, "1.0e-14", "1e-14"),
        (1234.0, "1.2e3", "1e3"),
        (np.nan, "nan", "nan"),
        (np.inf, "inf", "inf"),
    ],
)
def test_sizes_of_weights(value: float, two: str, one: str) -> None:
    assert (size_text(value, 2), size_text(value, 1)) == (two, one)


def test_a_size_that_has_no_room_is_left_out_not_cut() -> None:
    layers = (replace(make_layer(6, 1200), weights=np.full((6, 1200), 0.00234)), make_layer(1200, 3, "softmax"))
    snapshot = make_pictures(layers=layers)
    for first, said in ((0, " h1 2.3e-3"), (98, " h99 2e-3"), (998, " h999 2e-3"), (1099, " h1100")):
        assert texts(weight_picture_rows(snapshot, DARK, 10, 2, first=first))[1] == said


def test_outputs_have_the_names_of_their_classes() -> None:
    dataset = make_pictures().dataset
    snapshot = make_snapshot(hidden=(), inputs=6, outputs=3, dataset=dataset)
    assert texts(weight_picture_rows(snapshot, DARK, 31, 2))[1].split() == ["zero", "5", "1", "4.4", "2", "5"]


def test_what_a_unit_responds_to_stands_beside_its_weights() -> None:
    snapshot = make_pictures()
    responses = Responses(
        ResponsesView((1, 2), 4),
        (1, 2),
        is_test=False,
        total=6,
        among=6,
        largest=np.array([5, 0, 1]),
        largest_activations=np.array([3.25, 1.0, 0.5]),
        smallest=np.array([2, 4]),
        smallest_activations=np.array([-0.5, 0.0]),
    )
    seen = replace(snapshot, responses=responses)
    rows = texts(response_rows(seen, DARK, 31, 5, (1, 2)))
    assert [row for row in rows if "▲" in row or "▼" in row] == [
        " h3 4.6   ▲3.25     ▲1",
        "▼-0.5     ▼0",
    ]
    assert response_rows(seen, DARK, 31, 5, (1, 0)) is None
    one_row = texts(response_rows(seen, DARK, 31, 2, (1, 2)))
    assert one_row[1] == " h3 4.6   ▲3.25     ▼-0.5"


@lru_cache
def digits(view: View = NOTHING) -> Snapshot:
    session = Session(make_experiment(dataset="digits", hidden=(8, 5), optimizer="adam", samples=300))
    session.advance(6)
    return session.snapshot(view)


@lru_cache
def iris(view: View = NOTHING) -> Snapshot:
    session = Session(make_experiment(dataset="iris"))
    session.advance(3)
    return session.snapshot(view)


@pytest.mark.parametrize(
    ("browsing", "room", "title"),
    [
        (Browsing(), 60, "samples · test set"),
        (Browsing(on_test=False), 60, "samples · training set"),
        (Browsing(wrong_first=True), 60, "samples · test set, wrong first"),
        (Browsing(wrong_first=True), 28, "samples · test, wrong first"),
        (Browsing(wrong_first=True), 3, ""),
        (Browsing().opened(16), 60, "sample 17 of 75 · test set"),
        (Browsing().opened(None), 60, "sample of 75 · test set"),
        (Browsing(mode="weights"), 28, "weights of layer 1"),
        (Browsing(mode="responses", unit=(1, 2)), 60, "responses of h3, layer 1 · test set"),
        (Browsing(mode="responses", unit=(3, 2)), 20, "responses of 2"),
    ],
)
def test_the_title_says_the_mode(browsing: Browsing, room: int, title: str) -> None:
    assert panel_title(digits(), browsing, room) == title


def said(snapshot: Snapshot, browsing: Browsing, room: int = 100) -> str:
    window = window_of(snapshot, browsing, 78, 19)
    return "".join(text for text, _ in panel_legend(snapshot, browsing, window, DARK, room))


def test_the_legend_says_how_many_there_are() -> None:
    seen = digits(View(gallery=GalleryView(7, 14)))
    assert said(seen, Browsing(first=7)) == "true→predicted, confidence · 8–21 of 75"
    assert said(seen, Browsing(first=7), 20) == "8–21 of 75"
    wrong = digits(View(gallery=GalleryView(0, 14, wrong_first=True)))
    assert wrong.gallery is not None
    assert said(wrong, Browsing(wrong_first=True)).endswith(f"1–14 of 75 · {wrong.gallery.wrong} wrong")
    many = replace(wrong.gallery, total=3000, among=2000)
    assert said(replace(wrong, gallery=many), Browsing(wrong_first=True)).endswith(
        f"{wrong.gallery.wrong} wrong of the first 2,000"
    )
    numbers = replace(wrong, gallery=replace(many, wrong=None))
    assert said(numbers, Browsing(wrong_first=True)).endswith("the first 2,000 of 3,000")
    assert said(seen, Browsing(mode="weights")).startswith("1–8 of 8 · weights up to the number below − ")
    assert said(seen, Browsing(mode="weights"), 30).startswith("1–8 of 8  − ")
    assert said(seen, Browsing().opened(0)) == "✓ true class"


def test_a_dead_unit_is_told() -> None:
    seen = digits(View(responses=ResponsesView((1, 0), 3)))
    assert seen.responses is not None
    browsing = Browsing(mode="responses")
    assert said(seen, browsing) == "▲ largest, ▼ smallest activations of 75"
    zeros = np.zeros(3)
    dead = replace(seen, responses=replace(seen.responses, largest_activations=zeros, smallest_activations=zeros))
    assert said(dead, browsing) == "the same for all 75 samples"


def test_only_what_is_in_sight_is_asked_for() -> None:
    nothing = {"gallery": None, "responses": None}
    snapshot = digits()
    assert fields_of(snapshot, Browsing(), 31, 11) == {**nothing, "gallery": GalleryView(0, 6)}
    assert fields_of(snapshot, Browsing(first=3, on_test=False), 78, 19) == {
        **nothing,
        "gallery": GalleryView(3, 21, on_test=False),
    }
    assert fields_of(snapshot, Browsing(wrong_first=True, place=4).opened(None), 78, 19) == {
        **nothing,
        "gallery": GalleryView(4, 1, wrong_first=True),
    }
    assert fields_of(snapshot, Browsing(wrong_first=True, place=4).opened(41), 78, 19) == {
        **nothing,
        "gallery": GalleryView(41, 1),
    }
    assert fields_of(snapshot, Browsing(mode="weights"), 78, 19) == nothing
    assert fields_of(snapshot, Browsing(mode="responses", unit=(2, 1)), 31, 11) == {
        **nothing,
        "responses": ResponsesView((2, 1), 3),
    }
    assert fields_of(iris(), Browsing(), 78, 19) == {**nothing, "gallery": GalleryView(0, 18)}


KINDS: list[tuple[int, int, Task | None, tuple[int, int] | None]] = [
    (1, 1, None, None),
    (2, 1, None, (1, 2)),
    (4, 3, None, (2, 2)),
    (4, 2, "regression", (2, 2)),
    (64, 10, None, (8, 8)),
    (64, 100, None, (4, 16)),
    (7, 1, "regression", None),
    (3, 12, None, None),
]


@settings(max_examples=120)
@given(
    st.integers(0, 140),
    st.integers(0, 60),
    st.sampled_from(KINDS),
    st.sampled_from([(), (3,), (2,) * 10, (300,)]),
    st.sampled_from(MODES),
    st.booleans(),
    st.booleans(),
)
def test_rows_have_the_width_of_their_panel(
    width: int, height: int, kind: Any, hidden: tuple[int, ...], mode: Any, is_open: bool, diverged: bool
) -> None:
    inputs, outputs, task, shape = kind
    dataset = make_dataset(inputs, outputs, task, image_shape=shape)
    plain = make_snapshot(hidden=hidden, inputs=inputs, outputs=outputs, task=task, dataset=dataset)
    if diverged:
        plain = replace(plain, layers=tuple(replace(one, weights=one.weights * np.nan) for one in plain.layers))
    factor = np.nan if diverged else 1.0
    verdicts = None if dataset.task == "regression" else Verdicts(*(np.zeros(4, np.intp),) * 2, np.full(4, factor))
    gallery = Gallery(GalleryView(0, 9), False, len(dataset.X), len(dataset.X), None, np.arange(4), dataset.y[:4],
                      dataset.y[:4] * factor, verdicts)  # fmt: skip
    unit: Unit = (1, 0)
    numbers, activations = np.arange(4), np.full(4, factor)
    responses = Responses(ResponsesView(unit, 4), unit, False, 4, 4, numbers, activations, numbers, activations)
    snapshot = replace(plain, gallery=gallery, responses=responses)
    browsing = Browsing(on_test=True, mode=mode if shape else "samples", is_open=is_open, number=0 if is_open else None)
    rows = rows_of(snapshot, browsing, DARK, width, height, has_focus=True)
    assert rows is not None
    assert [row.cell_length for row in rows] == [width] * len(rows)
    assert len(rows) <= height
    window = window_of(snapshot, browsing, width, height)
    legend = panel_legend(snapshot, browsing, window, DARK, width)
    assert width_of(legend) <= width
    assert len(panel_title(snapshot, browsing, width)) <= width
    assert len(framed(rows, (), legend, width + 2, height + 2, DARK)) == height + 2


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


async def test_the_keys_of_pictures() -> None:
    runner = StubRunner(make_frame(digits()))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel = pilot.app.screen.query_one(SamplesPanel)
        assert "samples · test set" in await follow(pilot, runner, digits)
        assert runner.views[-1] is not None
        assert runner.views[-1].gallery == GalleryView(0, 6)
        assert "1–21 of 75" in await follow(pilot, runner, digits, "9")
        assert "8–28 of 75" in await follow(pilot, runner, digits, "down", "down", "down", "right")
        assert panel.browsing.place == 22
        assert "training set" in await follow(pilot, runner, digits, "E")
        shown = await follow(pilot, runner, digits, "f")
        assert "training set, wrong first" in shown
        assert "✗" in shown
        gallery = panel.frame.snapshot.gallery if panel.frame else None
        assert gallery is not None
        number = int(gallery.numbers[1])
        assert f"sample {number + 1} of 225" in await follow(pilot, runner, digits, "right", "enter")
        assert runner.views[-1].gallery == GalleryView(number, 1, on_test=False)
        other = int(gallery.numbers[2])
        assert f"sample {other + 1} of 225" in await follow(pilot, runner, digits, "right")
        assert "sample" in await follow(pilot, runner, digits, "escape")
        assert panel.browsing == replace(panel.browsing, is_open=False, number=None)
        assert panel.has_focus
        await follow(pilot, runner, digits, "escape")
        assert pilot.app.focused is None


async def test_a_sample_stays_the_same_while_its_place_changes() -> None:
    runner = StubRunner(make_frame(digits()))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await follow(pilot, runner, digits, "9", "f", "enter")
        panel = pilot.app.screen.query_one(SamplesPanel)
        number = panel.browsing.number
        assert number is not None

        def later(view: View) -> Snapshot:
            session = Session(make_experiment(dataset="digits", hidden=(8, 5), optimizer="adam", samples=300))
            session.advance(30)
            return session.snapshot(view)

        assert f"sample {number + 1} of 75" in await follow(pilot, runner, later)


async def test_modes_and_units() -> None:
    runner = StubRunner(make_frame(digits()))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        panel = pilot.app.screen.query_one(SamplesPanel)

        def chosen() -> Unit | None:
            assert isinstance(pilot.app.screen, Dashboard)
            return pilot.app.screen.unit

        assert "weights of layer 1" in await follow(pilot, runner, digits, "9", "v")
        assert runner.views[-1] is not None
        assert runner.views[-1].gallery is None
        assert "responses of h3, layer 1" in await follow(pilot, runner, digits, "right", "right", "enter")
        assert chosen() == (1, 2)
        assert runner.views[-1].responses is not None
        assert runner.views[-1].responses.unit == (1, 2)
        assert "responses of h3, layer 2" in await follow(pilot, runner, digits, "down")
        assert "responses of h5, layer 2" in await follow(pilot, runner, digits, "pagedown")
        assert "responses of 4, layer 3" in await follow(pilot, runner, digits, "down")
        assert "samples · test set" in await follow(pilot, runner, digits, "v")
        assert chosen() is None
        panel.post_message(UnitChosen((2, 4)))
        assert "responses of h5, layer 2" in await follow(pilot, runner, digits)
        panel.post_message(UnitChosen(None))
        assert "samples · test set" in await follow(pilot, runner, digits)


async def test_what_a_unit_responds_to_is_seen_where_it_is_chosen_elsewhere() -> None:
    runner = StubRunner(make_frame(digits()))
    async with make_app(runner).run_test(size=(120, 36)) as pilot:
        await follow(pilot, runner, digits)
        pilot.app.screen.query_one(SamplesPanel).post_message(UnitChosen((1, 2), must_be_seen=True))
        shown = await follow(pilot, runner, digits)
        assert "responses of h3, layer 1" in shown
        assert "confusion" in shown
        await follow(pilot, runner, digits, "5")
        pilot.app.screen.query_one(SamplesPanel).post_message(UnitChosen((2, 0), must_be_seen=True))
        shown = await follow(pilot, runner, digits)
        assert "responses of h1, layer 2 · test set" in shown
        assert "confusion" not in shown


async def test_a_click_chooses_and_opens() -> None:
    runner = StubRunner(make_frame(digits()))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await follow(pilot, runner, digits, "9")
        panel = pilot.app.screen.query_one(SamplesPanel)
        await pilot.click(SamplesPanel, offset=(14, 3))
        assert panel.browsing.place == 1
        await pilot.click(SamplesPanel, offset=(14, 3))
        assert "sample 2 of 75" in await follow(pilot, runner, digits)


async def test_tables_have_no_other_modes_and_say_why() -> None:
    runner = StubRunner(make_frame(iris()))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        assert "1–18 of 38" in await follow(pilot, runner, iris, "9")
        shown = await follow(pilot, runner, iris, "v")
        assert NO_PICTURES in shown
        assert "samples · test set" in shown
        assert NO_PICTURES not in await follow(pilot, runner, iris, "down")
        assert "21–38 of 38" in await follow(pilot, runner, iris, "end")
        assert "sample 38 of 38" in await follow(pilot, runner, iris, "enter")
        assert "sample 37 of 38" in await follow(pilot, runner, iris, "left")


async def test_without_a_test_set_there_is_no_other_set() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("9", "E")
        await pilot.pause()
        shown = screen_text(pilot)
        assert NO_TEST_SET in shown
        assert "samples · training set" in shown


async def test_it_asks_for_nothing_while_it_is_hidden() -> None:
    runner = StubRunner(make_frame(digits()))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await follow(pilot, runner, digits, "9", "2")
        assert runner.views[-1] is not None
        assert runner.views[-1].gallery is None
        await follow(pilot, runner, digits, "2")
        assert runner.views[-1].gallery == GalleryView(0, 6)


def test_its_keys_leave_the_important_ones_alone() -> None:
    keys = {binding.key for binding in SamplesPanel.KEYS}
    assert not keys & {*"sbnSBNqtuxle", "space", "comma", "full_stop"}


@pytest.fixture
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("keys", [["9"], ["9", "f", "enter"], ["9", "v"], ["9", "v", "enter"]], ids="-".join)
def test_pictures_of_the_panel(snap_compare: Compare, plain_terminal: None, keys: list[str]) -> None:
    async def show(pilot: Pilot[None]) -> None:
        await follow(pilot, runner, digits, *keys)

    runner = StubRunner(make_frame(digits()))
    assert snap_compare(make_app(runner), run_before=show, terminal_size=(80, 24))


def test_below_a_short_table_the_chosen_sample_is_large_or_all_of_them() -> None:
    dataset = make_dataset(2, 3, y=np.eye(3)[[0, 1]], X=np.zeros((2, 2)), class_names=("a", "b", "c"))
    snapshot = make_snapshot(inputs=2, outputs=3, dataset=dataset)
    gallery = make_gallery(snapshot, [0, 1], [0, 2], [0.75, 0.5])
    snapshot = replace(snapshot, gallery=gallery)
    browsing = Browsing(place=1)

    def titles(height: int, *, has_focus: bool = True) -> list[str]:
        rows = texts(rows_of(snapshot, browsing, DARK, 90, height, has_focus=has_focus))
        assert len(rows) <= height
        return [row.strip() for row in rows if row.startswith(" sample")]

    assert titles(9) == []
    assert titles(10) == ["sample 2"]
    assert titles(30) == ["sample 1", "sample 2"]
    assert titles(30, has_focus=False) == []


def test_names_of_columns_stand_apart() -> None:
    names = ("height of it all", "width of it all", "depth of it all")
    dataset = make_dataset(3, 3, X=np.zeros((2, 3)), y=np.eye(3)[[0, 1]], class_names=("a", "b", "c"))
    dataset = replace(dataset, feature_names=names)
    snapshot = make_snapshot(inputs=3, outputs=3, dataset=dataset)
    gallery = make_gallery(snapshot, [0, 1], [0, 2], [0.75, 0.5])
    for width in (60, 70, 80, 120, 200):
        heading = texts(table_rows(snapshot, gallery, DARK, width, 3))[0]
        assert len(re.split("  +", heading.strip())) >= len(names) + 2


def test_the_last_input_goes_before_the_long_heading() -> None:
    dataset = make_dataset(4, 3, y=np.eye(3)[[0, 1]], X=np.zeros((2, 4)), class_names=("setosa", "versicolor", "v"))
    snapshot = make_snapshot(inputs=4, outputs=3, dataset=dataset)
    heading = texts(table_rows(snapshot, make_gallery(snapshot, [0, 1], [0, 2], [0.75, 0.5]), DARK, 78, 3))[0]
    assert heading.split() == ["x1", "x2", "x3", "x4", "true", "predicted", "conf."]


def test_names_have_the_room_that_no_input_and_no_bar_can_use() -> None:
    names = ("Larus argentatus (adult, winter plumage)", "Larus argentatus (first winter)", "Sterna hirundo")
    dataset = make_dataset(6, 3, y=np.eye(3)[[0, 1]], X=np.zeros((2, 6)), class_names=names)
    snapshot = make_snapshot(inputs=6, outputs=3, dataset=dataset)
    rows = texts(table_rows(snapshot, make_gallery(snapshot, [0, 1], [0, 2], [0.75, 0.5]), DARK, 78, 3))
    assert "…  Lar arg (adu, win  → Lar arg (adu, win  " in rows[1]
