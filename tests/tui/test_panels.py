from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from textual.strip import Strip

from tests.factories import (
    StubRunner,
    make_dataset,
    make_fit,
    make_frame,
    make_history,
    make_layer,
    make_metrics,
    make_picture,
    make_snapshot,
)
from tests.tui.test_app import make_app, screen_text
from tuinet.data.dataset import Task
from tuinet.experiment.presets import make_experiment
from tuinet.observe.finding import Finding
from tuinet.observe.planes import Surface
from tuinet.observe.snapshot import Frame
from tuinet.session.session import Session
from tuinet.tui.compare.cells import CellsPanel
from tuinet.tui.draw.curves import Series, loss_chart
from tuinet.tui.draw.legends import number_style
from tuinet.tui.draw.loss_title import loss_title
from tuinet.tui.draw.matrices import place_matrices, weights_height
from tuinet.tui.draw.sample_legends import class_pieces
from tuinet.tui.draw.shadings import shading
from tuinet.tui.draw.text import Piece, ink, width_of
from tuinet.tui.keys import APP_BINDINGS, DASHBOARD_BINDINGS, STEPPING_BINDINGS
from tuinet.tui.messages import Cursor
from tuinet.tui.panels import PANELS
from tuinet.tui.panels.base import CORNER, EDGE, CellPanel, framed, panel_class
from tuinet.tui.panels.flow import FlowPanel
from tuinet.tui.panels.footer import fitting, hints, key_row
from tuinet.tui.panels.gradients.table import gradient_rows
from tuinet.tui.panels.lesson import LessonPanel
from tuinet.tui.panels.loss import LossPanel
from tuinet.tui.panels.map.drawing import map_rows, map_title
from tuinet.tui.panels.map.fits import fit_legend, fit_rows, fit_title
from tuinet.tui.panels.settings import SettingsPanel
from tuinet.tui.panels.status import StatusPanel, status_lines
from tuinet.tui.panels.weights.matrices import sign_text, weight_rows
from tuinet.tui.screens.base import Topics
from tuinet.tui.screens.check import CheckPanel
from tuinet.tui.screens.help import help_bindings, help_rows
from tuinet.tui.screens.microscope import ExplanationPanel
from tuinet.tui.screens.share import SharePanel
from tuinet.tui.style.theme import find_theme

DARK = find_theme("dark")
EXPLAINED: list[type[CellPanel]] = [StatusPanel, *(panel_class(name) for name in PANELS), LessonPanel]
EXPLAINED += (ExplanationPanel, CheckPanel, SettingsPanel, SharePanel, CellsPanel)
TOPICS = Topics(STEPPING_BINDINGS, help_bindings(), EXPLAINED, make_snapshot())
PLAIN = Style()


def texts(rows: list[Strip]) -> list[str]:
    return [row.text.rstrip() for row in rows]


def lines(frame: Frame, width: int) -> list[str]:
    return ["".join(text for text, _ in pieces).rstrip() for pieces in status_lines(frame, DARK, width).rows]


