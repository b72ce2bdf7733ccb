"""Keys of the dashboard and commands of the palette that change the Experiment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.tui.screens.test_settings import changes
from tests.tui.test_app import make_app
from tuinet.experiment.experiment import CHOICES, FIELDS, Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.tui.panels.settings.state import TextEntry, matching
from tuinet.tui.pending import PendingExperiment
from tuinet.tui.screens.microscope import MicroscopeScreen
from tuinet.tui.screens.settings import SettingsScreen

PAIR = Experiment(hidden=(4, 3), activation=("tanh", "relu"))


@pytest.mark.parametrize(
    ("experiment", "keys", "wanted"),
    [
        (Experiment(), ["right_curly_bracket"] * 2, [{"hidden": (3,)}, {"hidden": (4,)}]),
        (Experiment(), ["left_curly_bracket"] * 2, [{"hidden": (1,)}]),
        (PAIR, ["right_curly_bracket"], [{"hidden": (4, 4)}]),
        (Experiment(hidden=()), ["right_curly_bracket", "left_curly_bracket", "H"], []),
        (Experiment(hidden=()), ["h", "h"], [{"hidden": (2,)}, {"hidden": (2, 2)}]),
        (PAIR, ["h"], [{"hidden": (4, 3, 3), "activation": ("tanh", "relu", "relu")}]),
        (PAIR, ["H", "H"], [{"hidden": (4,), "activation": ("tanh",)}, {"hidden": ()}]),
        (Experiment(), ["k", "k", "k", "k"], [{"batch_size": size} for size in (1, 2, 0, 1)]),
        (Experiment(), ["K", "K", "K"], [{"batch_size": size} for size in (2, 1, 0)]),
        (Experiment(), ["i", "I"], [{"dataset": "xnor"}, {"dataset": "xor"}]),
    ],
)
async def test_keys_of_the_dashboard(experiment: Experiment, keys: list[str], wanted: list[dict[str, Any]]) -> None:
    runner = StubRunner(make_frame(make_snapshot(experiment=experiment)))
    async with make_app(runner).run_test() as pilot:
        await pilot.press(*keys)
    assert changes(runner) == wanted


@pytest.mark.parametrize(("dataset", "key", "wanted"), [("rings:7", "I", "blobs"), ("mine.csv", "i", "and")])
async def test_what_is_not_in_the_list_has_neighbours_too(dataset: str, key: str, wanted: str) -> None:
    runner = StubRunner(make_frame(make_snapshot(experiment=Experiment(dataset=dataset))))
    async with make_app(runner).run_test() as pilot:
        await pilot.press(key)
    assert changes(runner)[0]["dataset"] == wanted


async def test_a_round_through_all_datasets_takes_their_presets() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test() as pilot:
        found = [Experiment()]
        for _ in CHOICES["dataset"]:
            runner.commands.clear()
            await pilot.press("i")
            found.append(replace(found[-1], **changes(runner)[-1]))
    assert {experiment.dataset for experiment in found} == set(CHOICES["dataset"])
    for experiment in found:
        assert experiment == make_experiment(dataset=experiment.dataset)


async def test_every_field_and_choice_is_in_the_palette() -> None:
    app = make_app()
    async with app.run_test():
        commands = {command.title: command for command in app.get_system_commands(app.screen)}
        asked_for = {f"Set {field.title}" for field in FIELDS.values()}
        assert asked_for < set(commands)
        for name, field in FIELDS.items():
            titles = {f"{field.title.capitalize()} {choice}" for choice in field.choices}
            assert titles <= set(commands) or name == "features"
            asked_for |= titles
        # Before anything is typed there are keys, exports, lessons and themes, and nothing that is found by its name.
        shown = {title for title, command in commands.items() if command.discover}
        assert not shown & asked_for
        assert len(shown) < 100
        for title in ("Optimizer adam", "Activation relu", "Dataset spiral", "Loss mse"):
            commands[title].callback()
    runner = app._runner
    assert isinstance(runner, StubRunner)
    spiral = make_experiment(dataset="spiral", optimizer="adam")
    assert changes(runner) == [
        {"optimizer": "adam"},
        {"activation": ("relu",)},
        {
            "dataset": "spiral",
            **{
                name: getattr(spiral, name)
                for name in ("hidden", "activation", "initializer", "learning_rate", "batch_size")
            },
        },
        {"loss": "mse"},
    ]


@pytest.mark.parametrize("before", [[], ["e"], ["m"]])
async def test_a_field_found_in_the_palette_is_typed_at_once(before: list[str]) -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press(*before, "ctrl+p", *"set momentum", "down", "enter")
        await pilot.pause()
        screen = pilot.app.screen
        assert isinstance(screen, SettingsScreen)
        assert screen.chosen.field == "momentum"
        await pilot.press(*"0.5", "enter", "escape")
        assert isinstance(pilot.app.screen, MicroscopeScreen) == (before == ["m"])
    assert changes(runner) == [{"momentum": 0.5}]


async def test_a_screen_below_asks_for_its_view_again() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(120, 36)) as pilot:
        await pilot.press("m", "ctrl+p", *"set momentum", "down", "enter")
        await pilot.pause()
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert runner.views[-1] is not None
        assert runner.views[-1].step


def test_wishes_last_until_they_are_true_or_refused() -> None:
    wanted, frame = PendingExperiment(), make_frame(refusal="old")
    wanted.ask({"momentum": 0.5, "hidden": (3, 3)}, frame)
    assert wanted.now(frame) == Experiment(momentum=0.5, hidden=(3, 3))
    assert wanted.refusal(frame) == ""
    half = make_frame(make_snapshot(experiment=Experiment(momentum=0.5)))
    assert wanted.now(half) == Experiment(momentum=0.5, hidden=(3, 3))
    later = make_frame(make_snapshot(experiment=Experiment(momentum=0.25)))
    assert wanted.now(later) == Experiment(momentum=0.25, hidden=(3, 3)), "what came true is no wish any more"
    refused = make_frame(refusal="too many")
    assert wanted.refusal(refused) == "too many"
    assert wanted.now(refused) == Experiment()
    assert wanted.now(later).hidden == (2,)


def test_wishes_that_do_not_go_together_are_given_up() -> None:
    wanted, frame = PendingExperiment(), make_frame()
    wanted.ask({"activation": ("tanh", "relu"), "hidden": (2, 2)}, frame)
    wanted.ask({"hidden": (2, 2, 2)}, frame)
    assert wanted.now(frame) == Experiment()


def test_names_that_begin_with_what_was_typed_come_first() -> None:
    assert matching("and", ("nand", "and", "andes")) == ("and", "andes", "nand")
    assert matching(" A ", ("b", "Ba", "ab")) == ("ab", "Ba")
    assert matching("", ("b", "a")) == ("b", "a")


def test_the_last_name_of_a_list_is_completed() -> None:
    entry = TextEntry("activation", "relu, ta")
    assert (entry.names, entry.completed) == (("tanh",), "relu, tanh")
    assert TextEntry("activation", "relu,").completed == "relu,"
    assert TextEntry("activation", "relu,").moved(1).completed == "relu,sigmoid"
    assert TextEntry("learning_rate", "0.1").moved(1).completed == "0.1"
    assert TextEntry("dataset").moved(-1).completed == CHOICES["dataset"][-1]
    assert TextEntry("dataset", "spi").moved(1).moved(1).completed == "spirals"
