"""Keys as the user wants them: what they do, and that they are named as they are everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.pilot import Pilot

from tests.factories import StubRunner, make_frame, make_snapshot
from tuinet.configuration import Configuration
from tuinet.errors import ConfigurationError
from tuinet.experiment.experiment import Experiment
from tuinet.observe.finding import Finding, Remedy
from tuinet.session.commands import Command, Reinitialize, Resume, SetSpeed, Step
from tuinet.tui.app import TuinetApp
from tuinet.tui.configured_keys import actions, make_keymap, parse_key
from tuinet.tui.key_groups import slug, title_of
from tuinet.tui.keys import APP_BINDINGS, DASHBOARD_BINDINGS, Keymap
from tuinet.tui.panels.map import BoundaryPanel
from tuinet.tui.panels.samples import SamplesPanel
from tuinet.tui.panels.settings import setting_rows
from tuinet.tui.panels.settings.state import SettingsState
from tuinet.tui.screens.base import Topics
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.screens.help import HelpScreen, help_bindings, help_rows
from tuinet.tui.style.theme import load_themes

ROOT = Path(__file__).parents[2]
DARK, LIGHT = load_themes()[:2]


def file(**keys: str) -> Configuration:
    return Configuration(Path("config.toml"), keys=keys)


def keymap(**keys: str) -> Keymap:
    return make_keymap(file(**keys))


def make_app(runner: StubRunner | None = None, **keys: str) -> TuinetApp:
    app = TuinetApp(runner or StubRunner(), DARK, [DARK, LIGHT])
    app.use_keys(keymap(**keys))
    return app


def screen_text(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text.rstrip() for strip in pilot.app.screen._compositor.render_strips())


@pytest.mark.parametrize(
    ("keys", "pressed", "commands"),
    [
        ({"pause_or_resume": "f4"}, ["f4", "space"], [Resume()]),
        ({"space": "f4"}, ["f4", "space"], [Resume()]),
        ({"Pause or resume": "f4"}, ["f4", "space"], [Resume()]),
        ({"s": "f4", "step_one_batch": "s"}, ["f4", "b", "s"], [Step("epoch"), Step("batch")]),
        ({"s": "b", "b": "s"}, ["b", "s"], [Step("epoch"), Step("batch")]),
        ({"faster": ";"}, ["semicolon", "plus", "equals_sign"], [SetSpeed(200), SetSpeed(500)]),
        ({"R": "ctrl+r"}, ["ctrl+r", "R"], [Reinitialize()]),
        ({"+": "\u00e9"}, ["\u00e9"], [SetSpeed(200)]),
    ],
)
async def test_other_keys_do_the_same_and_the_old_ones_nothing(
    keys: dict[str, str], pressed: list[str], commands: list[Command]
) -> None:
    runner = StubRunner()
    async with make_app(runner, **keys).run_test() as pilot:
        await pilot.press(*pressed)
    assert runner.commands == commands


async def test_footer_status_and_remarks_name_the_keys_that_are() -> None:
    app = make_app(pause_or_resume="f4", smaller_learning_rate="f7", quit="f10")
    async with app.run_test(size=(120, 36)) as pilot:
        text = screen_text(pilot)
        assert "f4 go on" in text
        assert "f10 quit" in text
        assert "keys f7 and ) change it" in text
        await pilot.press("escape")
        assert "1-9 bring one to the full screen, f10 quits" in screen_text(pilot)


async def test_help_and_palette_name_the_keys_that_are() -> None:
    async with make_app(help="f9", pause_or_resume="f4").run_test(size=(100, 40)) as pilot:
        await pilot.press("f9")
        assert isinstance(pilot.app.screen, HelpScreen)
        assert re.search(r"^  f4 +Pause or resume", screen_text(pilot), re.MULTILINE)
        await pilot.press("f9")  # the key that has led here leads back
        assert isinstance(pilot.app.screen, Dashboard)
        commands = {command.title: command.help for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert commands["Pause or resume"].endswith(" · f4")


@pytest.mark.parametrize("key", ["", "5", "9", "M"])
async def test_help_has_the_keys_of_one_kind_in_one_place(key: str) -> None:
    async with make_app().run_test(size=(100, 40)) as pilot:
        if key:
            await pilot.press(key)
            await pilot.pause()
        dashboard = pilot.app.screen
        assert isinstance(dashboard, Dashboard)
        rows = [row.text.strip() for row in help_rows(dashboard.topics(), DARK, 100)]
        headings = [row for row in rows if row.startswith("keys: ")]
        assert len(headings) == len(set(headings)) > 5


def test_what_help_says_of_panels_names_the_keys_that_are() -> None:
    wanted = keymap(**{"in_samples.f": "f8", "output": "f7"})
    topics = Topics((), (), [SamplesPanel, BoundaryPanel], make_snapshot()).with_keys(wanted)
    said = " ".join(" ".join(row.text.split()) for row in help_rows(topics, DARK, 100))
    assert "With f8, the most confident ones come first." in said
    assert "in the range of its activation; f7 ends it." in said


async def test_findings_name_the_keys_that_are() -> None:
    remedy = Remedy((("learning_rate", 0.1),), draws_anew=True)
    finding = Finding("diverged", "diverged: the loss is no longer finite", remedy=remedy)
    snapshot = make_snapshot(findings=(finding,))
    runner = StubRunner(make_frame(snapshot))
    async with make_app(runner, r="f6").run_test(size=(120, 36)) as pilot:
        assert "learning rate to 0.1, then f6 starts" in screen_text(pilot)
        await pilot.press("7")
        await pilot.pause()
        assert "then r starts" not in screen_text(pilot)


async def test_panels_have_keys_of_their_own() -> None:
    runner = StubRunner()
    async with make_app(runner, **{"in_weights.nudge_up": "f6"}).run_test(size=(120, 36)) as pilot:
        await pilot.press("w")
        assert "[/f6 nudge" in screen_text(pilot)
        await pilot.press("right_square_bracket")
        assert runner.commands == []
        await pilot.press("f6")
        assert len(runner.commands) == 1


async def test_the_settings_name_the_keys_that_are() -> None:
    keys = {"in_settings.less": "f5", "in_settings.more": "f6", "in_settings.insert_a_hidden_layer": "ins"}
    async with make_app(None, **keys).run_test(size=(160, 45)) as pilot:
        assert isinstance(pilot.app.screen, Dashboard)
        pilot.app.screen.screens.open_settings("hidden")
        await pilot.pause()
        text = " ".join(screen_text(pilot).replace("│", " ").split())
        assert "f5 f6 take a neuron away or add one" in text
        assert "ins adds a" in text
    state = SettingsState(Experiment(hidden=(2,)), "hidden")
    rows = setting_rows(state, make_frame(), DARK, 100, 30, keymap(**keys))
    assert "ins adds a layer behind it, x takes it away." in " ".join(row.text.strip() for row in rows)


async def test_the_microscope_is_left_by_the_key_that_opens_it() -> None:
    async with make_app(microscope="f8").run_test(size=(100, 40)) as pilot:
        await pilot.press("f8")
        assert not isinstance(pilot.app.screen, Dashboard)
        await pilot.press("m")
        assert not isinstance(pilot.app.screen, Dashboard)
        await pilot.press("f8")
        assert isinstance(pilot.app.screen, Dashboard)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"quit": "e"}, r'\[keys\] quit = "e": this key is Settings \[screen\], and Quit \[screen\]; give one'),
        ({"pause_or_resume": "p"}, r"Next brush \[map: your own points\], and Pause or resume \[training\]"),
        ({"microscope": "="}, r"this key is Microscope \[screen\], and faster"),
        ({"s": "f4", "b": "f4"}, r"this key is Step one epoch \[training\], and Step one batch \[training\]"),
        ({"in_map_your_own_points.clear": "v"}, "this key is Clear .*, and Next plane"),
        ({"digits": "b"}, "no such action"),
        ({"in_microscope.digits": "b"}, r"this key is Step one batch \[training\], and Digits \[microscope\]"),
        ({"quit": "ctrl+q"}, "not a key that can be given"),
        ({"quit": "tab"}, "not a key that can be given"),
        ({"quit": "f25"}, "not a key that can be given"),
        ({"quit": "ctrl+h"}, "not a key that can be given"),
        ({"quit": "xy"}, "not a key that can be given"),
        ({"esc": "x"}, "no such action, and no key that does something"),
        ({"escape": "x"}, "escape stays what it is"),
        ({"pause_or_resum": "f4"}, "did you mean 'pause_or_resume'"),
        ({"in_nothing.x": "f4"}, r"\[keys.in_nothing\] is not one of in_map_your_own_points, "),
        ({"space": "f4", "pause_or_resume": "f5"}, "Pause or resume has f4 above"),
    ],
)
def test_what_cannot_be_is_told(keys: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        keymap(**keys)


def test_keys_in_words() -> None:
    assert [parse_key(text) for text in ("f2", "F2", "ctrl+G", "?", ",", "A", "space")] == [
        *("f2", "f2", "ctrl+g", "question_mark", "comma", "A", "space")
    ]
    assert [parse_key(text) for text in ("", " ", "ctrl+1", "f0", "ctrl+c", "\x1b", "ab")] == [None] * 7


def test_every_explained_key_has_a_name_of_its_own() -> None:
    named = [title_of(binding) for binding in (*DASHBOARD_BINDINGS, *APP_BINDINGS) if binding.tooltip]
    assert len(set(map(slug, named))) == len(named)
    can_change = {binding for entries in actions().values() for binding in entries.values()}
    stay = {"left", "right", "up", "down", "enter", "escape", "tab", "shift+tab", "home", "end", "pageup", "pagedown"}

    def same(binding: Binding) -> tuple[str, str]:
        return title_of(binding), binding.key

    others = {same(one) for one in help_bindings() if one.tooltip} - {same(one) for one in can_change}
    assert {key for _, key in others} <= {*stay, "ctrl+p"}


def test_nothing_changes_without_a_file() -> None:
    assert keymap() == Keymap()
    assert Keymap().applied(DASHBOARD_BINDINGS) == DASHBOARD_BINDINGS