def test_a_notice_does_not_push_off_what_a_file_was_taken_for(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("city,age,price\n" + "".join(f"{'AB'[n % 2]},{n},{n}.5\n" for n in range(30)))
    snapshot = Session(make_experiment(dataset=str(tmp_path / "t.csv"))).snapshot()
    notice = "interrupted run: a file of a name that is rather long, epoch 5 · tuinet --resume goes on with it"
    for told in ({}, {"notice": notice}):
        lines = [
            "".join(text for text, _ in line) for line in status_lines(make_frame(snapshot, **told), DARK, 80).rows
        ][:4]
        assert any(line.startswith(" inputs city (2 of one-hot), age, standardized") for line in lines)
    assert any(line.startswith(" interrupted run") and line.endswith("…") for line in lines)


def test_weights_stand_in_their_matrices() -> None:
    assert texts(weight_rows(make_snapshot(), DARK, 31, 5)) == [
        " layer 1 sigmoid    layer 2",
        "        h1     h2           y",
        " x1 −5.000 −1.667   h1 −5.000",
        " x2 +1.667 +5.000   h2 +5.000",
        " b  −1.000 +1.000   b  −2.500",
    ]


def test_weights_without_room_are_elided_and_counted() -> None:
    snapshot = make_snapshot(hidden=(20, 20))
    rows = texts(weight_rows(snapshot, DARK, 31, 6, Cursor()))
    assert rows[0] == " layer 1       layer 2 sigmoid"
    assert any("…" in row for row in rows)
    placed = place_matrices(snapshot, 31, 6, Cursor())
    assert placed.total == 3 * 20 + 21 * 20 + 21
    assert 0 < placed.shown < placed.total
    whole = place_matrices(make_snapshot(), 31, 5)
    assert (whole.shown, whole.total) == (9, 9)


def test_where_most_numbers_have_no_room_signs_stand_for_them() -> None:
    snapshot = make_snapshot(hidden=(8,), inputs=4, outputs=3)
    signs, numbers = place_matrices(snapshot, 60, 12), place_matrices(snapshot, 60, 12, Cursor())
    assert signs.has_signs and not numbers.has_signs
    assert numbers.shown < signs.shown == signs.total == 67
    rows = texts(weight_rows(snapshot, DARK, 60, 12))
    assert rows[1].split()[:8] == [f"h{number}" for number in range(1, 9)]
    assert rows[2].split()[:9] == ["x1", *["−−"] * 8]
    assert not place_matrices(make_snapshot(), 31, 5).has_signs


@pytest.mark.parametrize(("width", "titles"), [(38, "layer 1 layer 2 lay 3"), (41, "layer 1 layer 2 layer 3")])
def test_the_title_of_a_narrow_matrix_keeps_the_number_of_its_layer(width: int, titles: str) -> None:
    rows = texts(weight_rows(make_snapshot(hidden=(8, 8), inputs=2), DARK, width, 11))
    assert " ".join(rows[0].replace("sigmoid", "").split()) == titles


def test_columns_without_room_go_on_below_where_all_numbers_fit_then() -> None:
    snapshot = make_snapshot(hidden=(30,), inputs=4)
    placed = place_matrices(snapshot, 118, 60, Cursor(0, 1, 29))
    assert placed.shown == placed.total == 181
    rows = texts(weight_rows(snapshot, DARK, 118, 60, Cursor(0, 1, 29)))
    assert any("layer 1 sigmoid, from column 17 on" in row for row in rows)
    assert sum("h30" in row for row in rows) == 2  # as a column, and as a row of layer 2


def test_names_of_columns_use_the_room_beside_a_matrix() -> None:
    snapshot = make_snapshot(hidden=(40,), inputs=4, outputs=3)
    names = ("Greenish-Leaved Rhododendron", "Small-Flowered Saxifrage", "Gentian")
    snapshot = replace(snapshot, dataset=replace(snapshot.dataset, class_names=names))
    for width, words in ((118, ("Gre-Le", "Sma-Fl")), (60, ("Gre-Lea Rho", "Sma-Flo Sax"))):
        rows = weight_rows(snapshot, DARK, width, 20, Cursor())
        assert all(row.cell_length == width for row in rows)
        assert any(all(word in row for word in words) for row in texts(rows))


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "++"), (0.5, " +"), (0.1, " ·"), (-0.5, " −"), (-1.0, "−−"), (np.nan, " ?")]
)
def test_a_sign_tells_size_without_a_colour(value: float, text: str) -> None:
    assert sign_text(value) == text


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_on_the_full_screen_the_room_below_the_matrices_is_used(size: tuple[int, int]) -> None:
    async with make_app(StubRunner(make_frame())).run_test(size=size) as pilot:
        await pilot.press("3")
        screen = screen_text(pilot)
        assert "A weight leads from its row to its column" in screen and "colours:" in screen
        assert all(f"layer {number}: {size} weights" in screen for number, size in ((1, 4), (2, 2)))
        assert "layer 2 sigmoid" in screen


