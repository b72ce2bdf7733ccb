from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from textual.strip import Strip

from tests.factories import make_frame, make_history, make_metrics, make_snapshot
from tuinet.training.snapshot import Frame
from tuinet.tui.bindings import APP_BINDINGS, DASHBOARD_BINDINGS, fitting, hints
from tuinet.tui.box import framed
from tuinet.tui.help_text import help_rows
from tuinet.tui.maps import map_legend, map_rows, sample_rows
from tuinet.tui.plot import curve
from tuinet.tui.text import ink, width_of
from tuinet.tui.theme import find_theme
from tuinet.tui.widgets.gradients import gradient_rows
from tuinet.tui.widgets.keys import key_row
from tuinet.tui.widgets.status import status_lines
from tuinet.tui.widgets.weights import hidden_numbers, number_style, weight_rows, weights_height

DARK = find_theme("dark")
PLAIN = Style()


def texts(rows: list[Strip]) -> list[str]:
    return [row.text.rstrip() for row in rows]


def lines(frame: Frame, width: int) -> list[str]:
    return ["".join(text for text, _ in pieces).rstrip() for pieces in status_lines(frame, DARK, width)]


def test_weights_stand_in_their_matrices() -> None:
    assert texts(weight_rows(make_snapshot(), DARK, 31, 5)) == [
        " layer 1 sigmoid    layer 2",
        "        h1     h2           y",
        " x1 -5.000 -1.667   h1 -5.000",
        " x2 +1.667 +5.000   h2 +5.000",
        " b  -1.000 +1.000   b  -2.500",
    ]


def test_weights_without_room_are_elided_and_counted() -> None:
    snapshot = make_snapshot(hidden=(20, 20))
    rows = texts(weight_rows(snapshot, DARK, 31, 6))
    assert rows[0] == " layer 1       layer 2"
    assert any("…" in row for row in rows)
    hidden, total = hidden_numbers(snapshot, 31, 6)
    assert total == 3 * 20 + 21 * 20 + 21
    assert 0 < hidden < total
    assert hidden_numbers(make_snapshot(), 31, 5) == (0, 9)


def test_weights_below_one_another_where_it_is_narrow() -> None:
    assert weights_height(make_snapshot(), 31) == 5
    assert weights_height(make_snapshot(), 20) == 11


def test_the_colour_of_a_number_says_sign_and_size() -> None:
    assert number_style(0.1, DARK).color == ink(DARK.zero, DARK.background).color
    assert number_style(5.0, DARK).color == ink(DARK.positive, DARK.background).color
    assert number_style(-5.0, DARK).color == ink(DARK.negative, DARK.background).color


def test_gradients_of_each_layer() -> None:
    assert texts(gradient_rows(make_snapshot(), DARK, 45, 5)) == [
        "    ‖∂L/∂W‖ ‖∂L/∂b‖ max |g|    ΔW/W 1e-8…1e0",
        " 1   7.5e-2  1.4e-2  5.0e-2  1.0e-3 ━━━━━━━─",
        " 2   7.1e-2  2.5e-2  5.0e-2  1.0e-3 ━━━━━━━─",
    ]


def test_gradients_before_the_first_step() -> None:
    rows = texts(gradient_rows(make_snapshot(step=0), DARK, 45, 5))
    assert rows[1] == " 1        –       –       –       – ────────"


def test_more_layers_than_rows() -> None:
    rows = texts(gradient_rows(make_snapshot(hidden=(2,) * 9), DARK, 45, 5))
    assert len(rows) == 5
    assert rows[-1] == " … 7 more layers"


def test_status() -> None:
    assert lines(make_frame(), 80) == [
        " xor · 2-2-1 · sigmoid · cross-entropy · sgd · learning rate 0.5 · seed 1",
        " ■ paused at 100 epochs/s · epoch 1,240 · loss 0.2143 · accuracy 4/4",
    ]
    assert lines(make_frame(running=True, rate=98.3), 80)[1].startswith(" ▸ 98 of 100 epochs/s · epoch 1,240")
    assert lines(make_frame(running=True, rate=45_210.0, speed=None), 80)[1].startswith(" ▸ 45,000 epochs/s · ")
    assert lines(make_frame(speed=None), 80)[1].startswith(" ■ paused at unlimited · ")
    assert "epoch 1,240 batch 3/25 · " in lines(make_frame(make_snapshot(batch=3, batches_per_epoch=25)), 80)[1]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_findings_are_never_cut(width: int) -> None:
    finding = "stuck on a plateau: press r to reinitialize"
    said = lines(make_frame(make_snapshot(findings=(finding,))), width)
    assert finding in " ".join(line.strip() for line in said[1:])
    assert all(len(line) <= width for line in said)
    assert len(said) == (2 if width == 80 else 4 if width == 40 else 3)


def test_pending_edits_are_said() -> None:
    said = lines(make_frame(make_snapshot(pending=("3 hidden neurons",))), 80)
    assert "pending: 3 hidden neurons" in said[1]


