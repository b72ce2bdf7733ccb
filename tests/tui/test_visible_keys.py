"""Every key does something that can be seen, or says why not, in the smallest usual terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import pytest
from textual.binding import Binding
from textual.pilot import Pilot

from tests.tui.chaos import SteppedRunner
from tuinet.configuration import Configuration
from tuinet.experiment.experiment import MAX_LAYERS, Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.session.commands import Pause, Seek, SetSpeed
from tuinet.session.edits import ClearPoints, Configure, SetParameter
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.configured_keys import make_keymap
from tuinet.tui.keys import APP_BINDINGS, DASHBOARD_BINDINGS
from tuinet.tui.panels import PANELS, zoom_key
from tuinet.tui.panels.base import panel_class
from tuinet.tui.screen_keys import CHECK_BINDINGS, MICROSCOPE_BINDINGS, RATES_BINDINGS, SETTINGS_BINDINGS
from tuinet.tui.screens.base import FramedScreen
from tuinet.tui.screens.dashboard import Dashboard
from tuinet.tui.style.theme import load_themes

EDGES: Final = ("left", "right", "up", "down", "pageup", "pagedown", "home", "end", "insert", "shift+tab")
"""Keys that may be silent at an edge, and aliases."""


def keys_of(bindings: Iterable[Binding]) -> list[str]:
    """Those that have to be answered: not those that quit or suspend."""
    left = ("quit", "suspend_process")
    return sorted({each.key for each in bindings if each.key not in EDGES and not each.action.startswith(left)})


def changed(session: Session) -> None:
    session.advance(300)
    session.edit(Configure.of(learning_rate=0.25))
    session.advance(300)


def trained(session: Session) -> None:
    session.advance(3)


def untouched(_: Session) -> None:
    """At epoch 0."""


def in_the_past(session: Session) -> None:
    changed(session)
    session.edit(Seek(200))


def at_the_start_again(session: Session) -> None:
    trained(session)
    session.edit(Seek(0))


def diverged(session: Session) -> None:
    trained(session)
    session.edit(SetParameter(1, 0, 0, 1e300))
    session.edit(SetParameter(2, 0, 0, 1e300))
    session.advance(3)


def emptied(session: Session) -> None:
    trained(session)
    session.edit(ClearPoints())


Prepared = tuple[Experiment, Callable[[Session], None], float | None]

CONTEXTS: Final[Mapping[str, Prepared]] = {
    "xor": (make_experiment(), changed, 10.0),
    "start": (make_experiment(), untouched, 10.0),
    "past": (make_experiment(), in_the_past, 10.0),
    "start again": (make_experiment(), at_the_start_again, 10.0),
    "no hidden layer": (Experiment(hidden=()), trained, 10.0),
    "upper ends": (Experiment(hidden=(2,) * MAX_LAYERS, learning_rate=1e6), trained, None),
    "lower ends": (Experiment(hidden=(1,), learning_rate=1e-9, batch_size=1), trained, 1.0),
    "diverged": (Experiment(learning_rate=1000.0, loss="mse", output="linear"), diverged, 10.0),
    "empty": (Experiment(), emptied, 10.0),
    "sine": (Experiment(dataset="sine", hidden=(5,)), trained, 10.0),
    "iris": (Experiment(dataset="iris", hidden=(3,)), trained, 10.0),
    "hills": (Experiment(dataset="hills", hidden=(4,), test_share=0.0), trained, 10.0),
    "digits": (Experiment(dataset="digits", hidden=(6,), samples=120), trained, 10.0),
    "no test set": (Experiment(dataset="digits", hidden=(6,), samples=120, test_share=0.0), trained, 10.0),
}
WITHOUT_KEYS: Final = {"loss", "gradients"}
PLACES: Final[Mapping[str, tuple[list[str], list[str]]]] = {
    "dashboard": ([], keys_of((*DASHBOARD_BINDINGS, *APP_BINDINGS))),
    **{
        name: ([zoom_key(index)], keys_of(panel_class(name).KEYS))
        for index, name in enumerate(PANELS)
        if name not in WITHOUT_KEYS
    },
    "microscope": (["m"], keys_of(MICROSCOPE_BINDINGS)),
    "check": (["g"], keys_of(CHECK_BINDINGS)),
    "rates": (["f"], keys_of(RATES_BINDINGS)),
    "settings": (["e"], keys_of(SETTINGS_BINDINGS)),
}


def test_every_place_has_keys() -> None:
    assert [name for name, (_, keys) in PLACES.items() if not keys] == []


def picture(pilot: Pilot[None]) -> list[list[tuple[str, str]]]:
    strips = pilot.app.screen._compositor.render_strips()
    return [[(segment.text, str(segment.style)) for segment in strip] for strip in strips]


def words(pilot: Pilot[None]) -> str:
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


@pytest.fixture(autouse=True)
def numbers_follow_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that keep calm while it trains, too: what a key has changed is seen without waiting for it."""
    monkeypatch.setattr("tuinet.tui.pending._SECONDS", 0.0)


async def settle(pilot: Pilot[None], runner: SteppedRunner) -> None:
    """A turn may have made a screen ask for more, which the next turn shows."""
    for _ in range(3):
        await pilot.pause()
        runner.turn()
        screen = pilot.app.screen
        if isinstance(screen, (Dashboard, FramedScreen)):
            screen.poll()
    await pilot.pause()


def make_runner(context: str) -> SteppedRunner:
    experiment, prepare, speed = CONTEXTS[context]
    session = Session(experiment)
    prepare(session)
    runner = SteppedRunner(session)
    for command in (Pause(), SetSpeed(speed)):
        runner.send(command)
    runner.turn()
    return runner