async def test_the_title_says_how_much_is_in_sight_and_how_the_rest_is_seen() -> None:
    snapshot = make_snapshot(hidden=(30,), inputs=4)
    async with make_app(StubRunner(make_frame(snapshot))).run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        (title,) = [row for row in screen_text(pilot).splitlines() if "of 181 in sight" in row]
        assert "arrows lead to the rest" in title


def test_weights_below_one_another_where_it_is_narrow() -> None:
    assert weights_height(make_snapshot(), 31) == 5
    assert weights_height(make_snapshot(), 20) == 11


def test_the_colour_of_a_number_says_sign_and_size() -> None:
    assert number_style(0.1, DARK).color == ink(DARK.zero, DARK.background).color
    assert number_style(5.0, DARK).color == ink(DARK.positive, DARK.background).color
    assert number_style(-5.0, DARK).color == ink(DARK.negative, DARK.background).color


def test_gradients_of_each_layer() -> None:
    assert texts(gradient_rows(make_snapshot(), DARK, 45, 5)) == [
        "    ‖∂L/∂W‖    ΔW/W 0       1.0e-3",
        " 1   7.5e-2  1.0e-3 ━━━━━━━━━━━━━━",
        " 2   7.1e-2  1.0e-3 ━━━━━━━━━━━━━━",
    ]


def test_gradients_before_the_first_step() -> None:
    rows = texts(gradient_rows(make_snapshot(step=0), DARK, 45, 5))
    assert rows[1] == " 1        –       – ──────────────"


def test_more_layers_than_rows() -> None:
    rows = texts(gradient_rows(make_snapshot(hidden=(2,) * 9), DARK, 45, 5))
    assert len(rows) == 5
    assert rows[-1] == " … 7 more layers"


def test_status() -> None:
    assert lines(make_frame(), 80) == [
        " xor · 2-2-1 · sigmoid · cross-entropy · sgd · learning rate 0.5 · seed 1",
        " ■ paused · speed 100 epochs/s · epoch 1,240 · loss 0.2143 · accuracy 4/4",
    ]
    assert lines(make_frame(running=True, rate=98.3), 80)[1].startswith(" ▸ 98 epochs/s · epoch 1,240")
    assert lines(make_frame(running=True, rate=47.0), 80)[1].startswith(" ▸ 47 epochs/s (100 asked for) · epoch 1,240")
    assert lines(make_frame(running=True), 80)[1].startswith(" ▸ training · epoch 1,240")
    assert lines(make_frame(running=True, rate=45_210.0, speed=None), 80)[1].startswith(" ▸ 45,000 epochs/s · ")
    assert lines(make_frame(speed=None), 80)[1].startswith(" ■ paused · epoch ")
    assert "epoch 1,240 batch 3/25 · " in lines(make_frame(make_snapshot(batch=3, batches_per_epoch=25)), 80)[1]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_findings_are_never_cut(width: int) -> None:
    finding = "stuck on a plateau: press r to reinitialize"
    said = lines(make_frame(make_snapshot(findings=(Finding("stuck", finding),))), width)
    assert finding in " ".join(line.strip() for line in said[1:])
    assert all(len(line) <= width for line in said)
    assert len(said) == (4 if width == 40 else 3)
    assert "loss 0.2143" in said[1]


def test_pending_edits_are_said() -> None:
    said = lines(make_frame(make_snapshot(pending=("3 hidden neurons",))), 80)
    assert "loss 0.2143 · accuracy 4/4" in said[1]
    assert said[2] == " pending: 3 hidden neurons"


def test_no_accuracy_where_there_are_no_classes() -> None:
    metrics = make_metrics()._replace(confusion=None)
    assert "accuracy" not in lines(make_frame(make_snapshot(metrics=metrics)), 80)[1]


def test_the_map_has_axes_and_points() -> None:
    rows = texts(map_rows(make_snapshot(), DARK, 31, 12))
    assert rows[0].startswith("    1.2 ")
    assert rows[5].startswith("     x2 ")
    assert rows[10].startswith("   -0.2 ")
    assert rows[11] == "        -0.2      x1       1.2"
    assert sum(row.count("●") for row in rows) == sum(row.count("○") for row in rows) == 2
    legend = "".join(text for text, _ in shading(make_snapshot(), DARK).legend(29))
    assert legend == "● 0  ○ 1  P(class 1) 0▌▌▌▌1"


