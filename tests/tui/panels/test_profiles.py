from __future__ import annotations

import pytest

from tuinet.experiment.presets import make_experiment
from tuinet.observe.answer import input_rows, sample_question
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import Question, View
from tuinet.session.session import Session
from tuinet.tui.draw.text import Piece, width_of
from tuinet.tui.panels.ask.rows import NOW, profile_lines
from tuinet.tui.style.theme import find_theme

DARK = find_theme("dark")


def asked(dataset: str, epochs: int = 0, question: Question | None = None) -> Snapshot:
    session = Session(make_experiment(dataset=dataset))
    session.advance(epochs)
    return session.snapshot(View(question=question or sample_question(session.run.dataset, 0)))


def drawn(snapshot: Snapshot, width: int, height: int) -> list[list[Piece]]:
    assert snapshot.answer is not None
    return profile_lines(snapshot, snapshot.answer, input_rows(snapshot.dataset), DARK, width, height)


def words(lines: list[list[Piece]]) -> list[str]:
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def test_a_strip_goes_from_the_lowest_value_to_the_highest_with_a_mark_at_the_present_one() -> None:
    lines = words(drawn(asked("xor", question=(0.0, 1.0)), 60, 3))
    assert lines[0].startswith(" with one value changed")
    assert lines[0].endswith("1")
    strip = 60 - 2 - 2 * 9 - 4
    assert lines[1] == " x1" + " " * 9 + "0 " + NOW + " " * (strip - 1) + " 1"
    assert lines[2] == " x2" + " " * 9 + "0 " + " " * (strip - 1) + NOW + " 1"


def test_the_colours_are_those_of_the_map() -> None:
    snapshot = asked("xor", epochs=3000, question=(0.0, 0.0))
    (_, x1, _) = drawn(snapshot, 60, 3)
    grounds = [style.bgcolor.name for text, style in x1[1:-1] if text == " " and style.bgcolor]
    # Learned: 0 where both are 0, in the first colours; 1 where only the first is 1, in the last.
    assert DARK.levels.index(grounds[0]) < len(DARK.levels) // 4
    assert DARK.levels.index(grounds[-1]) > 3 * len(DARK.levels) // 4


def test_several_classes_are_named_with_their_colours() -> None:
    heading = words(drawn(asked("iris"), 120, 5))[0]
    assert all(name in heading for name in ("setosa", "versicolor", "virginica"))


@pytest.mark.parametrize(("height", "rows"), [(5, 5), (9, 8), (17, 16), (60, 24)])
def test_strips_grow_with_the_room(height: int, rows: int) -> None:
    assert len(drawn(asked("iris"), 120, height)) == rows


@pytest.mark.parametrize("dataset", ["xor", "iris", "sine"])
@pytest.mark.parametrize("width", range(30, 200, 17))
@pytest.mark.parametrize("height", [0, 1, 2, 4, 11])
def test_they_fit_their_room(dataset: str, width: int, height: int) -> None:
    lines = drawn(asked(dataset), width, height)
    assert len(lines) <= height
    assert all(width_of(line) <= width for line in lines)