def test_no_accuracy_where_there_are_no_classes() -> None:
    metrics = replace(make_metrics(), confusion=None)
    assert "accuracy" not in lines(make_frame(make_snapshot(metrics=metrics)), 80)[1]


def test_the_map_has_axes_and_points() -> None:
    rows = texts(map_rows(make_snapshot(), DARK, 31, 12))
    assert rows[0].startswith("  1.2 ")
    assert rows[5].startswith("   x2 ")
    assert rows[10].startswith(" -0.2 ")
    assert rows[11] == "      -0.2       x1        1.2"
    assert sum(row.count("●") for row in rows) == sum(row.count("○") for row in rows) == 2
    legend = "".join(text for text, _ in map_legend(make_snapshot(), DARK))
    assert legend == "● 0  ○ 1  P(1) 0 ▌▌▌▌▌▌▌▌ 1"


def test_the_map_before_the_first_surface_is_neutral() -> None:
    rows = map_rows(make_snapshot(surface=None), DARK, 31, 12)
    backgrounds = {
        segment.style.bgcolor.name for row in rows for segment in row if segment.style and segment.style.bgcolor
    }
    assert backgrounds == {DARK.background, DARK.neutral}


def test_samples_where_there_is_no_plane() -> None:
    rows = texts(sample_rows(make_snapshot(inputs=4, outputs=2), DARK, 40, 6))
    assert rows[0] == " 4 inputs: a map needs two"
    assert rows[1].split() == ["x1", "x2", "x3…", "target"]
    assert rows[2].endswith("1 0")
    assert len(rows) == 6
    assert texts(sample_rows(make_snapshot(inputs=1), DARK, 40, 3))[0] == " 1 input: a map needs two"


@pytest.mark.parametrize("log", [False, True])
def test_the_loss_curve(log: bool) -> None:
    history = make_history()
    rows = texts(curve(history.epochs, history.losses, 43, 12, log, PLAIN, PLAIN))
    assert len(rows) == 12
    assert rows[-1].split() == ["0", "500", "1,000", "1,500"]
    assert rows[0].lstrip().startswith("1┤" if log else "0.8┤")
    assert any("1e-1" in row for row in rows) == log


@pytest.mark.parametrize(
    "losses", [[], [0.7], [np.nan, np.inf], [0.0, -1.0], [1e300, 1e-300], [0.7, np.nan, 0.1], [0.0, 0.0]]
)
@pytest.mark.parametrize("log", [False, True])
def test_losses_that_cannot_be_drawn_are_left_out(losses: list[float], log: bool) -> None:
    rows = curve(np.arange(float(len(losses))), np.array(losses), 43, 12, log, PLAIN, PLAIN)
    assert [row.cell_length for row in rows] == [43] * 12


def test_the_frame_holds_title_and_legend() -> None:
    rows = texts(framed([], [("loss", PLAIN)], [("epochs", PLAIN)], 20, 3, DARK))
    assert rows == ["╭─ loss ───────────╮", "│                  │", "╰───────── epochs ─╯"]


def test_the_footer_drops_what_does_not_fit_but_never_help_and_quit() -> None:
    everything = hints([*DASHBOARD_BINDINGS, *APP_BINDINGS])
    assert key_row(everything, DARK, 120).text.rstrip() == (
        " space pause  s step  r/R reinit  a/A activation  +/- speed  l log  t theme  ? help  q quit"
    )
    assert key_row(everything, DARK, 80).text.rstrip() == (
        " space pause  s step  r reinit  a activation  +/- speed  l log  ? help  q quit"
    )
    assert [hint.description for hint in fitting(everything, 20, ("help", "quit"))] == ["help", "quit"]


def test_help_explains_every_key_and_symbol() -> None:
    said = "\n".join(texts(help_rows([*DASHBOARD_BINDINGS, *APP_BINDINGS], DARK, 80)))
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
        "P(1)",
        "1e-2",
        "pending",
    ):
        assert symbol in said


sizes = st.integers(0, 140), st.integers(0, 60)
layers = st.lists(st.integers(1, 40), max_size=6).map(tuple)


@settings(max_examples=60, deadline=None)
@given(*sizes, layers, st.integers(1, 12), st.integers(1, 12))
def test_rows_have_the_width_of_their_panel(
    width: int, height: int, hidden: tuple[int, ...], inputs: int, outputs: int
) -> None:
    snapshot = make_snapshot(hidden=hidden, inputs=inputs, outputs=outputs)
    draw: list[Any] = [weight_rows, gradient_rows, map_rows if inputs == 2 else sample_rows]
    for function in draw:
        rows = function(snapshot, DARK, width, height)
        assert [row.cell_length for row in rows] == [width] * len(rows)
        assert len(rows) <= max(height, 2 if function is sample_rows else 0)
    for pieces in status_lines(make_frame(snapshot), DARK, width):
        assert width_of(pieces) <= max(width, 12)
    assert [row.cell_length for row in framed([], [("title", PLAIN)], (), width, height, DARK)] == [width] * height
    assert all(row.cell_length == max(width, 20) for row in help_rows(APP_BINDINGS, DARK, max(width, 20)))
