"""What is seen of a phase in the network: numbers of one sample, names of weights, and nothing of another step."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.explain.stepping import make_case
from tuinet.explain.explanation import Line
from tuinet.explain.focus import Selection, telling_sample, weight_number
from tuinet.explain.glossary import SYMBOLS, glossary_rows, symbols_of
from tuinet.explain.highlights import Highlights, highlights
from tuinet.explain.story import explain_phase
from tuinet.nn.optimizers import OPTIMIZERS
from tuinet.observe.snapshot import Snapshot


def by_phase() -> dict[str, Snapshot]:
    return {str(snapshot.phase): snapshot for snapshot in make_case(steps=1).snapshots}


def seen(phase: str, sample: int = 3, neuron: int = 0, layer: int | None = None) -> Highlights:
    found = highlights(by_phase()[phase], Selection(sample, layer, neuron))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("phase", "layers", "deltas", "lit", "names"),
    [
        ("batch", 1, [], set(), []),
        ("forward, layer 1", 2, [], {1}, ["w₁", "w₂"]),
        ("forward, layer 2", 3, [], {2}, ["w₅", "w₆"]),
        ("loss", 3, [], set(), []),
        ("backward, layer 2", 3, [2], {2}, ["w₅", "w₆"]),
        ("backward, layer 1", 3, [1, 2], {1, 2}, ["w₁", "w₂", "w₅"]),
        ("update", 3, [1, 2], {1, 2}, ["w₅", "w₆"]),
    ],
)
def test_each_phase_shows_what_it_has_come_to_and_the_weights_that_it_uses(
    phase: str, layers: int, deltas: list[int], lit: set[int], names: list[str]
) -> None:
    found = seen(phase)
    assert len(found.activations) == layers
    assert sorted(found.deltas) == deltas
    assert found.lit == lit
    assert [weight.symbol for weight in found.weights] == names


def test_the_numbers_are_those_of_the_sample() -> None:
    detail = by_phase()["backward, layer 1"].step_detail
    assert detail is not None
    found = seen("backward, layer 1", sample=1)
    assert found.sample == "sample 2 (x1 = 0, x2 = 1; y = 1)"
    assert found.activations[0] == (0.0, 1.0)
    assert found.activations[1] == tuple(detail.layers[0].activations[1].tolist())
    assert found.deltas[1] == tuple(detail.layers[0].deltas[1].tolist())
    assert found.targets == (1.0,)


def test_names_are_those_of_the_equations() -> None:
    snapshot, selection = by_phase()["backward, layer 1"], Selection(3, None, 1)
    text = explain_phase(snapshot, selection).to_text()
    found = highlights(snapshot, selection)
    assert found is not None
    assert [weight.symbol for weight in found.weights] == ["w₃", "w₄", "w₆"]
    assert all(weight.symbol in text for weight in found.weights)
    assert "∂L/∂a = w₆·δ₁" in text


def test_an_update_says_which_way_each_weight_went() -> None:
    snapshot = by_phase()["update"]
    assert snapshot.step_detail is not None
    layer = snapshot.step_detail.layers[1]
    ways = np.sign(layer.block - layer.block_before)[:-1, 0]
    assert [np.sign(weight.change) for weight in seen("update").weights] == ways.tolist()


def test_before_the_first_step_nothing_is_seen() -> None:
    assert highlights(replace(by_phase()["batch"], phase=None), Selection()) is None


def test_weights_are_numbered_through_the_network() -> None:
    sizes = (2, 3, 2)
    numbers = [
        weight_number(sizes, layer, row, column)
        for layer in (1, 2)
        for column in range(sizes[layer])
        for row in range(sizes[layer - 1])
    ]
    assert numbers == list(range(1, 2 * 3 + 3 * 2 + 1))


def test_the_first_look_is_at_a_sample_without_zeros() -> None:
    detail = by_phase()["batch"].step_detail
    assert detail is not None
    assert detail.layers[0].x[telling_sample(detail)].tolist() == [1.0, 1.0]


def test_every_symbol_of_the_equations_has_a_sentence_and_no_other() -> None:
    def names(phase: str) -> list[str]:
        return [symbol.name for symbol in symbols_of(explain_phase(by_phase()[phase], Selection(3)))]

    assert names("forward, layer 1") == ["x₁", "w₁", "b", "z", "a", "σ(z)"]
    assert names("forward, layer 2") == ["h₁", "w₁", "b", "z", "a", "σ(z)"]
    assert names("batch") == []
    assert names("backward, layer 1") == ["x₁", "w₁", "b", "z", "a", "L", "∂L/∂w", "∂L/∂a", "f′(z)", "δ", "Σ"]
    assert names("update") == ["w₁", "b", "learning_rate", "g"]
    functions = {symbol.name for symbol in SYMBOLS if re.search(symbol.pattern, "a = tanh(z)")}
    assert functions == {"a", "z", "tanh"}


def test_sentences_are_whole_in_narrow_rows() -> None:
    explanation = explain_phase(by_phase()["forward, layer 1"], Selection(3))
    rows = ["".join(span.text for span in row) for row in glossary_rows(explanation, 40)]
    assert all(len(row) <= 40 for row in rows)
    sentence = next(symbol.sentence for symbol in SYMBOLS if symbol.name == "z")
    assert sentence in " ".join(" ".join(row.split()) for row in rows)


_WORDS = {
    "new",
    "of",
    "layer",
    "its",
    "samples",
    "classes",
    "where",
    "else",
    "max",
    "min",
    "sign",
    "tanh",
    "outputs",
    "π",
    "∂z",
}
"""What an equation says in words, or a function that everybody knows."""
_NAME = re.compile(r"(?<!\d)[^\W\d²½₀-₉]\w*|Σ")


@pytest.mark.parametrize(
    "fields",
    [
        *({"optimizer": name} for name in OPTIMIZERS),
        {"l1": 0.1, "l2": 0.1},
        {"clip_norm": 0.01},
        {"dropout": 0.3, "hidden": (4,)},
        {"loss": "mse"},
        {"class_weight": "balanced"},
        {"activation": "gelu"},
        {"loss": "hinge"},
    ],
    ids=str,
)
def test_no_symbol_is_without_a_sentence(fields: dict[str, Any]) -> None:
    for snapshot in make_case(steps=1, **fields).snapshots:
        for line in explain_phase(snapshot, Selection(1)).lines:
            text = f"{line.left} {line.symbols}" if isinstance(line, Line) else ""
            known = {
                place
                for symbol in SYMBOLS
                for found in re.finditer(symbol.pattern, text)
                for place in range(*found.span())
            }
            names = {found[0] for found in _NAME.finditer(text) if not known & set(range(*found.span()))}
            assert names - _WORDS == set(), line
