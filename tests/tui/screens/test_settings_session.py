"""The settings screen over a session that does what it is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.screens.test_settings import STEPPED, explained
from tests.tui.test_app import DARK, LIGHT, screen_text
from tuinet.errors import TuinetError
from tuinet.experiment.experiment import CHOICES, Experiment
from tuinet.experiment.presets import make_experiment
from tuinet.runner import Runner
from tuinet.session.edits import EFFECTS, Configure
from tuinet.session.session import Session
from tuinet.tui.app import TuinetApp
from tuinet.tui.panels.settings.state import NAMES
from tuinet.tui.screens.settings import SettingsScreen


def _can_configure() -> bool:
    try:
        Session(Experiment()).edit(Configure((("momentum", 0.5),)))
    except TuinetError:
        return False
    return True


pytestmark = pytest.mark.skipif(not _can_configure(), reason="the session cannot be configured")

_NAMES = CHOICES["dataset"]
_XOR = _NAMES.index("xor")
NEXT_DATASETS = (*_NAMES[_XOR + 1 :], *_NAMES[:_XOR])
START = Experiment(optimizer="rmsprop", schedule="step")
"""So that most fields make a difference."""
KEYS: dict[str, tuple[Sequence[str], Any]] = {
    **STEPPED,
    "loss": (["enter", *"mse", "enter"], "mse"),
    "optimizer": (["right"], "adam"),
    "schedule": (["right"], "exponential"),
    "beta2": (["left"], 0.98),
    "test_share": (["enter", *"0.25", "enter"], 0.25),
}
"""As over the stub, but from `START`."""


def make_app(session: Session) -> TuinetApp:
    """Paused, so that the pilot finds rest."""
    return TuinetApp(Runner(session, running=False), DARK, [DARK, LIGHT])


async def until(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    for _ in range(200):
        if is_so():
            return
        await pilot.pause(0.02)
    raise AssertionError(screen_text(pilot))


def open_at(app: TuinetApp, field: str) -> None:
    app._dashboard.screens.open_settings(field)


@pytest.mark.parametrize("field", [name for name in NAMES if name not in ("target", "inputs", "weights")])
async def test_every_field_changes_in_the_session(field: str) -> None:
    session = Session(START)
    session.advance(3)
    keys, value = KEYS[field]
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        open_at(app, field)
        await pilot.press(*keys)
        await until(pilot, lambda: getattr(session.run.experiment, field) == value)
        # A feature more is another number of inputs.
        assert session.run.epoch == (0 if EFFECTS[field] == "reinitialize" or field == "features" else 3)
        epoch = session.run.epoch
        await pilot.press("s")
        await until(pilot, lambda: session.run.epoch == epoch + 1)
        assert app.screen.state.refusal == ""  # type: ignore[attr-defined]


async def test_keys_go_on_behind_what_is_refused() -> None:
    session = Session(START)
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        open_at(app, "test_share")
        for refused in ("0.05", "0.1"):
            await pilot.press("right")
            await until(pilot, lambda said=f"{refused} of the 4 samples": said in explained(pilot))  # type: ignore[misc]
        await pilot.press("right")
        await until(pilot, lambda: session.run.experiment.test_share == 0.15)
        await until(pilot, lambda: "◂ 0.15 ▸" in screen_text(pilot))


async def test_undo_takes_a_change_back() -> None:
    session = Session(START)
    session.advance(3)
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        open_at(app, "momentum")
        await pilot.press("right", "right")
        await until(pilot, lambda: session.run.experiment.momentum == 0.98)
        await pilot.press("u", "u")
        await until(pilot, lambda: session.run.experiment == START)
        await until(pilot, lambda: "◂ 0.9 ▸" in screen_text(pilot))


async def test_undo_gives_up_what_is_on_its_way() -> None:
    session = Session(START)
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        open_at(app, "momentum")
        await pilot.press("right")
        await until(pilot, lambda: session.run.experiment.momentum == 0.95)
        assert isinstance(app.screen, SettingsScreen)
        app.screen.asked.experiment.ask({"momentum": 0.98}, app.screen.shown)
        assert app.screen.configuring.wanted.momentum == 0.98
        await pilot.press("u")
        await until(pilot, lambda: "◂ 0.9 ▸" in screen_text(pilot))


async def test_a_file_its_target_and_its_weights(tmp_path: Path) -> None:
    data, weights = tmp_path / "mine.csv", tmp_path / "w.json"
    data.write_text("a,b,c\n" + "".join(f"{n},{n % 3 / 2},{n * n % 7}\n" for n in range(20)), encoding="utf-8")
    weights.write_text('{"weights": [[[1, 2], [3, 4]], [[5], [6]]], "biases": [[0, 0], [0]]}', encoding="utf-8")
    session = Session(Experiment())
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        open_at(app, "weights")
        await pilot.press("enter", *str(weights), "enter")
        await until(pilot, lambda: session.run.experiment.weights == str(weights))
        assert session.run.parameters.weights[1][1, 0] == 6
        await pilot.press("backspace")
        await until(pilot, lambda: session.run.experiment.weights == "")
        open_at(app, "dataset")
        await pilot.press("enter", *str(data), "enter")
        await until(pilot, lambda: session.run.dataset.name == "mine.csv")
        open_at(app, "target")
        await pilot.press("enter", "b", "enter")
        await until(pilot, lambda: session.run.dataset.feature_names == ("a", "c"))


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("dataset", "no/such.csv", "no/such.csv"),
        ("weights", "no/such.json", "no/such.json"),
        ("target", "kind", "target: 'kind' names a column of a file, but xor is none"),
        ("samples", "2", "samples: 2 are too few for xor; ask for 4 or more"),
        ("features", "x1,x1", "features: 'x1' is named twice"),
        ("hidden", "4096,4096,4096", "hidden"),
    ],
)
async def test_what_only_the_session_can_refuse_is_said_in_place(field: str, text: str, reason: str) -> None:
    session = Session(Experiment())
    app = make_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        open_at(app, field)
        await pilot.press("enter", *text, "enter")
        words = reason.removeprefix(f"{field}: ")
        await until(pilot, lambda: words in explained(pilot))
        assert session.run.experiment == Experiment()


async def test_the_keys_of_the_dashboard_reach_the_session() -> None:
    session = Session(Experiment())
    app = make_app(session)
    async with app.run_test(size=(120, 36)) as pilot:
        for key, changes in (
            ("right_curly_bracket", {"hidden": (3,)}),
            ("h", {"hidden": (3, 3)}),
            ("H", {"hidden": (3,)}),
            ("k", {"batch_size": 1}),
        ):
            await pilot.press(key)
            await until(pilot, partial(shows, app, changes))


def shows(app: TuinetApp, changes: dict[str, Any]) -> bool:
    experiment = app._dashboard.shown.snapshot.experiment
    return all(getattr(experiment, name) == value for name, value in changes.items())


async def test_a_round_through_all_datasets_with_the_key() -> None:
    session = Session(Experiment())
    app = make_app(session)
    async with app.run_test(size=(120, 36)) as pilot:
        for name in (*NEXT_DATASETS, Experiment.dataset):
            await pilot.press("i")
            await until(pilot, partial(shows, app, {"dataset": name}))
            assert app._dashboard.shown.refusal == ""
            assert session.run.experiment == make_experiment(dataset=name)
            await pilot.press("s")
