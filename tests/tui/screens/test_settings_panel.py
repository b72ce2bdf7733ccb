"""How the settings look: rows of any size, and pictures."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.tui.test_app import DARK, LIGHT
from tuinet.experiment.experiment import CHOICES, Experiment
from tuinet.observe.view import View
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.draw.text import Passage, fitted
from tuinet.tui.panels.settings import field_row, line_row, setting_rows
from tuinet.tui.panels.settings.state import NAMES, SettingsLine, SettingsState, TextEntry, first_line, lines_for

Compare = Callable[..., bool]
DEEP = Experiment(hidden=(8, 8, 4), activation=("tanh", "relu", "sin"))


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)


def app(hidden: tuple[int, ...] = (2,)) -> TuinetApp:
    session = Session(Experiment(hidden=hidden))
    session.advance(20)
    return TuinetApp(StubRunner(make_frame(session.snapshot(View(24, 22)))), DARK, [DARK, LIGHT])


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60), (40, 12)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_settings(snap_compare: Compare, size: tuple[int, int]) -> None:
    press = ["e", "tab", "tab", "down", "down"]
    assert snap_compare(app(), press=press, terminal_size=size)


def test_layers(snap_compare: Compare) -> None:
    assert snap_compare(app((8, 8, 4)), press=["e", "tab", "right"], terminal_size=(80, 24))


def test_typing(snap_compare: Compare) -> None:
    press = ["e", "tab", "tab", "enter", "a", "d", "a"]
    assert snap_compare(app(), press=press, terminal_size=(80, 24))


@pytest.mark.parametrize(
    ("field", "part", "width", "text"),
    [
        ("learning_rate", 0, 47, "▸ learning rate       ◂ 0.5 ▸"),
        ("hidden", 1, 47, "▸ hidden            ≠ ◂ 8 [8] 4 ▸"),
        ("hidden", 2, 31, "▸ hidden            ≠ ◂ … [4] ▸"),
        ("activation", 0, 47, "▸ activation        ≠ ◂ [all] tanh relu sin ▸"),
        ("activation", 3, 47, "▸ activation        ≠ ◂ all tanh relu [sin] ▸"),
        ("activation", 2, 39, "▸ activation        ≠ ◂ … [relu] … ▸"),
        ("activation", 0, 39, "▸ activation        ≠ ◂ [all] tanh … ▸"),
        ("activation", 2, 29, "▸ activation        ≠ ◂ [r… ▸"),
        ("features", 2, 47, "▸ features            ◂ [x1² out] as they are ▸"),
        ("momentum", 0, 51, "▸ momentum            ◂ 0.9 ▸ · not used by sgd"),
        ("momentum", 0, 41, "▸ momentum            ◂ 0.9 ▸ · unused"),
        ("weights", 0, 47, "▸ weights               by the initializer"),
    ],
)
def test_a_chosen_field(field: str, part: int, width: int, text: str) -> None:
    state = SettingsState(DEEP, field, part)
    assert field_row(field, state, make_snapshot(), DARK, width).text.rstrip() == text


def test_fields_that_are_not_chosen() -> None:
    state, snapshot = SettingsState(DEEP), make_snapshot()
    assert field_row("hidden", state, snapshot, DARK, 47).text.rstrip() == "  hidden            ≠   8,8,4"
    assert field_row("loss", state, snapshot, DARK, 47).text.rstrip() == "  loss                  auto (cross-entropy)"
    assert (
        field_row("epsilon", state, snapshot, DARK, 47).text.rstrip() == "  epsilon               auto (1e-8) · unused"
    )
    assert line_row(SettingsLine("data"), state, snapshot, DARK, 42).text.rstrip() == " data"


def test_the_explanation_of_a_number() -> None:
    rows = setting_rows(SettingsState(Experiment(optimizer="adam"), "learning_rate"), make_frame(), DARK, 40, 20)
    assert [row.text.strip() for row in rows] == [
        "What a gradient is multiplied by to",
        "make an update.",
        "",
        "A number above 0.",
        "",
        "◂ 0.2 · 1 ▸",
        "",
        "A change takes effect now; weights and",
        "optimizer stay.",
        "",
        "backspace brings the default of xor:",
        "0.01.",
    ]


def test_passages_shrink_before_they_are_left_out() -> None:
    plain = Style()
    first, second, third = [[("a", plain)]], [[("b", plain)], [("c", plain)]], [[("d", plain)]]
    passages = [Passage(first, 0), Passage(second, 1, third), Passage(third, 2)]
    said = [["".join(word for word, _ in line) for line in fitted(passages, height)] for height in range(7)]
    assert said[:4] == [[], ["a"], ["a", "d"], ["a", "d", "d"]]
    assert said[4:] == [["a", "b", "c", "d"], ["a", "b", "c", "d"], ["a", "", "b", "c", "", "d"]]


@settings(max_examples=60)
@given(
    st.sampled_from(NAMES),
    st.integers(0, 7),
    st.lists(st.integers(1, 4096), max_size=12).map(tuple),
    st.sampled_from(CHOICES["optimizer"]),
    st.none() | st.text(max_size=8),
    st.integers(0, 120),
    st.integers(0, 40),
)
def test_rows_have_the_width_of_their_panel(
    field: str, part: int, hidden: tuple[int, ...], optimizer: str, typed: str | None, width: int, height: int
) -> None:
    experiment = Experiment(hidden=hidden, optimizer=optimizer)
    entry = None if typed is None else TextEntry(field, typed)
    state = SettingsState(experiment, field, refusal="no " * part, entry=entry).shifted(part)
    for name in NAMES:
        assert field_row(name, state, make_snapshot(), DARK, width).cell_length == width
    rows = setting_rows(state, make_frame(), DARK, width, height)
    assert len(rows) <= height
    assert {row.cell_length for row in rows} <= {width}


@given(st.lists(st.integers(0, len(NAMES) - 1), max_size=12), st.integers(1, 60))
def test_the_chosen_field_is_always_in_sight(path: list[int], height: int) -> None:
    top = 0
    for index in path:
        top = first_line(top, NAMES[index], height)
        assert SettingsLine(field=NAMES[index]) in lines_for(height)[top : top + height]
