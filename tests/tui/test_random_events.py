"""Keys, clicks, wheels, pastes, resizes and themes at random: whatever a class does, the screen stays up.

What fails is shrunk to the few events that do it, and printed as a program. A watchdog measures how long each event
holds the screen up: no callback may take longer than a hand notices.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from textual.pilot import Pilot

from tests.tui.chaos import EVENTS, EXPERIMENTS, Event, SteppedRunner, explained, stay, strike
from tests.tui.rooms import ROOMS, Room, require_same
from tests.tui.watchdog import Block, Watchdog
from tuinet.garbage import begin_collection, put_off_collection
from tuinet.session.commands import Reinitialize
from tuinet.session.session import Session
from tuinet.tui.compare.app import CompareApp
from tuinet.tui.themed_app import ThemedApp

LONG_EXAMPLES: Final = 24
LONG_EVENTS: Final = 100
"""In each of them: with thirteen rooms these are up to 31,200 events; some examples end before they have so many."""
MOST_SECONDS: Final = 0.25
"""Of the processor, that a callback of the event loop may take."""
SCREENS: Final = {
    "Dashboard",
    "SettingsScreen",
    "HelpScreen",
    "MicroscopeScreen",
    "GradientCheckScreen",
    "ShareScreen",
    "RatesScreen",
    "CompareScreen",
    "Palette",
    "TextScreen",
    "ValueScreen",
}

CALM = settings(
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


class Record:
    """What has been struck, which screens were seen, and what held the loop longest."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.screens: Counter[str] = Counter()
        self.blocks: list[tuple[Block, str]] = []

    @property
    def events(self) -> int:
        return self.kinds.total()

    def note(self, event: Event, screen: str, block: Block) -> None:
        self.kinds[type(event).__name__] += 1
        self.screens[screen] += 1
        self.blocks.append((block, f"{event} on {screen}"))

    @property
    def freezes(self) -> list[tuple[Block, str]]:
        """The events that held the loop too long, the longest first."""
        slow = [(block, event) for block, event in self.blocks if block.cpu > MOST_SECONDS]
        return sorted(slow, key=lambda one: -one[0].cpu)

    def report(self) -> str:
        longest = max((block for block, _ in self.blocks), key=lambda block: block.cpu)
        lines = [
            f"{self.events} events ({', '.join(f'{count} {kind}' for kind, count in self.kinds.most_common())})",
            f"  on {', '.join(f'{count} {screen}' for screen, count in self.screens.most_common())}",
            f"  longest callback: {1000 * longest.cpu:.0f} ms of the processor, {1000 * longest.wall:.0f} ms in all",
        ]
        for block, event in self.freezes:
            times = [f"{1000 * seconds:.0f}" for seconds in (block.cpu, block.collecting, block.wall)]
            lines.append(f"  {times[0]} ms ({times[1]} for garbage, {times[2]} in all): {event}\n{block.stack}")
        return "\n".join(lines)


class Classroom(RuleBasedStateMachine):
    """An application, and whoever sits before it."""

    enter: Callable[[], Room]
    record: Record
    watchdog: Watchdog

    def __init__(self) -> None:
        super().__init__()
        self._thresholds = gc.get_threshold()
        # As the program does until its first frame is sent.
        put_off_collection()
        self._room = type(self).enter()
        # One context for all: Textual keeps in it which application is running.
        self._loop = asyncio.Runner()
        self._running = self._room.app.run_test(headless=False, size=(80, 24))
        self._pilot = self._loop.run(_enter(self._running))
        begin_collection()
        self.watchdog.take()

    @rule(event=EVENTS)
    def strike(self, event: Event) -> None:
        screen = type(self._room.app.screen).__name__
        self._loop.run(strike(self._pilot, self._room.behind, event))
        self.record.note(event, screen, self.watchdog.take())

    def teardown(self) -> None:
        try:
            if self._room.app._exception is None:
                self._room.require()
        finally:
            try:
                self._loop.run(_leave(self._running))
            finally:
                self._loop.close()
                gc.set_threshold(*self._thresholds)
                gc.unfreeze()


async def _enter(running: AbstractAsyncContextManager[Pilot[None]]) -> Pilot[None]:
    return await running.__aenter__()


async def _leave(running: AbstractAsyncContextManager[Pilot[None]]) -> None:
    await running.__aexit__(None, None, None)


def survive(
    name: str, configured: settings, folder: Path, monkeypatch: pytest.MonkeyPatch, start: int | None = None
) -> Record:
    """Let Hypothesis play; the same each time where it has a number to start from."""
    monkeypatch.chdir(folder)
    # Who wants to quit is asked, where there is something to ask, and stays whatever the answer.
    monkeypatch.setattr(ThemedApp, "exit", lambda *_, **__: None)
    monkeypatch.setattr(CompareApp, "action_open", stay)
    kept = Record()
    with Watchdog(MOST_SECONDS) as watching:

        class Full(Classroom):
            enter = staticmethod(ROOMS[name])
            record = kept
            watchdog = watching

        run_state_machine_as_test(Full if start is None else seed(start)(Full), settings=configured)
    return kept


@pytest.mark.parametrize("name", ROOMS)
def test_events_at_random(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The first example is always the simplest: the same key again and again.
    short = settings(CALM, max_examples=3, stateful_step_count=12, database=None)
    kept = survive(name, short, tmp_path, monkeypatch, start=list(ROOMS).index(name))
    assert kept.events >= 24
    assert len(kept.kinds) >= 3
    print(f"{name}: {kept.report()}")


@pytest.mark.long
@pytest.mark.parametrize("name", ROOMS)
def test_events_at_random_for_long(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = settings(CALM, max_examples=LONG_EXAMPLES, stateful_step_count=LONG_EVENTS)
    kept = survive(name, long, tmp_path, monkeypatch)
    print(f"{name}: {kept.report()}")
    assert kept.events >= 20_000 // len(ROOMS)
    assert not kept.freezes


def test_what_no_command_explains_is_found() -> None:
    runner = SteppedRunner(Session(EXPERIMENTS[0]))
    for _ in range(3):
        runner.turn()
    require_same(runner.session, explained(EXPERIMENTS[0], runner.turns))
    runner.session.run.parameters.vector[0] += 1e-9
    with pytest.raises(AssertionError):
        require_same(runner.session, explained(EXPERIMENTS[0], runner.turns))


def test_a_command_that_is_refused_at_the_start_is_explained() -> None:
    runner = SteppedRunner(Session(EXPERIMENTS[0]))
    runner.send(Reinitialize())
    for _ in range(2):
        runner.turn()
    require_same(runner.session, explained(EXPERIMENTS[0], runner.turns))


def test_what_holds_the_loop_is_found() -> None:
    async def work_on(seconds: float) -> None:
        began = time.thread_time()
        while time.thread_time() - began < seconds:
            pass

    with Watchdog(0.1) as watching:
        asyncio.run(work_on(0.3))
        longest = watching.take()
    assert longest.cpu >= 0.3
    assert "work_on" in longest.stack
