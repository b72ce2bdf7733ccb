"""What a teacher points at: in words to all, with its numbers, and marked without moving anything."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.strip import Strip

from tests.factories import StubRunner, make_frame
from tests.tui.test_app import DARK, LIGHT, screen_text
from tests.tui.test_class_view import FOLLOWING, TEACHING, frame_of, settle
from tuinet.experiment.presets import make_experiment
from tuinet.explain.focus import Selection
from tuinet.observe.classroom import Classroom, Pointer
from tuinet.observe.snapshot import Frame
from tuinet.observe.view import GalleryView, View
from tuinet.runner import Runner
from tuinet.session.commands import Command
from tuinet.session.session import Session
from tuinet.session.timeline import Position
from tuinet.tui.app import TuinetApp
from tuinet.tui.messages import Cursor
from tuinet.tui.panels.base import CellPanel
from tuinet.tui.panels.layer_tables import step_tables
from tuinet.tui.panels.network.step import step_rows
from tuinet.tui.panels.samples import panel_title
from tuinet.tui.panels.samples.browsing import Browsing, rows_of
from tuinet.tui.panels.weights.matrices import weight_rows
from tuinet.tui.pointing import pointed_row, pointer_words
from tuinet.tui.screens.dashboard import Dashboard


def stepped(phases: int) -> Frame:
    session = Session(make_experiment(dataset="xor"))
    for _ in range(phases):
        session.step("phase")
    return make_frame()._replace(snapshot=session.snapshot(View(20, 20, step=True)))


def test_of_a_neuron_everybody_reads_what_it_passes_on_and_in_backward_its_delta() -> None:
    frame = stepped(3)
    detail = frame.snapshot.step_detail
    assert detail is not None

    def words(frame: Frame, layer: int, sample: int | None) -> str:
        pointer = Pointer("neuron", layer, sample, 0)
        return pointer_words(frame._replace(classroom=replace(FOLLOWING, pointer=pointer)))

    row = detail.indices.tolist().index(3)
    value = detail.layers[0].activations[row, 0]
    assert words(frame, 1, 3) == f"ada points at h1 = {value:.4g} for sample 4"
    assert words(frame, 0, 3) == "ada points at x1 = 1 for sample 4"
    assert words(stepped(2), 2, 3) == "ada points at y, not computed yet for sample 4"
    backward = stepped(6)
    assert backward.snapshot.step_detail is not None
    delta = backward.snapshot.step_detail.layers[0].deltas[row, 0]
    assert words(backward, 1, 3).endswith(f", δ = {delta:+.4g} for sample 4")
    bias = frame.snapshot.layers[0].biases[0]
    assert words(frame._replace(running=True), 1, 3) == f"ada points at h1, bias {bias:+.4g}"
    assert words(frame, 1, 99) == f"ada points at h1, bias {bias:+.4g}"


class Pointing:
    """A class in which nothing else happens."""

    is_waiting = False

    def __init__(self, classroom: Classroom) -> None:
        self.classroom = classroom

    def attend(self, session: Session, *, running: bool, speed: float | None, run: int) -> None:
        pass

    def note(self, session: Session, command: Command, before: Position, *, is_complete: bool) -> None:
        pass


def test_the_numbers_of_a_step_are_there_for_whoever_sees_a_neuron_that_is_pointed_at() -> None:
    runner = Runner(Session(make_experiment()), running=False)
    runner.look(View())
    assert runner._make_frame().snapshot.step_detail is None
    runner._session.step("phase")
    runner.witness = Pointing(replace(TEACHING, pointer=Pointer("neuron", 1, None, 1)))
    assert runner._make_frame().snapshot.step_detail is not None
    runner.witness = Pointing(replace(TEACHING, pointer=Pointer("sample", row=1)))
    assert runner._make_frame().snapshot.step_detail is None


def test_what_is_pointed_at_has_a_sign_that_needs_no_colour() -> None:
    frame = stepped(3)
    pointed = frame._replace(classroom=replace(FOLLOWING, pointer=Pointer("neuron", 1, 3, 1)))
    assert pointed.snapshot.step_detail is not None
    row = pointed.snapshot.step_detail.indices.tolist().index(3)
    assert pointed_row(frame._replace(classroom=replace(FOLLOWING, pointer=Pointer("sample", row=3)))) == row

    def texts(rows: list[Strip]) -> str:
        return "\n".join(strip.text for strip in rows)

    assert texts(step_rows(frame.snapshot, Selection(), DARK, 60, 20, (1, 1))).count("@") == 1
    assert texts(weight_rows(frame.snapshot, DARK, 60, 12, None, Cursor(0, 1, 1))).count("@") == 1
    tables = step_tables(stepped(2).snapshot, Selection(), (1, 1), 2)
    marked = [name for table in tables for name in (*table.rows, *table.columns) if "@" in name]
    assert marked == ["@sample 3", "@h2"] * 2, "in the tables of z and of a"


@pytest.mark.parametrize(("dataset", "on_test"), [("xor", True), ("iris", False), ("digits", False)])
def test_a_sample_is_marked_among_the_others_and_by_itself(dataset: str, on_test: bool) -> None:
    def text(browsing: Browsing, number: int | None) -> str:
        session = Session(make_experiment(dataset=dataset))
        snapshot = session.snapshot(View(20, 20, gallery=GalleryView(browsing.place, 4, on_test=browsing.on_test)))
        rows = rows_of(snapshot, browsing, DARK, 78, 20, has_focus=True, pointed=number)
        return "\n".join([panel_title(snapshot, browsing, 70, number), *(strip.text for strip in rows or [])])

    browsing = Browsing(on_test=on_test)
    plain, marked = text(browsing, None), text(browsing, 2)
    assert "@" not in plain and "@" in marked
    large = replace(browsing, place=2).opened(2)
    assert "sample @3" in text(large, 2) and "@" not in text(large, 1) + text(large, None)


def test_a_number_beside_what_is_pointed_at_is_whole_or_not_there() -> None:
    frame = stepped(3)
    weight = frame._replace(classroom=replace(FOLLOWING, pointer=Pointer("weight", 1, 1, 0)))
    full = pointer_words(weight)
    said = [pointer_words(weight, room) for room in range(len(full), 0, -1)]
    value = full.split(" = ")[1]
    assert said[0] == full and {*said} > {f"@ x2 → h1 = {value}", "@ x2 → h1"}
    assert all(words.endswith(value) or "=" not in words for words in said)
    neuron = frame._replace(classroom=replace(FOLLOWING, pointer=Pointer("neuron", 1, 3, 0)))
    assert pointer_words(neuron, 20) == "ada points at h1"


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_pointing_moves_nothing(size: tuple[int, int]) -> None:
    runner = StubRunner(frame_of(TEACHING))
    async with TuinetApp(runner, DARK, [DARK, LIGHT]).run_test(size=size) as pilot:
        dashboard = pilot.app.screen
        assert isinstance(dashboard, Dashboard)
        await settle(pilot, "all agree")

        def places() -> dict[str | None, object]:
            return {panel.id: panel.region for panel in dashboard.query(CellPanel) if panel.display}

        before, rows = places(), screen_text(pilot).split("\n")
        runner.frame = frame_of(replace(TEACHING, pointer=Pointer("weight", 1, 1, 0)))
        await settle(pilot, "you point at layer 1, x2 → h1")
        assert places() == before
        after = screen_text(pilot).split("\n")
        assert after[1:3] == rows[1:3] and "you point" in after[0]
