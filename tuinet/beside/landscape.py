"""Evaluating the landscape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tuinet.observe.landscape import Landscape
from tuinet.observe.view import LandscapeView
from tuinet.session.session import Session


@dataclass(frozen=True)
class LandscapeTask:
    """Evaluates it, in a process beside: see `tuinet.beside.process`."""

    view: LandscapeView

    def results(self) -> Iterator[Landscape]:
        """All that is known so far, ever finer."""
        yield from ()


def landscape_task(session: Session, view: LandscapeView) -> LandscapeTask:
    """What the landscape of a session shows."""
    return LandscapeTask(view)
