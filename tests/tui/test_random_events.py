"""Keys, clicks, wheels, pastes, resizes and themes at random: whatever a class does, the dashboard stays up.

What fails is shrunk to the few events that do it, and printed as a program.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from textual.pilot import Pilot

from tests.tui.chaos import EVENTS, EXPERIMENTS, Event, SteppedRunner, explained, make_app, stay, strike
from tuinet.config import Experiment
from tuinet.training import checkpoint_file
from tuinet.training.session import Session
from tuinet.tui.app import TuinetApp

LONG_EXAMPLES = 12
LONG_EVENTS = 100
"""In each of them: with nine networks these are 10,800 events."""

CALM = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


class Classroom(RuleBasedStateMachine):
    """A dashboard, and whoever sits before it."""

    experiment: Experiment
    struck = 0

    def __init__(self) -> None:
        super().__init__()
        self._runner = SteppedRunner(Session(self.experiment))
        self._app = make_app(self._runner)
        # One context for all: Textual keeps in it which application is running.
        self._loop = asyncio.Runner()
        self._running: AbstractAsyncContextManager[Pilot[None]] = self._app.run_test(size=(80, 24))
        self._pilot = self._loop.run(_enter(self._running))

    @rule(event=EVENTS)
    def strike(self, event: Event) -> None:
        type(self).struck += 1
        self._loop.run(strike(self._pilot, self._runner, event))

    def teardown(self) -> None:
        try:
            if self._app._exception is None:
                self._assert_explained()
        finally:
            try:
                self._loop.run(_leave(self._running))
            finally:
                self._loop.close()

    def _assert_explained(self) -> None:
        """The commands alone, given to a fresh session, lead to the same state, its past and branches included."""
        self._runner.turn()
        again = explained(self.experiment, self._runner.turns)
        assert_same(self._runner.session, again)
        shown = self._runner.latest().snapshot
        for layer, weights in zip(shown.layers, again.parameters.weights, strict=True):
            np.testing.assert_array_equal(layer.weights, weights)


async def _enter(running: AbstractAsyncContextManager[Pilot[None]]) -> Pilot[None]:
    return await running.__aenter__()


async def _leave(running: AbstractAsyncContextManager[Pilot[None]]) -> None:
    await running.__aexit__(None, None, None)


def assert_same(one: Session, other: Session) -> None:
    """To the bit, as their files would be."""
    arrays, others = (checkpoint_file._arrays(session.save()) for session in (one, other))
    assert arrays["header"].tobytes() == others["header"].tobytes()
    assert {name: (array.dtype, array.shape, array.tobytes()) for name, array in arrays.items()} == {
        name: (array.dtype, array.shape, array.tobytes()) for name, array in others.items()
    }


def survive(index: int, configured: settings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let Hypothesis play; how many events that were."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(TuinetApp, "action_quit", stay)

    class Room(Classroom):
        experiment = EXPERIMENTS[index]

    run_state_machine_as_test(Room, settings=configured)
    return Room.struck


@pytest.mark.parametrize("index", range(len(EXPERIMENTS)))
def test_events_at_random(index: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short = settings(CALM, max_examples=2, stateful_step_count=25, derandomize=True)
    assert survive(index, short, tmp_path, monkeypatch) >= 25


@pytest.mark.long
@pytest.mark.parametrize("index", range(len(EXPERIMENTS)))
def test_events_at_random_for_long(index: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = settings(CALM, max_examples=LONG_EXAMPLES, stateful_step_count=LONG_EVENTS)
    struck = survive(index, long, tmp_path, monkeypatch)
    assert struck >= 10_000 // len(EXPERIMENTS)
    print(f"{EXPERIMENTS[index].dataset}: {struck} events")


def test_what_no_command_explains_is_found() -> None:
    runner = SteppedRunner(Session(EXPERIMENTS[0]))
    for _ in range(3):
        runner.turn()
    assert_same(runner.session, explained(EXPERIMENTS[0], runner.turns))
    runner.session.parameters.vector[0] += 1e-9
    with pytest.raises(AssertionError):
        assert_same(runner.session, explained(EXPERIMENTS[0], runner.turns))
