"""Through backpropagation and back in a real pseudo-terminal, as a person would go."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screen import is_whole
from tests.terminal import ESCAPE, RIGHT, UP, Terminal
from tuinet.experiment.experiment import Experiment
from tuinet.explain.explanation import Explanation
from tuinet.explain.focus import Selection
from tuinet.explain.story import explain_phase
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import View
from tuinet.session.session import Session
from tuinet.tui.draw.text import signed
from tuinet.tui.messages import nudged
from tuinet.tui.panels.loss import DIMMED
from tuinet.tui.style.colour import mix, rgb
from tuinet.tui.style.theme import find_theme

ROOT = Path(__file__).parents[1]
PAGE_UP = "\x1b[6~"
PHASES = (
    "batch",
    "forward, layer 1",
    "forward, layer 2",
    "loss",
    "backward, layer 2",
    "backward, layer 1",
    "update",
)
FIRST = Selection(sample=3)
"""What is looked at first: a sample that is not all zeros."""
HIDDEN = Selection(sample=2, layer=None, neuron=1)
VIEW = View(1, 1, step=True)


def epoch(screen: str) -> int:
    found = re.search(r"epoch ([\d,]+)\s", screen)
    return -1 if found is None else int(found[1].replace(",", ""))


def weights(screen: str) -> list[str]:
    return re.findall(r"(?<= )[+-]\d\.\d{3}", screen.partition("weights and biases")[2])


def paused_at(terminal: Terminal, least: int) -> int:
    """Run until an epoch, then pause; where it has come to rest."""
    terminal.wait_until(lambda screen: epoch(screen) >= least)
    terminal.press(" ")
    terminal.wait_for("■ paused")
    terminal.pump(0.2)
    return epoch(terminal.text())


def step_through(session: Session) -> Iterator[Snapshot]:
    for _ in PHASES:
        session.step("phase")
        yield session.snapshot(VIEW)


def read_all(terminal: Terminal, rows: list[str]) -> None:
    """Every row is on the screen, or comes into sight with page down."""
    for text in rows:
        if text not in terminal.text():
            terminal.press(PAGE_UP)
            terminal.wait_for(text)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_person_steps_through_backpropagation_and_changes_things(size: tuple[int, int]) -> None:
    columns, rows = size
    with Terminal(
        [sys.executable, "-m", "tuinet", "--dataset", "xor", "--speed", "100"], columns, rows, cwd=ROOT
    ) as terminal:
        start = paused_at(terminal, 120)
        session = Session(Experiment())
        session.advance(start)
        terminal.press("m")
        terminal.wait_for("update, layer 2 · y")
        step_and_return(terminal, session, columns)
        terminal.press(ESCAPE)
        terminal.wait_until(lambda screen: is_whole(screen, columns, rows) and "decision boundary" in screen)
        terminal.press(">")
        terminal.wait_for(f"epoch {start + 1} · ")
        nudge_and_undo(terminal)
        two_curves(terminal, start + 1)
        assert is_whole(terminal.text(), columns, rows)


def equation_width(columns: int) -> int:
    """Cells of a row of equations, which have half of a wide screen."""
    return (columns if columns < 120 else columns // 2) - 4


def shown_title(explanation: Explanation, columns: int) -> str:
    """The title, without the values of the sample where these do not fit."""
    return explanation.title if columns < 120 else explanation.title.partition(" (")[0]


def step_and_return(terminal: Terminal, session: Session, columns: int) -> None:
    """One whole step by phases, with the arithmetic of a hidden neuron's gradient, and back to its start."""
    selection = FIRST
    snapshots = list(step_through(session))
    for phase, snapshot in zip(PHASES, snapshots, strict=True):
        terminal.press("n")
        terminal.wait_for(f" · {phase}")
        terminal.wait_for(shown_title(explain_phase(snapshot, selection), columns))
        if phase == "backward, layer 1":
            selection = HIDDEN
            terminal.press(RIGHT + UP)
            explanation = explain_phase(snapshot, selection)
            terminal.wait_for(shown_title(explanation, columns))
            printed = ["".join(span.text for span in row).strip() for row in explanation.rows(equation_width(columns))]
            assert any("∂L/∂w₃" in row for row in printed)
            read_all(terminal, printed)
    for phase, snapshot in reversed(list(zip(PHASES[:-1], snapshots[:-1], strict=True))):
        terminal.press("N")
        terminal.wait_for(f" · {phase}")
        terminal.wait_for(shown_title(explain_phase(snapshot, selection), columns))
    terminal.press("N")
    terminal.wait_until(lambda screen: f"epoch {session.run.epoch - 1} of {session.run.epoch} · update" in screen)


def nudge_and_undo(terminal: Terminal) -> None:
    terminal.press("w")
    terminal.wait_for("layer 1, x1 → h1 = ")
    before = weights(terminal.text())
    found = re.search(r"h1 = (-?[\d.]+)", terminal.text())
    assert found
    terminal.press("]")
    wanted = signed(nudged(float(found[1]), 1))
    terminal.wait_until(lambda screen: weights(screen)[:1] == [wanted], wanted=wanted)
    terminal.press("u")
    terminal.wait_until(lambda screen: weights(screen) == before)
    terminal.press(ESCAPE)
    terminal.wait_for("s/b/n step")
    terminal.press(ESCAPE)
    terminal.wait_for("cross-entropy, axis not from 0")


def two_curves(terminal: Terminal, start: int) -> None:
    """Rewind 100 epochs, change the learning rate, run on: the old curve stays, dimmed."""
    terminal.press("," * 100)
    terminal.wait_until(lambda screen: epoch(screen) == start - 100)
    terminal.press(")")
    terminal.wait_for("learning rate 1 ")
    terminal.press(" ")
    terminal.wait_until(lambda screen: epoch(screen) > start)
    terminal.press(" ")
    terminal.wait_until(
        lambda screen: "■ paused" in screen and "━ rate 1  ━ rate 0.5 · " in screen, wanted="two labels"
    )
    theme = find_theme("dark")
    red, green, blue = rgb(mix(theme.positive, theme.background, DIMMED))
    assert f"38;2;{red};{green};{blue}".encode() in terminal.raw
