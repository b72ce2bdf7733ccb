"""Pilots that know when an application is at rest, instead of watching how much the process computes."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import pytest
import textual.app
import textual.pilot
from textual._context import active_app
from textual.app import ScreenStackError

from tuinet.tui.screens.base import PollingScreen

HANGS: Final = 60.0
"""Seconds after which an application is taken never to come to rest."""


@pytest.fixture(autouse=True, scope="session")
def exact_rest() -> Iterator[None]:
    """Textual's own wait sleeps 20 ms at least, a second at most beside a busy thread, and does not know either way."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (textual.app, textual.pilot):
            patch.setattr(module, "wait_for_idle", rest)
        yield


@pytest.fixture(autouse=True)
def no_idleness(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stub's frame comes without a word, which is looked for in every turn."""
    monkeypatch.setattr(PollingScreen, "IDLE_TURNS", math.inf)


async def rest(min_sleep: float = 0.0, max_sleep: float = 0.0) -> None:
    """Wait until every message has been handled, and what it asked to be drawn is drawn."""
    app = active_app.get()
    async with asyncio.timeout(HANGS):
        await _nothing_ready()
        if app._resize_event is not None:
            app._check_resize()
            await _nothing_ready()
        with suppress(ScreenStackError):  # when it is ending
            app.screen._on_timer_update()
        await _nothing_ready()


async def _nothing_ready() -> None:
    """Let all others run until they wait for time, for input or for a thread."""
    ready: deque[object] = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    await asyncio.sleep(0)
    while ready:
        await asyncio.sleep(0)