def test_the_map_before_the_first_surface_is_neutral() -> None:
    rows = map_rows(make_snapshot(surface=None), DARK, 31, 12)
    backgrounds = {
        segment.style.bgcolor.name for row in rows for segment in row if segment.style and segment.style.bgcolor
    }
    assert backgrounds == {DARK.background, DARK.neutral}


def said(pieces: list[Piece]) -> str:
    return "".join(text for text, _ in pieces)


def test_the_legend_says_what_the_output_is() -> None:
    signed = make_snapshot(loss_name="mse", layers=(*make_snapshot().layers[:-1], make_layer(2, 1, "tanh")))
    assert said(shading(signed, DARK).legend(48)) == "● class 0  ○ class 1  output -1 ▌▌▌▌▌▌▌▌ 1"
    assert shading(signed, DARK).levels(Surface((0, 1), (0, 1), np.array([[-1.0, 0.0, 1.0]]))).tolist() == [[0, 37, 74]]


def test_a_regression_is_coloured_by_the_range_of_its_targets() -> None:
    snapshot = make_snapshot(task="regression")
    low, high = snapshot.dataset.y.min(), snapshot.dataset.y.max()
    shades = shading(snapshot, DARK)
    assert said(shades.legend(29)) == f"y1 {low:.3g} ▌▌▌▌ {high:.3g}  ● sample"
    surface = Surface((0, 1), (0, 1), np.array([[low, (low + high) / 2, high, np.nan, 2 * high]]))
    assert shades.levels(surface).tolist() == [[0, 37, 74, 37, 74]]
    assert [shades.mark(target, 0.0).ground for target in (low, high)] == [
        DARK.levels[0],
        DARK.levels[-1],
    ]
    assert map_title(snapshot, DARK, 31, 12) == "output"
    many = make_dataset(task="regression", X=np.zeros((600, 2)), y=np.zeros((600, 1)))
    crowded = replace(snapshot, dataset=many, surface=make_picture(many))
    assert map_title(crowded, DARK, 31, 12) == "output · 24 of 600 samples"


def test_several_classes_have_a_colour_and_a_glyph_each() -> None:
    snapshot = make_snapshot(outputs=4)
    shades = shading(snapshot, DARK)
    assert said(shades.legend(26)) == "● 0 ○ 1 ◆ 2 ◇ 3"
    surface = Surface((0, 1), (0, 1), np.array([[1.0, 0.25, 0.9, np.nan]]), np.array([[0, 1, 3, 2]]))
    assert shades.levels(surface).tolist() == [[29, 30, 116, 60]]
    colours = [shades.colours[30 * index + 29] for index in range(4)]
    assert colours == list(DARK.classes[:4])
    assert len(set(DARK.class_colours(25))) == 25


def test_names_of_classes_that_do_not_fit_are_cut_then_left_out() -> None:
    names = ("setosa", "versicolor", "virginica")
    assert said(class_pieces(names, DARK, 40)) == "● setosa ○ versicolor ◆ virginica"
    assert said(class_pieces(names, DARK, 29)) == "● setosa ○ versi ◆ virgi"
    assert said(class_pieces(names, DARK, 6)).endswith("…")
    assert class_pieces(names, DARK, 1) == []


def test_a_single_input_has_a_curve_among_its_samples() -> None:
    snapshot = make_snapshot(inputs=1, task="regression")
    rows = texts(fit_rows(snapshot, DARK, 31, 12))
    assert len(rows) == 12
    assert "●" in "".join(rows)
    assert any("⠁" <= character <= "⣿" for character in "".join(rows))
    assert said(fit_legend(snapshot, DARK, 29)) == "● sample  ━ output: y1 by x1"
    assert fit_title(snapshot, 31) == "curve"
    assert fit_title(snapshot, 8) == "curve"
    many = make_dataset(task="regression", X=np.linspace(0, 1, 99)[:, None], y=np.zeros((99, 1)))
    crowded = replace(snapshot, dataset=many, surface=make_picture(many))
    assert fit_title(crowded, 40) == "curve · 20 of 99 samples"
    assert fit_title(crowded, 23) == "curve · 11 of 99"
    assert fit_title(crowded, 40, ("training samples only", "train")) == "curve · training samples only"


