"""The settings screen, over a runner that only remembers what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.factories import StubRunner, make_frame, make_snapshot
from tests.screen import is_whole
from tests.tui.test_app import DARK, LIGHT, make_app, screen_text
from tuinet.cli.train import train_command
from tuinet.experiment.experiment import GROUPS, Experiment
from tuinet.session.commands import Resume, Seek, Step, Undo
from tuinet.session.edits import Configure
from tuinet.tui.app import TuinetApp
from tuinet.tui.messages import FieldScrolled
from tuinet.tui.panels.loss import LossPanel
from tuinet.tui.panels.settings import SettingPanel, SettingsPanel
from tuinet.tui.panels.settings.state import NAMES
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.screens.settings import SettingsScreen

SIZES = ((80, 24), (40, 12), (120, 36), (200, 60))

STEPPED: dict[str, tuple[Sequence[str], Any]] = {
    "dataset": (["right"], "xnor"),
    "samples": (["right"], 5),
    "noise": (["right"], 0.05),
    "test_share": (["right", "right"], 0.1),
    "standardize": (["left"], True),
    "features": (["right", "right", "right_square_bracket"], ("x1", "x2", "x1²")),
    "data_seed": (["right"], 2),
    "target": (["enter", *"class", "enter"], "class"),
    "inputs": (["enter", *"1-2", "enter"], "1-2"),
    "task": (["right"], "classes"),
    "standardize_target": (["right"], True),
    "missing": (["right"], "mean"),
    "decimal": (["right"], "point"),
    "picture": (["enter", *"8x8", "enter"], "8x8"),
    "hidden": (["right_square_bracket"], (3,)),
    "activation": (["right"], ("tanh",)),
    "output": (["right"], "sigmoid"),
    "loss": (["left"], "huber"),
    "reduction": (["right"], "sum"),
    "class_weight": (["right"], "balanced"),
    "initializer": (["right"], "uniform"),
    "init_scale": (["right"], 2.0),
    "weights": (["enter", *"w.json", "enter"], "w.json"),
    "weights_layout": (["right"], "in-out"),
    "biases": (["right"], "frozen"),
    "dtype": (["right"], "float32"),
    "arithmetic": (["right"], "portable"),
    "optimizer": (["right"], "momentum"),
    "learning_rate": (["right"], 1.0),
    "momentum": (["right"], 0.95),
    "beta1": (["left"], 0.8),
    "beta2": (["left"], 0.998),
    "epsilon": (["right"], 1e-7),
    "schedule": (["right"], "step"),
    "decay_rate": (["right"], 0.2),
    "decay_epochs": (["left"], 500),
    "warmup_epochs": (["right"], 1),
    "batch_size": (["left"], 2),
    "shuffle": (["right"], False),
    "seed": (["right"], 2),
    "l1": (["right"], 1e-4),
    "l2": (["right"], 1e-4),
    "weight_decay": (["right"], 1e-4),
    "dropout": (["right"], 0.05),
    "clip_norm": (["right"], 0.01),
}
"""For each field the keys that change it, and the value that it has then."""

TYPED: dict[str, tuple[str, Any]] = {
    "dataset": ("rings:4", "rings:4"),
    "samples": ("40", 40),
    "noise": ("0.25", 0.25),
    "test_share": (".3", 0.3),
    "standardize": ("yes", True),
    "features": ("x1,x2,sin x1", ("x1", "x2", "sin x1")),
    "data_seed": ("77", 77),
    "target": ("3", "3"),
    "inputs": ("1-2", "1-2"),
    "task": ("labels", "labels"),
    "standardize_target": ("no", False),
    "missing": ("refuse", "refuse"),
    "decimal": ("comma", "comma"),
    "picture": ("28x28", "28x28"),
    "hidden": ("8,8", (8, 8)),
    "activation": ("relu", ("relu",)),
    "output": ("sigmoid", "sigmoid"),
    "loss": ("mse", "mse"),
    "reduction": ("sum", "sum"),
    "class_weight": ("balanced", "balanced"),
    "initializer": ("he_normal", "he_normal"),
    "init_scale": ("1e-2", 0.01),
    "weights": ("~/a b.npz", "~/a b.npz"),
    "weights_layout": ("out-in", "out-in"),
    "biases": ("none", "none"),
    "dtype": ("float32", "float32"),
    "arithmetic": ("fast", "fast"),
    "optimizer": ("nadam", "nadam"),
    "learning_rate": ("1e-3", 0.001),
    "momentum": ("0", 0.0),
    "beta1": ("0.5", 0.5),
    "beta2": ("0.9", 0.9),
    "epsilon": ("1e-6", 1e-6),
    "schedule": ("cosine", "cosine"),
    "decay_rate": ("0.3", 0.3),
    "decay_epochs": ("12", 12),
    "warmup_epochs": ("3", 3),
    "batch_size": ("2", 2),
    "shuffle": ("off", False),
    "seed": ("123", 123),
    "l1": ("0.5", 0.5),
    "l2": ("2", 2.0),
    "weight_decay": ("0.1", 0.1),
    "dropout": ("0.5", 0.5),
    "clip_norm": ("1", 1.0),
}

REFUSED: dict[str, tuple[str, str]] = {
    "dataset": ("nowhere", "'nowhere' is none of them"),
    "samples": ("0", "0 is not a whole number from 1 to 1000000"),
    "noise": ("2", "2.0 is not a number from 0 to 1"),
    "test_share": ("1", "1.0 is not a number from 0 below 1"),
    "standardize": ("perhaps", "'perhaps' is neither true nor false"),
    "features": ("x9", "'x9' is none of them"),
    "data_seed": ("-1", "-1 is not a whole number from 0 up"),
    "task": ("guess", "'guess' is none of them"),
    "standardize_target": ("2", "'2' is neither true nor false"),
    "missing": ("zero", "'zero' is none of them"),
    "decimal": ("dot", "'dot' is none of them"),
    "picture": ("28", "'28' is no size of a picture such as 28x28"),
    "hidden": ("8,", "'8,' is not a list of whole numbers such as 4 or 8,8"),
    "activation": ("relu,tanh", "2 names for 1 hidden layers; give one, or one a layer"),
    "output": ("softmax", "'softmax' with cross-entropy is not for xor; leave it to auto"),
    "loss": ("margin", "'margin' is none of them"),
    "reduction": ("median", "'median' is none of them"),
    "class_weight": ("heavy", "'heavy' is none of them"),
    "initializer": ("xavier", "'xavier' is none of them"),
    "init_scale": ("0", "0.0 is not a number above 0"),
    "weights_layout": ("sideways", "'sideways' is none of them"),
    "biases": ("off", "'off' is none of them"),
    "dtype": ("int8", "'int8' is none of them"),
    "arithmetic": ("slow", "'slow' is none of them"),
    "optimizer": ("lbfgs", "'lbfgs' is none of them"),
    "learning_rate": ("nan", "nan is not a number above 0"),
    "momentum": ("one", "'one' is not a number such as 0.5 or 1e-3"),
    "beta1": ("1", "1.0 is not a number from 0 below 1"),
    "beta2": ("-0.1", "-0.1 is not a number from 0 below 1"),
    "epsilon": ("-1", "-1.0 is not a number from 0"),
    "schedule": ("weekly", "'weekly' is none of them"),
    "decay_rate": ("0", "0.0 is not a number above 0"),
    "decay_epochs": ("0", "0 is not a whole number from 1 up"),
    "warmup_epochs": ("1.5", "'1.5' is not a whole number"),
    "batch_size": ("-4", "-4 is not a whole number from 0 up"),
    "shuffle": ("maybe", "'maybe' is neither true nor false"),
    "seed": ("x", "'x' is not a whole number"),
    "l1": ("-1", "-1.0 is not a number from 0"),
    "l2": ("inf", "inf is not a number from 0"),
    "weight_decay": ("-1", "-1.0 is not a number from 0"),
    "dropout": ("1", "1.0 is not a number from 0 below 1"),
    "clip_norm": ("-2", "-2.0 is not a number from 0"),
}


def changes(runner: StubRunner) -> list[dict[str, Any]]:
    """What was asked for."""
    return [dict(command.changes) for command in runner.commands if isinstance(command, Configure)]


def said(pilot: Pilot[None]) -> str:
    """The screen without frames, its words one space apart."""
    return " ".join(screen_text(pilot).replace("│", " ").split())


def explained(pilot: Pilot[None]) -> str:
    """The explanation, its words one space apart."""
    panel = pilot.app.screen.query_one(SettingPanel)
    lines = [panel.render_line(line).text for line in range(panel.size.height)]
    return " ".join(" ".join(lines).replace("│", " ").split())


def settings_app(runner: StubRunner, field: str) -> TuinetApp:
    """An application whose dashboard opens the settings at a field."""
    app = TuinetApp(runner, DARK, [DARK, LIGHT])
    app.call_later(lambda: app._dashboard.screens.open_settings(field))
    return app


def test_the_walks_go_to_every_option_of_train() -> None:
    options = [param.name for param in train_command.params if getattr(param, "group", "") in GROUPS]
    assert list(NAMES) == options
    assert set(STEPPED) == set(TYPED) == set(options)
    assert set(options) - set(REFUSED) == {"target", "inputs", "weights"}, "any text can be a column or a path"


async def test_a_walk_with_arrows_changes_every_field() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        for name in NAMES:
            runner.commands.clear()
            keys, value = STEPPED[name]
            await pilot.press(*keys)
            assert changes(runner)[-1] == {name: value}
            assert type(changes(runner)[-1][name]) is type(value)
            await pilot.press("down")


async def test_a_walk_types_every_field() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        for name in NAMES:
            runner.commands.clear()
            text, value = TYPED[name]
            await pilot.press("enter", *text, "enter")
            screen = pilot.app.screen
            assert isinstance(screen, SettingsScreen)
            assert screen.chosen.refusal == ""
            assert changes(runner)[-1][name] == value
            assert screen.chosen.entry is None
            await pilot.press("down")


async def test_a_walk_refuses_in_every_field() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        for name in NAMES:
            if name in REFUSED:
                text, reason = REFUSED[name]
                await pilot.press("enter", *text, "enter")
                assert reason in explained(pilot), name
                assert pilot.app.focused is pilot.app.screen.query_one(Input)
                await pilot.press("escape")
                assert reason not in explained(pilot)
            await pilot.press("down")
    assert runner.commands == []


async def test_backspace_brings_every_default_back() -> None:
    experiment = Experiment(
        dataset="spiral",
        hidden=(5,),
        decay_rate=0.3,
        **{name: value for name, (_, value) in TYPED.items() if name not in ("dataset", "decay_rate", "hidden")},
    )
    runner = StubRunner(make_frame(make_snapshot(experiment=experiment)))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "down")
        for name in NAMES[1:]:
            assert "≠" in chosen_line(pilot), name
            await pilot.press("backspace", "down")
    wanted = Experiment(dataset="spiral", hidden=(8, 8), activation=("tanh",), initializer="glorot_uniform")
    wanted = replace(wanted, batch_size=10, learning_rate=0.03)
    found = experiment
    for change in changes(runner):
        assert len(change) == 1
        found = replace(found, **change)
    assert found == wanted


def chosen_line(pilot: Pilot[None]) -> str:
    return next(line for line in screen_text(pilot).split("\n") if line.startswith("│▸"))


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen_is_whole_at_every_field(size: tuple[int, int]) -> None:
    runner = StubRunner(make_frame(make_snapshot(hidden=(8, 8, 4), activation="tanh")))
    async with make_app(runner).run_test(size=size) as pilot:
        await pilot.press("e")
        for name in NAMES:
            await pilot.pause()
            text = screen_text(pilot)
            assert is_whole(text, *size), text
            assert name.replace("_", " ") in chosen_line(pilot)
            assert "A change " in explained(pilot)
            await pilot.press("down")


async def test_layers_are_edited_in_place_and_activations_follow() -> None:
    experiment = Experiment(hidden=(8, 4), activation=("tanh", "relu"))
    runner = StubRunner(make_frame(make_snapshot(hidden=(8, 4), experiment=experiment)))
    async with settings_app(runner, "hidden").run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "[8] 4" in screen_text(pilot)
        await pilot.press("right", "right_square_bracket", "i")
        assert "8 5 [5]" in screen_text(pilot)
        await pilot.press("left_square_bracket", "left", "left", "x", "insert", "delete")
        assert "5 [4]" in screen_text(pilot)
        await pilot.press("down", "right", "right", "left_square_bracket")
        assert "all relu [tanh]" in screen_text(pilot)
    assert changes(runner) == [
        {"hidden": (8, 5)},
        {"hidden": (8, 5, 5), "activation": ("tanh", "relu", "relu")},
        {"hidden": (8, 5, 4)},
        {"hidden": (5, 4), "activation": ("relu",)},
        {"hidden": (5, 5, 4)},
        {"hidden": (5, 4)},
        {"activation": ("relu", "tanh")},
    ]


async def test_a_suggestion_is_taken_by_enter_or_completed_by_tab() -> None:
    runner = StubRunner(make_frame(make_snapshot(hidden=(2, 2))))
    async with settings_app(runner, "dataset").run_test(size=(120, 36)) as pilot:
        await pilot.press("enter", *"spi")
        assert "▸ spiral" in screen_text(pilot)
        assert "spirals" in explained(pilot)
        assert "moons" not in explained(pilot)
        await pilot.press("enter")
        assert changes(runner) == [{"dataset": "spiral"}]
        await pilot.press("enter", *"spi", "down", "down", "enter")
        assert changes(runner)[-1] == {"dataset": "spirals"}
        await pilot.press("enter", *"ring", "tab", *":5", "enter")
        assert changes(runner)[-1] == {"dataset": "rings:5"}
        await pilot.press("enter", "down", "down", "up", "enter")
        assert changes(runner)[-1] == {"dataset": "and"}
        await pilot.press("tab", "down", "enter", *"rel", "tab", *",sof", "enter")
        assert changes(runner)[-1] == {"activation": ("relu", "softplus")}


async def test_typing_keeps_the_keys_to_itself_and_escape_leaves_the_value() -> None:
    runner = StubRunner()
    async with settings_app(runner, "target").run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "q", "t", "question_mark", "s", "space", "x")
        line = pilot.app.screen.query_one(Input)
        assert line.value == "qt?s x"
        assert line.region.y == screen_text(pilot).split("\n").index(chosen_line(pilot))
        await pilot.press("escape")
        assert not line.display
        assert runner.commands == []
        assert isinstance(pilot.app.screen, SettingsScreen)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Dashboard)


@pytest.mark.parametrize("key", ["escape", "e", "q"])
async def test_keys_that_close(key: str) -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.press("e", key)
        assert isinstance(pilot.app.screen, Dashboard)


async def test_training_goes_on_and_the_keys_of_time_work() -> None:
    runner = StubRunner(make_frame(running=False))
    async with make_app(runner).run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "space", "s", "b", "u", "t")
        assert runner.commands == [Resume(), Step("epoch"), Step("batch"), Undo()]
        runner.change(running=True, rate=321.0, snapshot=make_snapshot(epoch=777))
        await pilot.pause(0.4)
        assert "▸ 320 epochs/s · epoch 777" in screen_text(pilot)
        assert isinstance(pilot.app.screen, SettingsScreen)
        assert pilot.app.screen.theme == LIGHT


async def test_values_that_change_meanwhile_are_refreshed() -> None:
    runner = StubRunner()
    async with settings_app(runner, "learning_rate").run_test(size=(80, 24)) as pilot:
        runner.change(snapshot=make_snapshot(experiment=Experiment(learning_rate=0.125, optimizer="adam")))
        await pilot.pause(0.2)
        assert "learning rate     ≠ ◂ 0.125 ▸" in screen_text(pilot)
        assert "momentum 0.9 · not used by adam" in said(pilot)


async def test_a_refusal_of_the_session_is_shown_in_place_and_forgotten_with_the_wish() -> None:
    runner = StubRunner(make_frame(refusal="an old story"))
    async with settings_app(runner, "dataset").run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.1)
        assert "an old story" not in explained(pilot)
        await pilot.press("enter", *"no/such.csv", "enter")
        assert "◂ no/such.csv ▸" in screen_text(pilot)
        assert "an old story" not in explained(pilot)
        runner.change(refusal="no/such.csv: there is no such file")
        await pilot.pause(0.2)
        assert "no/such.csv: there is no such file" in explained(pilot)
        assert "◂ xor ▸" in screen_text(pilot)
        await pilot.press("down")
        assert "there is no such file" not in explained(pilot)


async def test_the_choice_behind_a_refused_one_can_be_reached() -> None:
    runner = StubRunner(make_frame(make_snapshot(experiment=Experiment(dataset="hills", features=("x1",)))))
    async with settings_app(runner, "dataset").run_test(size=(80, 24)) as pilot:
        await pilot.press("right")
        runner.change(refusal="features: two inputs are needed, but iris has 4")
        await pilot.pause(0.2)
        assert "◂ hills ▸" in screen_text(pilot)
        await pilot.press("right")
    assert changes(runner) == [{"dataset": "iris"}, {"dataset": "digits"}]


async def test_pending_changes_are_named() -> None:
    runner = StubRunner(make_frame(make_snapshot(pending=("momentum 0.5", "l2 0.1"))))
    async with settings_app(runner, "momentum").run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "At the end of the step: momentum 0.5, l2 0.1." in explained(pilot)


async def test_a_schedule_tells_the_learning_rate_in_force() -> None:
    runner = StubRunner(make_frame(make_snapshot(learning_rate=0.125)))
    async with settings_app(runner, "learning_rate").run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Now 0.125, by the schedule." in explained(pilot)
        assert "◂ 0.2 · 1 ▸" in explained(pilot)


async def test_the_mouse_chooses_types_and_scrolls() -> None:
    runner = StubRunner()
    async with make_app(runner).run_test(size=(120, 36)) as pilot:
        await pilot.press("e")
        panel = pilot.app.screen.query_one(SettingsPanel)
        await pilot.click(panel, offset=(10, 4))
        assert "noise" in chosen_line(pilot)
        await pilot.click(panel, offset=(10, 4))
        assert pilot.app.focused is pilot.app.screen.query_one(Input)
        await pilot.click(panel, offset=(10, 3))
        assert not pilot.app.screen.query_one(Input).has_focus
        assert "samples" in chosen_line(pilot)
        await pilot.click(panel, offset=(10, 1))
        assert "samples" in chosen_line(pilot)
        for by, name in ((1, "noise"), (-1, "samples")):
            panel.post_message(FieldScrolled(by))
            await pilot.pause()
            assert name in chosen_line(pilot)
        curve = pilot.app.screen.query_one(LossPanel)
        await pilot.click(curve, offset=(12, 4))
        assert not any(isinstance(command, Seek) for command in runner.commands)
        await pilot.click(curve, offset=(12, 4))
    assert isinstance(runner.commands[-1], Seek)


async def test_groups_and_ends_are_reached_with_one_key() -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        for key, name in (
            ("tab", "hidden"),
            ("tab", "optimizer"),
            ("tab", "l1"),
            ("tab", "dataset"),
            ("end", "clip norm"),
        ):
            await pilot.press(key)
            assert name in chosen_line(pilot)
        await pilot.press("end")
        assert "clip norm" in chosen_line(pilot)
        await pilot.press("pageup", "home", "up")
        assert "dataset" in chosen_line(pilot)


async def test_help_explains_the_marks() -> None:
    async with make_app().run_test(size=(80, 76)) as pilot:
        await pilot.press("e", "question_mark")
        text = said(pilot)
        assert "Type a value" in text
        assert "The value is not the default of this dataset" in text


async def test_small_and_odd_terminals() -> None:
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "down")
        for size in ((1, 1), (2, 3), (20, 5), (76, 8), (75, 40), (300, 7), (110, 33)):
            await pilot.resize_terminal(*size)
            await pilot.press("enter", "1", "escape", "down", "up")


async def test_what_is_hidden_is_not_drawn_and_what_shines_through_is() -> None:
    runner = StubRunner()
    app = make_app(runner)
    async with app.run_test(size=(120, 36)) as pilot:
        dashboard = app._dashboard
        for keys, is_drawn in ((["e"], False), (["escape", "ctrl+p"], True), (["escape", "question_mark"], False)):
            await pilot.press(*keys)
            runner.change(snapshot=make_snapshot())
            await pilot.pause(0.3)
            assert (dashboard.frame is runner.frame) == is_drawn
        views = len(runner.views)
        await pilot.press("escape", "e")
        await pilot.resize_terminal(80, 24)
        await pilot.pause(0.1)
        assert len(runner.views) > views
        await pilot.press("escape")
        await pilot.pause(0.1)
        assert dashboard.frame is runner.frame
