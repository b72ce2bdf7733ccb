"""The pages of keys are those that the bindings make."""

from __future__ import annotations

import re

import pytest
from textual.binding import Binding

from manual_keys import written
from tests.manual.written import section
from tuinet.manual.pages import FOLDER, find_page
from tuinet.tui.key_groups import title_of
from tuinet.tui.keys import DASHBOARD_BINDINGS, LESSON_BINDINGS
from tuinet.tui.screen_keys import EXERCISE_BINDINGS, MICROSCOPE_BINDINGS, SETTINGS_BINDINGS


@pytest.mark.parametrize("file", written())
def test_the_page_of_keys_is_what_the_script_writes(file: str) -> None:
    """After a change of keys: python scripts/manual_keys.py."""
    assert (FOLDER / file).read_text(encoding="utf-8") == f"{written()[file]}\n"


def test_every_key_of_the_dashboard_has_a_line() -> None:
    lines = find_page("keys").text.split("\n")
    for binding in DASHBOARD_BINDINGS:
        if title_of(binding):
            said = re.compile(rf"{re.escape(binding.key_display or binding.key)} +{re.escape(title_of(binding))}\.")
            assert any(said.match(line) for line in lines), binding


@pytest.mark.parametrize(
    ("name", "bindings"),
    [("microscope", MICROSCOPE_BINDINGS), ("exercise", EXERCISE_BINDINGS), ("settings", SETTINGS_BINDINGS)],
)
def test_every_key_of_a_screen_stands_with_that_screen(name: str, bindings: tuple[Binding, ...]) -> None:
    """What a key does alike on another screen has a line on both."""
    lines = section("panel-keys", name.capitalize())
    own = [one for one in bindings if one.group and one.group.description == name and title_of(one)]
    assert len(own) > 5
    assert [one.key for one in own if f"{one.key_display or one.key:<10}{title_of(one)}." not in lines] == []


SAID = (
    ("first-minute", "| `{step('epoch')}`, `{step('phase')}` | it stops, and trains exactly one epoch, or one phase"),
    ("first-minute", "| `{microscope}` | the arithmetic of that phase"),
    ("first-minute", "| `{back('phase')}`, `{seek_start}` | one phase back, or to the start"),
    ("first-minute", "| `{settings}` | everything that can be changed"),
    ("first-minute", "more hidden neurons (`{shift_neurons(1)}`). Another start (`{reinitialize_new}`)"),
    ("screen", "`{toggle_hints}` hides such remarks"),
    ("stepping", "| `{swap_branch}` | to the next of the branches"),
    ("stepping", "`{swap_branch}` swaps between the two"),
    ("stepping", "`{swap_branch}` shows the one that was left"),
    ("stepping", "Press `{shift_optimizer(1)}`, which takes momentum"),
    ("stepping", "press `{seek_start}`: it is at its start again"),
    ("stepping", "| `{undo}` | to before the last change"),
    ("stepping", "| `{edit_weights}` | one weight"),
    ("map", "`{turn_samples}` shows all samples"),
    ("map", "`{toggle_discrete}` shows which class is decided"),
    ("map", "`{save_points}` writes the samples"),
    ("panels", "`{toggle_log_scale}` chooses, linear or logarithmic"),
    ("microscope", "`{check_gradients}` shows every gradient"),
    ("rates", "`{find_rate(False)}` in the dashboard does it (`{find_rate(True)}` where"),
    ("microscope", "| `{exercise}` | the same equations with blanks"),
    ("exercises", "`{exercise}` leaves the results out"),
    ("class", "| `{class}`, while a question is open | reveals the answers"),
    ("class", "| `{point}` | points at the weight"),
    (
        "class",
        "`{find_rate(False)}` **forks**: a copy of this very moment is theirs, with all keys (`{find_rate(True)}` is",
    ),
    ("landscape", "Go back with `{seek_start}`, take momentum with `{shift_optimizer(1)}`"),
    ("lessons", "| `{lesson}` | comes back to it"),
    ("teaching", "`{remove_layer}` takes the hidden layer away, `{toggle_running}`; `{undo}` brings it back"),
    (
        "teaching",
        "`{shift_learning_rate(-1)}` and `{shift_learning_rate(1)}`, `{reinitialize_new}`",
    ),
    ("runs", "`{share}` shows the command line"),
    ("runs", "`{save_run}` saves the same to a file"),
)
"""Sentences of pages, with actions in place of their keys."""


@pytest.mark.parametrize(("page", "sentence"), SAID)
def test_sentences_name_the_keys_that_are(page: str, sentence: str) -> None:
    keys = {one.action: one.key_display or one.key for one in (*LESSON_BINDINGS, *DASHBOARD_BINDINGS)}
    said = re.sub(r"{([^}]+)}", lambda match: keys[match[1]], sentence)
    assert said in " ".join(find_page(page).text.split())