@pytest.mark.parametrize("log", [False, True])
def test_the_loss_curve(log: bool) -> None:
    history = make_history()
    rows = texts(loss_chart([Series(history.epochs, history.losses, PLAIN)], 43, 12, log, PLAIN))
    assert len(rows) == 12
    assert rows[-1].split() == ["0", "500", "1,000", "1,500"]
    assert rows[-2].lstrip().startswith("└┬" if log else "0└┬")
    labels = [index for index, text in enumerate(rows) if "┤" in text] + ([] if log else [10])
    assert len({after - before for before, after in pairwise(labels)}) == 1


@pytest.mark.parametrize(
    "losses", [[], [0.7], [np.nan, np.inf], [0.0, -1.0], [1e300, 1e-300], [0.7, np.nan, 0.1], [0.0, 0.0]]
)
@pytest.mark.parametrize("log", [False, True])
def test_losses_that_cannot_be_drawn_are_left_out(losses: list[float], log: bool) -> None:
    series = Series(np.arange(float(len(losses))), np.array(losses), PLAIN)
    rows = loss_chart([series, series], 43, 12, log, PLAIN)
    assert [row.cell_length for row in rows] == [43] * 12


@pytest.mark.parametrize(
    ("changes", "room", "title"),
    [
        ({}, 42, "loss 0.2143 · accuracy 4/4"),
        ({"penalty": 0.03}, 46, "loss 0.2143 + penalty 0.0300 · accuracy 4/4"),
        ({"penalty": 0.03}, 43, "loss 0.2143 + penalty 0.0300 · 100% right"),
        ({"test_metrics": make_metrics(0.3, 3)}, 70, "loss 0.2143 · accuracy 4/4 · test 0.3000 · accuracy 3/4"),
        ({"test_metrics": make_metrics(0.3, 3)}, 52, "loss 0.2143 · accuracy 100% · test 0.3000 · 75.0%"),
        ({"test_metrics": make_metrics(0.3, 3)}, 44, "loss 0.2143 100% right · test 0.3000 75.0%"),
        ({"test_metrics": make_metrics(0.3, 3)}, 42, "loss 0.2143 100% right, test 0.3000 75%"),
        ({"test_metrics": make_metrics(0.3, 3)}, 37, "loss 0.2143 100% · test 0.3000 75.0%"),
        ({"test_metrics": make_metrics(0.3, 3), "penalty": 0.03}, 42, "loss 0.2143 100% right, test 0.3000 75%"),
        ({"test_metrics": make_metrics(0.3, 3)}, 30, "loss 0.2143 · test 0.3000"),
        ({"test_metrics": make_metrics(1.46e-4, 3), "penalty": 0.03}, 29, "loss 0.2143 · test 1.46e-4"),
        ({"test_metrics": make_metrics(0.3, 3), "penalty": 0.03}, 20, "loss 0.2143"),
        ({"task": "regression", "test_metrics": make_fit(0.3, 0.998)}, 43, "loss 0.2143 R² 0.87 · test 0.3000 R² 0.99"),
        ({"task": "regression", "test_metrics": make_fit(0.3, 0.998)}, 42, "loss 0.2143 R² 0.87, test 0.3000 0.99"),
    ],
)
def test_the_title_of_the_loss(changes: dict[str, Any], room: int, title: str) -> None:
    assert said(loss_title(make_snapshot(**changes), DARK, room)) == title


def test_a_title_that_leaves_room_for_the_number_does_not_hide_it() -> None:
    for title in range(1, 30):
        top = texts(framed([], [("t" * title, PLAIN)], (), 30, 3, DARK, number="1"))[0]
        assert (" 1 ─╮" in top) is (title <= 30 - EDGE - CORNER + 2)
        assert (re.search("[─ t]1[ ─]*╮$", top) is not None) is (title <= 30 - EDGE - 1)


