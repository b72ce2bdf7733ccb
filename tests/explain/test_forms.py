"""How explanations are written: widths, Markdown, ASCII, numbers, what is left out."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from markdown_it import MarkdownIt

from tests.explain.stepping import Case, make_case, random_dataset
from tuinet.cli.explain import whole_step
from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.explain.explanation import Explanation, Line, Remark, cell_width, rows_of, rows_of_text
from tuinet.explain.focus import Elision, Numerals, Selection
from tuinet.explain.story import Story, explain_phase, phase_names
from tuinet.nn.training import PhaseName
from tuinet.observe.snapshot import Snapshot
from tuinet.session.session import Session
from tuinet.spelling import as_ascii


@pytest.fixture(scope="module")
def case() -> Case:
    fields: dict[str, Any] = {"l1": 0.01, "l2": 0.1, "clip_norm": 0.05, "dropout": 0.3, "optimizer": "nadam"}
    dataset = random_dataset("classes", 12, 5, 3)
    return make_case(dataset, batch_size=5, hidden=(7, 6), activation=("gelu",), **fields)


def explanations(case: Case, digits: int = 4) -> list[Explanation]:
    return [explain_phase(snapshot, Selection(1, 1, 1), digits) for snapshot in case.snapshots]


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 4, "0"),
        (-0.0, 4, "0"),
        (1.0, 4, "1"),
        (0.5, 4, "0.5"),
        (-0.21, 4, "−0.21"),
        (-0.21000001, 4, "−0.2100"),
        (0.013118, 6, "0.013118"),
        (1 / 3, 10, "0.3333333333"),
        (1234.56, 4, "1235"),
        (123456.0, 4, "1.235e5"),
        (1e-8, 4, "1e−8"),
        (-1.23456789e-9, 4, "−1.235e−9"),
        (float("nan"), 4, "nan"),
        (float("-inf"), 4, "−inf"),
    ],
)
def test_numbers(value: float, digits: int, text: str) -> None:
    assert Numerals(digits).plain(value) == text


def test_a_row_ends_between_no_name_and_its_value() -> None:
    text = "adam: learning_rate = 0.01, beta1 = 0.9, beta2 = 0.999, epsilon = 1e−8; t = 14307, the number of this step."
    for width in range(36, 110):
        rows = rows_of_text(text, width)
        assert " ".join(rows) == text
        assert all(len(row) <= width and not row.startswith("=") and not row.endswith("=") for row in rows)
        assert "t = 14307," in " ".join(row for row in rows if "14307" in row)


def test_numbers_in_formulas() -> None:
    numerals = Numerals(4)
    assert (numerals.factor(-2.0), numerals.factor(2.0)) == ("(−2)", "2")
    assert (numerals.power(-2.0), numerals.power(1e-5), numerals.power(0.25)) == ("(−2)", "(1e−5)", "0.25")


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_rows_keep_to_the_width(case: Case, width: int) -> None:
    for explanation in explanations(case, digits=4 if width < 60 else 10):
        for row in explanation.to_text(width).splitlines():
            # Only what has no spaces may be wider.
            assert cell_width(row) <= width or " " not in row.strip().removeprefix("= "), row


@pytest.mark.parametrize("width", [40, 80])
def test_wrapping_loses_nothing(case: Case, width: int) -> None:
    for explanation in explanations(case):
        whole, wrapped = explanation.to_text(10_000), explanation.to_text(width)
        assert wrapped.split() == whole.split()


def test_equals_signs_stand_in_a_column(case: Case) -> None:
    text = explain_phase(case.snapshots[1], Selection(1, 1, 1)).to_text(200)
    columns = {row.index(" = ") for row in text.splitlines()[1:] if re.match(r"  (z|a|Φ\(z\)) += ", row)}
    assert len(columns) == 1


def test_spans_say_what_they_are() -> None:
    explanation = Explanation("title", (Line("z", "w·x", ("2·3",), "6"), Remark("A remark.")))
    roles = [[span.role for span in row] for row in explanation.rows(80)]
    assert roles == [["left", "sign", "symbols", "sign", "numbers", "sign", "result"], ["remark"]]


def test_markdown_is_what_it_looks_like(case: Case) -> None:
    markdown = MarkdownIt("commonmark")
    text = Story(sample=1, digits=10).to_markdown(case.snapshots)
    tokens = markdown.parse(text)
    kinds = {token.type for token in tokens}
    assert kinds == {"heading_open", "heading_close", "inline", "paragraph_open", "paragraph_close", "fence"}
    assert [token.tag for token in tokens if token.type == "heading_open"].count("h1") == 1
    # Nothing in a paragraph or heading is taken for markup.
    children = {child.type for token in tokens for child in token.children or ()}
    assert children == {"text"}


def test_markdown_says_the_same(case: Case) -> None:
    for explanation in explanations(case):
        plain = re.sub(r"\\(.)", r"\1", re.sub(r"^(#+ |```(text)?)", "", explanation.to_markdown(), flags=re.M))
        assert plain.split() == explanation.to_text(10_000).split()


def test_names_of_columns_cannot_break_markdown() -> None:
    names = ("*a* `b`\n# c", "```")
    dataset = Dataset("d|_x_", "binary", np.eye(2), np.array([[0.0], [1.0]]), names, ("0", "1"))
    text = Story().to_markdown(make_case(dataset).snapshots)
    tokens = MarkdownIt("commonmark").parse(text)
    assert {child.type for token in tokens for child in token.children or ()} == {"text"}
    headings = [tokens[i + 1].content for i, token in enumerate(tokens) if token.type == "heading_open"]
    assert len(headings) == len([row for row in text.splitlines() if row.startswith("#")])


def test_ascii_has_a_spelling_for_everything(case: Case) -> None:
    for form in ("to_text", "to_markdown"):
        text = as_ascii(getattr(Story(sample=1), form)(case.snapshots))
        assert text.isascii()
        assert "?" not in text
    sides = as_ascii("δ = ∂L/∂z = Σ w₁₂·σ(z)² − ½")
    assert sides == "delta = dL/dz = sum w12*sigma(z)^2 - 1/2"


def test_what_is_left_out_is_counted() -> None:
    assert Elision(4).parts(10) == [0, 1, 2, range(3, 9), 9]
    assert Elision(4).parts(10, keep=6) == [0, 1, 2, range(3, 6), 6, range(7, 9), 9]
    assert Elision(4).parts(5) == [0, 1, 2, 3, 4]
    assert Elision(None).parts(50) == list(range(50))
    values = [1.0, 2.0, 4.0, 8.0, 16.0]
    assert Elision(3).numbers(Numerals(4), values, str) == "0 + 1 + [… 2 terms: 12] + 4"
    assert Elision(3).symbols(5, lambda i: f"x{i}") == "x0 + x1 + … + x4"


def test_any_phase_of_the_step_can_be_asked_for(case: Case) -> None:
    last = case.last
    for snapshot in case.snapshots:
        asked = explain_phase(last, Selection(1, 1, 1), phase=snapshot.phase)
        assert asked == explain_phase(snapshot, Selection(1, 1, 1))


def test_phases_to_come_are_not_explained(case: Case) -> None:
    later = explain_phase(case.snapshots[1], phase=PhaseName("loss"))
    assert "not been completed" in later.to_text()
    assert phase_names(case.last.experiment, 3) == [snapshot.phase for snapshot in case.snapshots]


def test_a_selection_beyond_the_last_is_the_last(case: Case) -> None:
    forward = case.snapshots[1]
    assert explain_phase(forward, Selection(999, 99, 999)) == explain_phase(forward, Selection(4, 1, 6))


def test_diverging_is_told_too() -> None:
    with np.errstate(all="ignore"):
        for loss, optimizer in (("cross-entropy", "sgd"), ("mse", "adam"), ("huber", "nadam")):
            fields: dict[str, Any] = {
                "learning_rate": 1e200,
                "hidden": (3,),
                "loss": loss,
                "optimizer": optimizer,
                "l2": 1e3,
            }
            assert Story(digits=10).to_text(diverged(clip_norm=1.0, activation=("gelu",), **fields))


def diverged(**fields: Any) -> list[Snapshot]:
    session = Session(Experiment(**fields), records=False)
    session.advance(3)
    return whole_step(session)


def test_the_example_of_the_design() -> None:
    case = make_case(steps=0)
    text = explain_phase(case.snapshots[1], Selection(1, 1, 1)).to_text(80)
    assert text.splitlines() == [
        "forward, layer 1 · h2 · sample 2 (x1 = 0, x2 = 1; y = 1)",
        "",
        "  z = w₃·x₁ + w₄·x₂ + b = 0.8216·0 + (−1.303)·1 + 0 = −1.303",
        "  a = σ(z) = 1 / (1 + e^1.303) = 0.2136",
    ]


def test_equations_are_laid_out_however_long_their_left_sides_are() -> None:
    lines = (Line("a" * 20, "b", ("1",)), Line("c" * 30, "d", ("2",)))
    rows = ["".join(span.text for span in row) for row in Explanation("", lines).rows(80)]
    assert rows == [f"  {'a' * 20} = b = 1", f"  {'c' * 30} = d = 2"]


def test_a_number_stays_in_the_row_of_its_name() -> None:
    text = "sample 1: " + ", ".join(f"sepal width {index} = {index}.838" for index in range(12))
    for width in range(40, 90):
        rows = ["".join(span.text for span in spans) for spans in rows_of([Remark(text)], width)]
        assert len(rows) > 2
        assert not any(row.rstrip().endswith("=") or row.lstrip().startswith("=") for row in rows)
        assert sum(row.count(" = ") for row in rows) == 12
