"""Labels, and hinge's scores, in every panel, at several sizes: real snapshots, no thread."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from textual.pilot import Pilot

from tests.factories import StubRunner, make_frame
from tests.screen import is_whole
from tests.session.factories import dataset_of
from tests.tui.test_app import make_app, screen_text
from tuinet.data.dataset import Dataset
from tuinet.experiment.experiment import Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.observe.gallery import Verdicts
from tuinet.observe.snapshot import Snapshot
from tuinet.observe.view import GalleryView, HiddenView, View
from tuinet.session.session import Session
from tuinet.tui.draw.answers import answer_name, map_names
from tuinet.tui.draw.loss_title import loss_title
from tuinet.tui.draw.text import whole_percent
from tuinet.tui.panels.base import CellPanel, panel_class
from tuinet.tui.panels.confusion.labels import label_legend, label_rows, label_title
from tuinet.tui.panels.map.drawing import map_title, reason_against
from tuinet.tui.panels.samples.view import sample_rows
from tuinet.tui.style.theme import Theme, load_themes

THEME: Theme = load_themes()[0]
NETWORK: dict[str, Any] = {"hidden": (6, 4), "activation": ("tanh",), "learning_rate": 0.3, "batch_size": 8}


def labelled(labels: int = 3, inputs: int = 2, picture: tuple[int, int] | None = None) -> Dataset:
    generator = np.random.default_rng(5)
    X = generator.normal(size=(60, inputs))
    y = (X @ generator.normal(size=(inputs, labels)) > 0).astype(float)
    whole = dataset_of(X, y, "labels")
    names = tuple(["right", "up", "same", "d", "e", "f", "g", "h"][:labels])
    return replace(whole, X=X[:45], y=y[:45], X_test=X[45:], y_test=y[45:], target_names=names, image_shape=picture)


def session_of(kind: str) -> Session:
    made: dict[str, tuple[Experiment, Dataset | None]] = {
        "three": (Experiment(**NETWORK), labelled()),
        "eight": (Experiment(**NETWORK), labelled(8, 5)),
        "one input": (Experiment(**NETWORK), labelled(2, 1)),
        "pictures": (Experiment(**NETWORK), labelled(4, 64, (8, 8))),
        "tanh": (Experiment(**NETWORK, loss="mse", output="tanh"), labelled()),
        "hinge": (make_experiment(dataset="moons", loss="hinge", test_share=0.2), None),
        "hinge of three": (make_experiment(dataset="iris", loss="hinge", class_weight="balanced"), None),
        "hinge, one input": (
            Experiment(loss="hinge"),
            dataset_of(np.arange(6.0)[:, None], np.eye(2)[[0, 1] * 3][:, 1:]),
        ),
        "summed": (make_experiment(dataset="moons", reduction="sum", class_weight="balanced", test_share=0.2), None),
    }
    session = Session(*made[kind])
    session.advance(20)
    return session


KINDS = ("eight", "one input", "pictures", "tanh", "hinge of three", "hinge, one input")
ZOOMED = ("1", "6", "8", "9")
"""Panels that show what a sample is and what it is taken for."""


@pytest.mark.parametrize("kind", KINDS)
async def test_the_panels_are_whole(kind: str) -> None:
    session = session_of(kind)
    runner = StubRunner(make_frame(session.snapshot()))
    async with make_app(runner).run_test(size=(120, 36)) as pilot:
        await assert_whole(pilot, runner, session, (120, 36))
        await pilot.resize_terminal(80, 24)
        for key in ZOOMED:
            await pilot.press(key)
            await assert_whole(pilot, runner, session, (80, 24))
            await pilot.press("escape")


async def assert_whole(pilot: Pilot[None], runner: StubRunner, session: Session, size: tuple[int, int]) -> None:
    await pilot.pause()
    runner.change(snapshot=session.snapshot(runner.views[-1] if runner.views else None))
    await pilot.pause(0.04)
    for panel in pilot.app.screen.query(CellPanel):
        rows = [panel.render_line(line) for line in range(panel.size.height)]
        assert {row.cell_length for row in rows} <= {panel.size.width}
    assert is_whole(screen_text(pilot), *size), screen_text(pilot)


def test_a_matrix_for_each_label_or_a_row_where_there_is_no_room() -> None:
    snapshot = session_of("three").snapshot()
    matrices = snapshot.metrics.label_confusions
    assert matrices is not None
    rows = [strip.text for strip in label_rows(snapshot, THEME, 78, 18, on_test=False)]
    assert "right" in rows[0] and "same" in rows[0] and rows[1].split() == ["no", "yes"] * 3
    found = [
        [int(text) if text != "·" else 0 for text in row.split() if text not in ("no", "yes")] for row in rows[2:4]
    ]
    assert found == [matrices[:, 0].ravel().tolist(), matrices[:, 1].ravel().tolist()]
    table = [strip.text.split() for strip in label_rows(snapshot, THEME, 40, 6, on_test=False)]
    assert table[0] == ["y→y", "y→n", "n→y", "n→n", "acc.", "F1"]
    (no_no, no_yes), (yes_no, yes_yes) = matrices[0].tolist()
    assert table[1][:5] == ["right", *map(str, (yes_yes, yes_no, no_yes, no_no))]


def test_the_table_says_how_many_labels_are_left_out() -> None:
    rows = [strip.text.strip() for strip in label_rows(session_of("eight").snapshot(), THEME, 40, 5, on_test=True)]
    assert len(rows) == 5 and rows[-1] == "… 5 more"


def test_title_and_legend_say_which_accuracy_is_which() -> None:
    snapshot = session_of("three").snapshot()
    test = snapshot.test_metrics
    assert test is not None and test.label_accuracy is not None
    assert label_title(snapshot, True, 60).startswith(f"labels · test set {test.correct}/{test.samples} all right")
    ((text, _),) = label_legend(snapshot, THEME, True, 60)
    assert text == f"per label {test.label_accuracy:.1%} · macro F1 {test.macro_f1:.2f}"


def test_the_map_is_of_the_first_label_and_says_so() -> None:
    session = session_of("three")
    snapshot = session.snapshot(View(columns=20, rows=10))
    assert map_title(snapshot, THEME, 60, 20).startswith("boundary of right")
    assert map_names(snapshot) == ("no right", "right")
    assert reason_against(snapshot) == "no own points: 3 targets"
    assert snapshot.surface is not None
    np.testing.assert_array_equal(snapshot.surface.train.targets, session.run.dataset.y[:, 0])


def test_a_sample_is_wrong_when_any_label_is() -> None:
    session = session_of("three")
    view = View(gallery=GalleryView(0, 45, on_test=False), hidden=HiddenView(2, "output"))
    snapshot = session.snapshot(view)
    gallery, space = snapshot.gallery, snapshot.hidden_space
    assert gallery is not None and gallery.verdicts is not None and space is not None
    any_wrong = ((gallery.outputs > 0.5) != (gallery.targets > 0.5)).any(axis=1)
    np.testing.assert_array_equal(gallery.verdicts.wrong, any_wrong)
    np.testing.assert_array_equal(space.is_wrong, any_wrong)
    assert snapshot.metrics.correct == 45 - any_wrong.sum()


def test_a_sample_shows_each_label_with_its_probability() -> None:
    session = session_of("three")
    snapshot = session.snapshot(View(gallery=GalleryView(0, 45, on_test=False)))
    gallery = snapshot.gallery
    assert gallery is not None and isinstance(gallery.verdicts, Verdicts)
    wanted = next(index for index in range(45) if gallery.targets[index].sum() == 2)
    text = "\n".join(strip.text for strip in sample_rows(snapshot, gallery, wanted, THEME, 78, 18))
    assert answer_name(snapshot, int(gallery.verdicts.actual[wanted])) in text
    for name, output in zip(snapshot.dataset.target_names, gallery.outputs[wanted], strict=True):
        assert f"{name}" in text and whole_percent(float(output)) in text


def loss_words(snapshot: Snapshot, room: int) -> str:
    return "".join(text for text, _ in loss_title(snapshot, THEME, room))


def test_the_loss_says_what_kind_it_is() -> None:
    snapshot = session_of("summed").snapshot()
    assert loss_words(snapshot, 120).startswith("summed weighted loss ")
    assert " over 400 " in loss_words(snapshot, 120) and " over 100 " in loss_words(snapshot, 120)
    assert loss_words(snapshot, 40).startswith("Σ w·loss ")
    assert snapshot.loss_title == "cross-entropy, summed, classes weighted"


def test_the_glossary_of_labels_has_no_classes() -> None:
    panel = panel_class("confusion")
    snapshot = session_of("three").snapshot()
    told = " ".join(text for _, text in panel.glossary(snapshot, THEME, None))  # type: ignore[arg-type]
    assert "Samples of which every label is right" in told and "taken for the column" not in told


def test_margins_take_the_place_of_confidence() -> None:
    two = session_of("hinge").snapshot(View(gallery=GalleryView(0, 10, on_test=False))).gallery
    three = session_of("hinge of three").snapshot(View(gallery=GalleryView(0, 10, on_test=False))).gallery
    assert two is not None and two.verdicts is not None and three is not None and three.verdicts is not None
    np.testing.assert_allclose(two.verdicts.confidences, np.abs(two.outputs[:, 0]))
    np.testing.assert_array_equal(two.verdicts.predicted, two.outputs[:, 0] > 0)
    ranked = np.sort(three.outputs, axis=1)
    np.testing.assert_allclose(three.verdicts.confidences, ranked[:, 2] - ranked[:, 1])