def test_the_frame_holds_title_and_legend() -> None:
    rows = texts(framed([], [("loss", PLAIN)], [("epochs", PLAIN)], 20, 3, DARK))
    assert rows == ["╭─ loss ───────────╮", "│                  │", "╰───────── epochs ─╯"]


def test_the_footer_drops_what_does_not_fit_but_never_help_and_quit() -> None:
    everything = hints([*DASHBOARD_BINDINGS, *APP_BINDINGS])
    assert key_row(everything, DARK, 120).text.rstrip() == (
        " space pause  s/b/n step  e set  1-9 panel  m scope  r reinit  +/- speed  a act  w weights  ,/. time"
        "  ? help  q quit"
    )
    assert key_row(everything, DARK, 80).text.rstrip() == (
        " space pause  s/b/n step  e set  1-9 panel  m scope  r reinit  ? help  q quit"
    )
    assert [hint.description for hint in fitting(everything, 20, ("help", "quit"))] == ["help", "quit"]


def test_a_sample_wider_than_its_column_has_a_line_of_its_own() -> None:
    topics = Topics((), (), [LossPanel, FlowPanel], make_snapshot())
    rows = texts(help_rows(topics, DARK, 120))
    for sample, meaning in (("on 1,000 of 50,000", "The whole curve"), ("root mean square", "How large the gradient")):
        line = next(index for index, row in enumerate(rows) if row.strip() == sample)
        assert rows[line + 1].strip().startswith(meaning)


def test_help_explains_every_key_and_symbol() -> None:
    said = "\n".join(texts(help_rows(TOPICS, DARK, 80)))
    for binding in [*DASHBOARD_BINDINGS, *APP_BINDINGS]:
        assert binding.tooltip.partition(":")[0] in said
    for symbol in (
        "▸",
        "■",
        "●",
        "○",
        "‖∂L/∂W‖",
        "‖∂L/∂b‖",
        "max |g|",
        "ΔW/W",
        "━╸",
        "–",
        "…",
        "P(class 1)",
        "1e-2",
        "pending",
    ):
        assert symbol in said


sizes = st.integers(0, 140), st.integers(0, 60)
layers = st.lists(st.integers(1, 40), max_size=6).map(tuple)


@settings(max_examples=60)
@given(*sizes, layers, st.integers(1, 12), st.integers(1, 12), st.sampled_from([None, "regression"]))
def test_rows_have_the_width_of_their_panel(
    width: int, height: int, hidden: tuple[int, ...], inputs: int, outputs: int, task: Task | None
) -> None:
    snapshot = make_snapshot(hidden=hidden, inputs=inputs, outputs=outputs, task=task)
    draw: list[Any] = [weight_rows, gradient_rows]
    draw += [map_rows] if inputs == 2 else [fit_rows] if inputs == 1 else []
    for function in draw:
        rows = function(snapshot, DARK, width, height)
        assert [row.cell_length for row in rows] == [width] * len(rows)
        assert len(rows) <= height
    room = max(width, 0)
    assert width_of(shading(snapshot, DARK).legend(room)) <= max(room, 40)
    for pieces in status_lines(make_frame(snapshot), DARK, width).rows:
        assert width_of(pieces) <= max(width, 12)
    assert [row.cell_length for row in framed([], [("title", PLAIN)], (), width, height, DARK)] == [width] * height
    assert all(row.cell_length == max(width, 20) for row in help_rows(TOPICS, DARK, max(width, 20)))


@pytest.mark.parametrize("options", [{"dataset": "xor"}, {"dataset": "sine", "optimizer": "adam"}])
def test_after_divergence_the_dashboard_has_no_accuracy_and_says_why(options: dict[str, Any]) -> None:
    session = Session(make_experiment(**options, learning_rate=1e5))
    session.advance(9)
    snapshot = session.snapshot()
    text = " ".join(" ".join(lines(make_frame(snapshot), 80)).split())
    assert "diverged: the loss is " in text and "times that at the start; key ( lowers the learning rate to 0." in text
    title = said(loss_title(snapshot, DARK, 70))
    assert not any(word in text + title for word in ("accuracy", "R²"))
