"""The network of a phase beside its equations, or in turn with them, in the microscope."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from tests.factories import StubRunner, make_frame
from tuinet.experiment.presets import make_experiment
from tuinet.explain.focus import Selection
from tuinet.explain.glossary import glossary_rows, symbols_of
from tuinet.explain.story import explain_phase
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.session import Session
from tuinet.spelling import as_ascii
from tuinet.tui.app import TuinetApp
from tuinet.tui.panels.landscape.step import StepLandscapePanel
from tuinet.tui.panels.layer_tables import LayerTablePanel
from tuinet.tui.panels.map.step import StepMapPanel
from tuinet.tui.panels.network.step import StepNetworkPanel, _number, legend_pieces, step_rows
from tuinet.tui.screens.microscope import ExplanationPanel, MicroscopeScreen
from tuinet.tui.style.adapt import adapted
from tuinet.tui.style.theme import load_themes
from tuinet.tui.terminal.detect import MODERN, Terminal

DARK, LIGHT = load_themes()[:2]
LAST = Selection(3)


def stepped(phases: int, **fields: object) -> Snapshot:
    session = Session(make_experiment(dataset="xor", **fields))
    session.advance(5)
    for _ in range(phases):
        session.step("phase")
    return session.snapshot(View(20, 20, step=True))


def texts(snapshot: Snapshot, selection: Selection = LAST, terminal: Terminal = MODERN) -> list[str]:
    return [row.text.rstrip() for row in step_rows(snapshot, selection, adapted(DARK, terminal), 58, 17)]


def test_a_forward_phase_names_the_weights_of_its_neuron_and_has_no_number_of_later_layers() -> None:
    text = "\n".join(texts(stepped(2)))
    assert "w₁ +" in text and "w₂ +" in text
    assert "w₃" not in text and "w₅" not in text
    assert "δ" not in text and "target 0" in text
    assert text.count("━") > 2  # the frame of h1


def test_a_backward_phase_has_deltas_and_the_weight_by_which_they_came() -> None:
    snapshot = stepped(6)
    text = "\n".join(texts(snapshot))
    assert str(snapshot.phase) == "backward, layer 1"
    assert all(name in text for name in ("w₁ +", "w₂ +", "w₅ +"))
    assert text.count("δ") == 3


@pytest.mark.parametrize(
    ("value", "room", "text"),
    [
        (-0.0376, 9, "δ −0.0376"),
        (-0.00412, 6, "δ−4e−3"),
        (-0.00412, 5, "−4e−3"),  # a sign alone would be read as a minus
        (0.00412, 5, "δ4e−3"),
        (-0.0898, 5, "δ−.09"),
    ],
)
def test_a_narrow_neuron_has_the_number_of_its_delta(value: float, room: int, text: str) -> None:
    assert _number("δ ", value, room) == text


@pytest.mark.parametrize(("value", "text"), [(-0.531, "−.53"), (0.412, "0.41"), (-0.0898, "−.09"), (-1.05, "−1.1")])
def test_a_narrow_neuron_never_has_a_sign_alone(value: float, text: str) -> None:
    assert _number("", value, 4) == text


def test_deltas_of_many_neurons_are_numbers() -> None:
    session = Session(make_experiment(dataset="circle", hidden=(16, 16), batch_size=10))
    for _ in range(8):
        session.step("phase")
    rows = [row.text for row in step_rows(session.snapshot(View(20, 20, step=True)), Selection(0), DARK, 58, 19)]
    assert sum("h16" in row for row in rows) == 1
    assert not any(re.search(r"h\d+ *[−+] ", row) for row in rows)


def test_an_update_marks_what_has_changed() -> None:
    snapshot = stepped(7)
    assert snapshot.step_detail is not None
    subtracted = snapshot.step_detail.layers[1].updates[:-1, 0]
    text = "\n".join(texts(snapshot))
    for name, value in zip(("w₅", "w₆"), subtracted, strict=True):
        assert f"{'▾' if value > 0 else '▴'}{name} " in text
    assert "".join(part for part, _ in legend_pieces(snapshot, None, DARK, 40)) == ""


def test_a_delta_below_zero_is_told_where_a_neuron_is_narrow() -> None:
    snapshot = stepped(9, hidden=(8, 8))
    assert snapshot.step_detail is not None
    assert (np.concatenate([layer.deltas[0] for layer in snapshot.step_detail.layers[:2]]) < 0).sum() > 2
    text = "\n".join(row.text for row in step_rows(snapshot, Selection(0), DARK, 58, 22))
    assert "δ" in text and not re.search(r" [−+](?![\d.])", text)


def test_in_ascii_weights_are_lines_of_whole_cells() -> None:
    rows = texts(stepped(2), terminal=Terminal("none", "ascii"))
    assert any("─" in row for row in rows) and not any("⠀" < letter < "⣿" for row in rows for letter in row)


WIDE = stepped(5, hidden=(9, 3))
LOST = replace(
    WIDE,
    layers=tuple(replace(layer, weights=layer.weights * np.nan, biases=layer.biases - np.inf) for layer in WIDE.layers),
)


@settings(max_examples=40)
@given(
    st.sampled_from([WIDE, LOST, stepped(7), replace(WIDE, step_detail=None)]),
    st.integers(0, 120),
    st.integers(0, 45),
    st.builds(Selection, st.integers(0, 5), st.none(), st.integers(0, 12)),
)
def test_rows_fill_the_panel_whatever_its_size(snapshot: Snapshot, width: int, height: int, chosen: Selection) -> None:
    rows = step_rows(snapshot, chosen, DARK, width, height)
    assert [row.cell_length for row in rows] == [width] * height


def test_names_of_weights_keep_off_the_names_of_neurons() -> None:
    session = Session(make_experiment(dataset="iris", batch_size=4))
    for _ in range(2):
        session.step("phase")
    snapshot = session.snapshot(View(20, 20, step=True))
    for width, height in ((58, 20), (58, 17), (78, 13), (90, 40)):
        text = "\n".join(row.text for row in step_rows(snapshot, Selection(0), DARK, width, height))
        assert all(f"w{number}" in text for number in "₁₂₃₄")
        assert all(f"{part} len" in text and f"{part} wid" in text for part in ("sep", "pet")) or "sepal" in text


def microscope(pilot: Pilot[None]) -> MicroscopeScreen:
    assert isinstance(pilot.app.screen, MicroscopeScreen)
    return pilot.app.screen


def seen(pilot: Pilot[None]) -> tuple[bool, bool]:
    """Whether the network is, and whether the equations are."""
    screen = microscope(pilot)
    return screen.query_one(StepNetworkPanel).display, screen.query_one(ExplanationPanel).display


@pytest.mark.parametrize("size", [(120, 36), (200, 60)])
async def test_network_and_equations_are_seen_together(size: tuple[int, int]) -> None:
    runner = StubRunner(make_frame(stepped(2)))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=size) as pilot:
        await pilot.press("m")
        await pilot.pause()
        assert seen(pilot) == (True, True)
        assert microscope(pilot).selection.sample == 3
        title = microscope(pilot).query_one(StepNetworkPanel)._rows[0].text
        assert "sample 4 (x1 = 1, x2 = 1; y = 0)" in title
        await pilot.press("v")
        assert seen(pilot) == (True, True)
        assert microscope(pilot).notice == "network and equations are both in sight"
        await pilot.press("up")
        await pilot.pause()
        assert "sample 3" in microscope(pilot).query_one(StepNetworkPanel)._rows[0].text


@pytest.mark.parametrize(
    ("phases", "size", "hidden", "is_shown"),
    [(2, (120, 36), 2, True), (6, (120, 36), 2, True), (6, (120, 36), 16, False), (6, (200, 60), 2, True)],
)
async def test_the_sample_is_in_brackets_on_the_map_where_the_equations_leave_room(
    phases: int, size: tuple[int, int], hidden: int, is_shown: bool
) -> None:
    runner = StubRunner(make_frame(stepped(phases, hidden=(hidden,))))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=size) as pilot:
        await pilot.press("m")
        await pilot.pause()
        panel = microscope(pilot).query_one(StepMapPanel)
        assert panel.display is is_shown
        view = runner.views[-1]
        assert view is not None and bool(view.columns) is is_shown and view.pointed is None
        # No number of the tables is left out for it.
        assert hidden > 2 or "…" not in "".join(row.text for row in microscope(pilot).query_one(LayerTablePanel)._rows)
        if is_shown:
            assert panel.cursor_place(runner.frame.snapshot) == (1.0, 1.0)
            assert "[ ] sample 4" in panel._rows[0].text
            assert sum("[●]" in row.text or "[A]" in row.text for row in panel._rows) == 1
            await pilot.press("up")
            assert panel.cursor_place(runner.frame.snapshot) == (1.0, 0.0)


async def test_an_update_leaves_the_equations_most_of_their_rows_beside_the_landscape() -> None:
    runner = StubRunner(make_frame(stepped(7, hidden=(16,))))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(120, 36)) as pilot:
        await pilot.press("m")
        await pilot.pause()
        screen = microscope(pilot)
        assert screen.query_one(StepLandscapePanel).display
        assert seen(pilot) == (True, True)
        assert screen.query_one(ExplanationPanel).size.height >= 18
        assert screen.query_one(StepLandscapePanel).size.height >= 16


async def test_on_a_curve_the_title_has_the_mark_that_the_sample_has() -> None:
    session = Session(make_experiment(dataset="sine", hidden=(2,)))
    for _ in range(2):
        session.step("phase")
    runner = StubRunner(make_frame(session.snapshot(View(40, 20, step=True))))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(120, 36)) as pilot:
        await pilot.press("m")
        await pilot.pause()
        rows = [row.text for row in microscope(pilot).query_one(StepMapPanel)._rows]
        assert "┼ sample 1" in rows[0]
        assert sum("┼" in row for row in rows[1:-1]) == 1
        title = microscope(pilot).query_one(ExplanationPanel)._rows[0].text
        assert "sample 1 " in title and "…" not in title


def test_symbols_are_explained_in_ascii_too() -> None:
    explanation = explain_phase(stepped(6), LAST)
    names = [symbol.name for symbol in symbols_of(explanation)]
    assert {"x₁", "w₁", "δ", "Σ", "f′(z)", "∂L/∂w"} <= set(names)
    rows = glossary_rows(explanation, 60, in_ascii=True)
    text = "\n".join("".join(span.text for span in spans) for spans in rows)
    assert text.isascii()
    shown = [spans[0].text.strip() for spans in rows if spans[0].text.strip()]
    assert shown == [as_ascii(name) for name in names]


def test_below_its_name_a_neuron_has_room_for_the_sign_of_its_delta() -> None:
    snapshot = stepped(7, hidden=(6,))
    detail = snapshot.step_detail
    assert detail is not None and (detail.layers[0].deltas[3] < 0).any()
    rows = [row.text for row in step_rows(snapshot, LAST, DARK, 58, 16)]
    assert sum(row.count("δ") for row in rows) == 7


async def test_where_it_is_small_they_take_turns() -> None:
    runner = StubRunner(make_frame(stepped(2)))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(80, 24)) as pilot:
        await pilot.press("m")
        await pilot.pause()
        assert seen(pilot) == (False, True)
        await pilot.press("v")
        await pilot.pause()
        assert seen(pilot) == (True, False)
        assert "▸layer 1" in "\n".join(row.text for row in microscope(pilot).query_one(StepNetworkPanel)._rows)
        await pilot.press("v")
        assert seen(pilot) == (False, True)


async def test_a_click_chooses_a_neuron_of_the_layer() -> None:
    runner = StubRunner(make_frame(stepped(2)))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=(120, 36)) as pilot:
        await pilot.press("m")
        await pilot.pause()
        panel = microscope(pilot).query_one(StepNetworkPanel)
        row = next(index for index, strip in enumerate(panel._rows) if "h2" in strip.text)
        await pilot.click(StepNetworkPanel, offset=(panel._rows[row].text.index("h2"), row))
        await pilot.pause()
        assert microscope(pilot).selection.neuron == 1
        await pilot.click(StepNetworkPanel, offset=(2, row))
        assert microscope(pilot).selection.neuron == 1


def test_neurons_out_of_sight_are_counted() -> None:
    text = "\n".join(texts(stepped(5, hidden=(30,))))
    shown = [number for number in range(1, 31) if f"h{number} " in text]
    assert 0 < len(shown) < 30
    rest = sum(int(word) for word in re.findall(r"… (\d+)", text))
    assert len(shown) + rest == 30