async def silent_keys(context: str, place: str) -> list[str]:
    """The keys of a place that are not answered."""
    found, themes = [], load_themes()
    way, keys = PLACES[place]
    for key in keys:
        runner = make_runner(context)
        async with TuinetApp(runner, themes[0], themes).run_test(size=(80, 24)) as pilot:
            await pilot.press(*way)
            await settle(pilot, runner)
            before = picture(pilot)
            await pilot.press(key)
            await settle(pilot, runner)
            if picture(pilot) == before:
                found.append(key)
    return found


@pytest.mark.long
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("context", CONTEXTS)
async def test_a_key_is_answered(context: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not await silent_keys(context, place)


@pytest.mark.parametrize(
    ("context", "keys", "sentence"),
    [
        ("no hidden layer", ["a"], "no hidden layer: h adds one"),
        ("no hidden layer", ["left_curly_bracket"], "no hidden layer: h adds one"),
        ("no hidden layer", ["H"], "no hidden layer: h adds one"),
        ("lower ends", ["left_curly_bracket"], "the last hidden layer has one neuron: H takes it away"),
        ("upper ends", ["h"], f"{MAX_LAYERS} hidden layers are the most"),
        ("sine", ["d"], "no classes to decide between: numbers are predicted"),
        ("digits", ["d"], "the map is not in sight: 1 shows it"),
        ("xor", ["1", "l"], "the loss curve is not in sight: 2 shows it"),
        ("upper ends", ["plus"], "the speed is unlimited: - slows the training down"),
        ("lower ends", ["minus"], "this is the slowest: space pauses, s makes a single epoch"),
        ("xor", ["full_stop"], "this is the newest epoch: s trains one more"),
        ("xor", ["greater_than_sign"], "this is the newest epoch: s trains one more"),
        ("start again", ["comma"], "this is the start: . goes forward, > to the end"),
        ("start again", ["S"], "this is the start: . goes forward, > to the end"),
        ("start", ["less_than_sign"], "nothing has been trained yet: s trains one epoch"),
        ("start", ["R"], "these are the weights of this seed: r takes the next"),
        ("lower ends", ["left_parenthesis"], "1e-09 is the smallest learning rate of this key: e takes any"),
        ("upper ends", ["right_parenthesis"], "1e+06 is the largest learning rate of this key: e takes any"),
        ("xor", ["f", "enter"], "no rate has been tried yet"),
        ("xor", ["f", "l"], "no rate has been tried yet"),
        ("xor", ["0"], "the output is shown already"),
        ("xor", ["escape"], "all panels are shown"),
        ("xor", ["2", "tab"], "no other panel is in sight: esc shows all"),
        ("empty", ["1", "enter", "c"], "there are no points"),
        ("empty", ["1", "enter", "delete"], "no training sample is near"),
        ("sine", ["1", "enter", "p"], "a point is as high as the cursor"),
        ("xor", ["1", "delete"], "enter begins to edit samples"),
        ("xor", ["2", "D"], "the map is not in sight: 1 shows it"),
        ("xor", ["1", "v"], "all inputs are on the map: there is no other plane"),
        ("xor", ["8", "E"], "there is no test set: e, test share, makes one"),
        ("no test set", ["9", "E"], "there is no test set"),
        ("iris", ["9", "v"], "these samples are none"),
        ("xor", ["m", "n", "n", "tab"], "this phase is of one layer"),
        ("xor", ["e", "x"], "this key is for the field of the hidden layers"),
        ("xor", ["e", "backspace"], "this is the default already"),
    ],
)
async def test_a_key_says_why_it_does_nothing(context: str, keys: list[str], sentence: str) -> None:
    runner, themes = make_runner(context), load_themes()
    async with TuinetApp(runner, themes[0], themes).run_test(size=(80, 24)) as pilot:
        for key in keys:
            await pilot.press(key)
            await settle(pilot, runner)
        assert sentence in words(pilot)


@pytest.mark.parametrize(
    ("context", "changed_keys", "keys", "sentence"),
    [
        ("start", {"step_one_epoch": "f5"}, ["less_than_sign"], "nothing has been trained yet: f5 trains one epoch"),
        ("start", {"r": "f5"}, ["R"], "these are the weights of this seed: f5 takes the next"),
        ("upper ends", {"slower": "f6"}, ["plus"], "the speed is unlimited: f6 slows the training down"),
        ("xor", {"settings": "f7"}, ["8", "E"], "there is no test set: f7, test share, makes one"),
        ("xor", {"map": "f3"}, ["2", "d"], "the map is not in sight: f3 shows it"),
        ("xor", {"step_one_phase": "f8"}, ["m", "f8", "f8", "tab"], "this phase is of one layer: f8 makes the next"),
    ],
)
async def test_a_remark_names_the_keys_that_are(
    context: str, changed_keys: dict[str, str], keys: list[str], sentence: str
) -> None:
    runner, themes = make_runner(context), load_themes()
    app = TuinetApp(runner, themes[0], themes)
    app.use_keys(make_keymap(Configuration(keys=changed_keys)))
    async with app.run_test(size=(120, 36)) as pilot:
        for key in keys:
            await pilot.press(key)
            await settle(pilot, runner)
        assert sentence in words(pilot)


async def test_what_a_key_says_goes_away_with_the_next() -> None:
    runner, themes = make_runner("no hidden layer"), load_themes()
    async with TuinetApp(runner, themes[0], themes).run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        await settle(pilot, runner)
        assert "no hidden layer: h adds one" in words(pilot)
        await pilot.press("s")
        await settle(pilot, runner)
        assert "h adds one" not in words(pilot)


async def test_fresh_weights_without_samples() -> None:
    runner, themes = make_runner("empty"), load_themes()
    async with TuinetApp(runner, themes[0], themes).run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        await settle(pilot, runner)
        assert "seed 2" in words(pilot)
