from __future__ import annotations

import math

import pytest

from tuinet.experiment.experiment import Experiment
from tuinet.explain import loss
from tuinet.explain.explanation import Line
from tuinet.explain.focus import Numerals, Selection
from tuinet.explain.story import explain_phase
from tuinet.explain.update import in_numbers, names_in, value_of
from tuinet.nn.optimizers import OPTIMIZERS, Momentum
from tuinet.observe.view import View
from tuinet.session.session import Session

VALUES = {"beta1": 0.9, "m_old": -0.5, "g": -0.2, "s": 4.0, "epsilon": 1e-8, "t": 3.0}


@pytest.mark.parametrize(
    ("symbols", "value", "numbers"),
    [
        ("beta1·m_old + (1 − beta1)·g", -0.47, "0.9·(−0.5) + (1 − 0.9)·(−0.2)"),
        ("g + m_old", -0.7, "−0.2 + (−0.5)"),
        ("s − g²", 3.96, "4 − (−0.2)²"),
        ("g / (√s + epsilon)", -0.1, "−0.2 / (√4 + 1e−8)"),
        ("1 − beta1^t", 0.271, "1 − 0.9^3"),
        ("½·beta1^(t + 1)", 0.32805, "½·0.9^4"),
        ("max(m_old, g)", -0.2, "max(−0.5, −0.2)"),
        ("beta1·sign(g)", -0.9, "0.9·sign(−0.2)"),
    ],
)
def test_an_equation_comes_to_a_value_and_is_written_in_numbers(symbols: str, value: float, numbers: str) -> None:
    assert value_of(symbols, VALUES) == pytest.approx(value, abs=1e-6)
    assert in_numbers(symbols, VALUES, Numerals(4)) == numbers


def test_what_is_not_defined_is_no_number() -> None:
    assert math.isnan(value_of("g / (s − s)", VALUES))
    assert math.isnan(value_of("√g", VALUES))
    assert names_in("max(m_old, g²)") == {"m_old", "g"}


def update_of(optimizer: str) -> dict[str, Line]:
    """The equations of an update, the last of each left side."""
    session = Session(Experiment(optimizer=optimizer, learning_rate=0.01))
    session.advance(2)
    for _ in range(20):
        session.step("phase")
        if session.run.phase is not None and session.run.phase.kind == "update":
            break
    explanation = explain_phase(session.snapshot(View(step=True)), Selection())
    return {line.left: line for line in explanation.lines if isinstance(line, Line)}


@pytest.mark.parametrize(
    "equations",
    [
        ("v = momentum·v_old + shift(g)", "far = zeta·v", "half = ½·g", "update = learning_rate·far"),
        ("update = zeta·g",),
    ],
)
def test_an_equation_with_an_unknown_symbol_is_shown_as_it_is_written(
    monkeypatch: pytest.MonkeyPatch, equations: tuple[str, ...]
) -> None:
    monkeypatch.setattr(Momentum, "equations", equations)
    shown = update_of("momentum")
    for equation in equations:
        left, _, symbols = equation.partition(" = ")
        assert shown[left].symbols == symbols
        assert bool(shown[left].numbers) == (left == "half")
        assert bool(shown[left].result) == (left in ("v", "half"))
    assert shown["b new"].symbols == "b − update"
    assert shown["b new"].numbers and shown["b new"].result


@pytest.mark.parametrize("symbols", ["g % s", "g +", "s.real", "g[0]"])
def test_what_is_no_arithmetic_is_no_number(symbols: str) -> None:
    assert math.isnan(value_of(symbols, {**VALUES, "real": 1.0}))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_step_of_an_update_is_shown_with_its_numbers(name: str) -> None:
    shown = update_of(name)
    names = [equation.partition(" = ")[0] for equation in OPTIMIZERS[name].equations]
    for step in names if len(names) > 1 else []:
        assert shown[step].symbols and any(map(str.strip, shown[step].numbers)), step


def test_a_loss_whose_slope_is_not_told_has_a_delta_without_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(loss._SLOPES, "sse")
    session = Session(Experiment(loss="sse"))
    while session.run.phase is None or session.run.phase.kind != "backward":
        session.step("phase")
    explanation = explain_phase(session.snapshot(View(step=True)), Selection())
    shown = {line.left: line for line in explanation.lines if isinstance(line, Line)}
    assert "∂L/∂a" not in shown
    assert shown["δ"].numbers == () and shown["δ"].result
